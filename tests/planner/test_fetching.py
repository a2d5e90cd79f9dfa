"""Fetching foreign addresses: only public ones, only over https, and never more or longer than asked."""

from __future__ import annotations

import ast
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from pytest_django import Settings

from planner.fetching import (
    BadAddress,
    BadCertificate,
    Fetcher,
    FetchProblem,
    NoServer,
    NotFound,
    NotHttps,
    NotOpen,
    PrivateAddress,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
    Unresolved,
    WrongType,
    fetch,
)
from planner.fetching.places import WITNESS
from tests.foreign import Foreign, bomb, certificates, dripping, endless, foreign_site, picture, ranged

NAME = "media.example.test"
MEGABYTE = 1024 * 1024


@pytest.fixture
def site() -> Iterator[Foreign]:
    with foreign_site() as found:
        yield found


@pytest.fixture
def fetcher(site: Foreign) -> Fetcher:
    """Trusts the site, and nothing else on this machine."""
    return Fetcher(trusted=frozenset({site.url}))


def get(fetcher: Fetcher, url: str, *, most_bytes: int = MEGABYTE, timeout: float = 5.0, **more) -> bytes:
    return fetcher.fetch(url, most_bytes=most_bytes, timeout=timeout, **more).body


def cut(_site: Foreign, handler: BaseHTTPRequestHandler) -> None:
    """Promises nine bytes and sends three."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
    handler.close_connection = True


def answering(*answers: list[str]) -> tuple[Callable[[str, int], list[str]], list[str]]:
    """A resolver that gives one answer after the other, the last again and again, and the names it was asked for."""
    waiting, names = list(answers), []

    def resolver(host: str, port: int) -> list[str]:
        names.append(host)
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return resolver, names


def test_a_file_comes_with_what_the_server_says_of_it(site: Foreign, fetcher: Fetcher):
    url = site.say("/a.png", picture(), "Image/PNG; charset='UTF-8'", ETag='"v1"')
    found = fetcher.fetch(url, most_bytes=MEGABYTE, timeout=5, accept=("image/",))
    assert found.body == picture()
    assert (found.head.url, found.head.mime, found.head.charset, found.head.etag) == (url, "image/png", "utf-8", '"v1"')
    assert found.head.size == len(picture())
    _path, headers = site.asked[0]
    assert headers["user-agent"].startswith("Rota/")
    assert headers["accept"] == "image/*"
    assert not {"cookie", "authorization", "referer"} & headers.keys()


def test_a_part_is_asked_for_and_a_whole_file_is_told_from_it(site: Foreign, fetcher: Fetcher):
    parted, whole = site.do("/film", ranged(bytes(range(200)), "video/mp4")), site.say("/whole", b"x" * 200)
    with fetcher.stream(parted, most_bytes=MEGABYTE, timeout=5, part=(10, 19)) as stream:
        assert (stream.head.part, stream.head.size) == ((10, 19), 200)
        assert b"".join(stream.chunks) == bytes(range(10, 20))
    with fetcher.stream(whole, most_bytes=MEGABYTE, timeout=5, part=(10, 19)) as stream:
        assert (stream.head.part, stream.head.size) == (None, 200)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://example.com/a.png", NotHttps),
        ("ftp://example.com/a.png", BadAddress),
        ("file:///etc/passwd", BadAddress),
        ("javascript:alert(1)", BadAddress),
        ("", BadAddress),
        ("https://", BadAddress),
        ("https://ana:secret@example.com/", BadAddress),
        ("https://ana@example.com/", BadAddress),
        ("https://@127.0.0.1/", BadAddress),
        ("https://example.com:0/", BadAddress),
        ("https://example.com:70000/", BadAddress),
        ("https://exa mple.com/", BadAddress),
        ("https://example.com/a\r\nX-Evil: 1", BadAddress),
        ("https://example.com\\@127.0.0.1/", BadAddress),
        ("https://-a.example.com/", BadAddress),
        ("https://[::1/", BadAddress),
        ("https://" + "a" * 5000, BadAddress),
        ("https://127.0.0.1/", PrivateAddress),
        ("https://2130706433/", PrivateAddress),
        ("https://0x7f000001/", PrivateAddress),
        ("https://0177.0.0.1/", PrivateAddress),
        ("https://127.1/", PrivateAddress),
        ("https://１２７.0.0.1/", PrivateAddress),
        ("https://0x5db8d822/", BadAddress),
        ("https://[::1]/", PrivateAddress),
        ("https://[::ffff:127.0.0.1]/", PrivateAddress),
        ("https://[fe80::1%25eth0]/", BadAddress),
        ("https://169.254.169.254/latest/meta-data/", PrivateAddress),
        ("https://localhost/", PrivateAddress),
        ("https://LOCALHOST/", PrivateAddress),
    ],
)
def test_an_address_that_is_not_public_and_secure_is_refused(url: str, problem: type[FetchProblem]):
    with pytest.raises(problem) as caught:
        get(Fetcher(), url)
    assert str(caught.value).endswith(".")
    assert caught.type.code == problem.code


def test_a_name_with_one_private_address_is_refused(site: Foreign):
    resolver, _names = answering(["93.184.216.34", "127.0.0.1"])
    with pytest.raises(PrivateAddress):
        get(Fetcher(resolver=resolver), f"https://{NAME}:{site.port}/")
    assert site.asked == []


def test_a_redirect_to_a_private_address_is_refused(site: Foreign, fetcher: Fetcher):
    with foreign_site() as inside:
        inside.say("/secret", "secret")
        for target in (f"https://127.0.0.1:{inside.port}/secret", "https://[::1]/", "https://169.254.169.254/"):
            with pytest.raises(PrivateAddress):
                get(fetcher, site.say("/go", status=302, Location=target))
        with pytest.raises(NotHttps):
            get(fetcher, site.say("/go", status=307, Location=f"{inside.url}/secret"))
        with pytest.raises(BadAddress):
            get(fetcher, site.say("/go", status=301, Location="file:///etc/passwd"))
        assert inside.asked == []


def test_redirects_are_followed_five_times(site: Foreign, fetcher: Fetcher):
    for number in range(7):
        site.say(f"/{number}", status=302, Location=f"{number + 1}")
    site.say("/7", "there")
    assert get(fetcher, f"{site.url}/2") == b"there"
    with pytest.raises(TooManyRedirects):
        get(fetcher, f"{site.url}/1")
    assert site.paths.count("/7") == 1


class TestOverTls:
    @pytest.fixture
    def secure(self, tmp_path: Path) -> Iterator[tuple[Foreign, ssl.SSLContext]]:
        server, client = certificates(tmp_path, NAME, "xn--bcher-kva.example.test")
        with foreign_site(server) as found:
            yield found, client

    def test_the_certificate_goes_by_the_name_and_the_connection_by_the_address(self, secure):
        site, client = secure
        site.say("/a", "hello")
        resolver, names = answering(["127.0.0.1"])
        trusted = frozenset({f"https://{NAME}:{site.port}"})
        assert get(Fetcher(trusted=trusted, resolver=resolver, tls=client), f"https://{NAME}:{site.port}/a") == b"hello"
        assert names == [NAME]
        assert site.asked[0][1]["host"] == f"{NAME}:{site.port}"

    def test_a_name_that_is_not_ascii_is_asked_for_as_browsers_do(self, secure):
        site, client = secure
        site.say("/%C3%BC", "hello")
        resolver, names = answering(["127.0.0.1"])
        trusted = frozenset({f"https://bücher.example.test:{site.port}"})
        fetcher = Fetcher(trusted=trusted, resolver=resolver, tls=client)
        assert get(fetcher, f"https://bücher.example.test:{site.port}/ü") == b"hello"
        assert names == ["xn--bcher-kva.example.test"]

    def test_a_certificate_for_another_name_is_not_good(self, secure):
        site, client = secure
        resolver, _names = answering(["127.0.0.1"])
        trusted = frozenset({f"https://other.example.test:{site.port}"})
        with pytest.raises(BadCertificate):
            get(Fetcher(trusted=trusted, resolver=resolver, tls=client), f"https://other.example.test:{site.port}/")
        with pytest.raises(BadCertificate):
            get(Fetcher(trusted=frozenset({site.url})), f"{site.url}/")
        assert site.asked == []

    def test_a_name_that_changes_its_address_is_checked_each_time(self, secure):
        """The first answer is public and does not answer; the second, after it was checked, would be this machine."""
        site, client = secure
        resolver, names = answering(["192.0.2.1"], ["127.0.0.1"])
        fetcher = Fetcher(resolver=resolver, tls=client)
        for _try in range(2):
            with pytest.raises(PrivateAddress):
                get(fetcher, f"https://{NAME}:{site.port}/")
        assert names == [NAME, NAME]
        assert site.asked == []

    def test_one_conversation_asks_for_the_name_once(self, secure):
        site, client = secure
        site.say("/a", "hello")
        resolver, names = answering(["127.0.0.1"], ["10.0.0.1"])
        trusted = frozenset({f"https://{NAME}:{site.port}"})
        get(Fetcher(trusted=trusted, resolver=resolver, tls=client), f"https://{NAME}:{site.port}/a")
        assert names == [NAME]


class TestTime:
    def test_a_body_that_drips_is_cut(self, site: Foreign, fetcher: Fetcher):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n"
        with pytest.raises(TooSlow):
            get(fetcher, site.do("/drip", dripping(0.02, head)), timeout=0.4)

    def test_headers_that_drip_are_cut(self, site: Foreign, fetcher: Fetcher):
        with pytest.raises(TooSlow):
            get(fetcher, site.do("/drip", dripping(0.02, b"HTTP/1.1 200 OK\r\nX-Long: ")), timeout=0.4)

    def test_a_handshake_that_never_ends_is_cut(self, fetcher: Fetcher):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"https://127.0.0.1:{silent.getsockname()[1]}"
            with pytest.raises(TooSlow):
                get(Fetcher(trusted=frozenset({url})), url, timeout=0.3)

    def test_a_resolver_that_never_answers_is_left(self):
        ended = threading.Event()

        def resolver(host: str, port: int) -> list[str]:
            ended.wait(30)
            return []

        with pytest.raises(TooSlow):
            get(Fetcher(resolver=resolver), "https://example.com/", timeout=0.2)
        ended.set()

    def test_redirects_share_the_time(self, site: Foreign, fetcher: Fetcher):
        def slowly(found: Foreign, handler) -> None:
            found.ended.wait(0.25)
            handler.send_response(302)
            handler.send_header("Location", "/slow")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        with pytest.raises(TooSlow):
            get(fetcher, site.do("/slow", slowly), timeout=0.6)


class TestSize:
    def test_a_length_beyond_the_limit_is_refused_before_the_body(self, site: Foreign, fetcher: Fetcher):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 2000000000\r\n\r\n"
        with pytest.raises(TooLarge):
            get(fetcher, site.do("/huge", dripping(5, head)))

    def test_a_body_without_a_length_is_counted(self, site: Foreign, fetcher: Fetcher):
        with pytest.raises(TooLarge):
            get(fetcher, site.do("/endless", endless))

    def test_a_packed_body_is_counted_unpacked(self, site: Foreign, fetcher: Fetcher):
        packed = bomb(200)
        assert len(packed) < MEGABYTE
        with pytest.raises(TooLarge):
            get(fetcher, site.say("/bomb", packed, Content_Encoding="gzip"))

    def test_a_packed_body_within_the_limit_is_unpacked(self, site: Foreign, fetcher: Fetcher):
        assert get(fetcher, site.say("/small", bomb(1), Content_Encoding="gzip")) == b"\0" * MEGABYTE

    def test_a_packing_inside_a_packing_is_not_read(self, site: Foreign, fetcher: Fetcher):
        with pytest.raises(Unreachable):
            get(fetcher, site.say("/twice", bomb(1), Content_Encoding="gzip, gzip"))

    def test_exactly_the_limit_is_enough(self, site: Foreign, fetcher: Fetcher):
        assert len(get(fetcher, site.say("/even", b"x" * 1000), most_bytes=1000)) == 1000
        with pytest.raises(TooLarge):
            get(fetcher, site.say("/odd", b"x" * 1001), most_bytes=1000)


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (204, NotFound),
        (400, NotOpen),
        (401, NotOpen),
        (403, NotOpen),
        (404, NotFound),
        (408, Unreachable),
        (410, NotFound),
        (429, Unreachable),
        (500, Unreachable),
        (503, Unreachable),
        (999, NotOpen),
    ],
)
def test_an_answer_that_is_no_file_is_said_so(
    site: Foreign, fetcher: Fetcher, status: int, problem: type[FetchProblem]
):
    with pytest.raises(problem):
        get(fetcher, site.say("/", b"" if status == 204 else b"sorry", status=status))


def test_another_kind_of_file_is_refused(site: Foreign, fetcher: Fetcher):
    with pytest.raises(WrongType):
        get(fetcher, site.say("/page", "<p>", "text/html"), accept=("image/",))


def test_garbage_and_nobody_are_unreachable(site: Foreign, fetcher: Fetcher):
    with pytest.raises(Unreachable):
        get(fetcher, site.say("/bad", b"not packed", Content_Encoding="gzip"))
    with pytest.raises(Unreachable):
        get(fetcher, site.do("/cut", cut))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(Unreachable):
        get(Fetcher(trusted=frozenset({nobody})), nobody)


def denying(error: OSError, *known: str) -> Callable[[str, int], list[str]]:
    """A resolver that knows these names, and has that to say of others."""

    def resolver(host: str, port: int) -> list[str]:
        if host not in known:
            raise error
        return ["203.0.113.9"]

    return resolver


def test_a_name_that_nobody_has_is_told_from_a_resolver_that_does_not_work():
    unknown, empty = socket.gaierror(socket.EAI_NONAME, "?"), answering([])[0]
    down = socket.gaierror(socket.EAI_AGAIN, "?"), socket.gaierror(socket.EAI_FAIL, "?"), OSError("no line")
    for resolver in (denying(unknown, WITNESS), empty):
        with pytest.raises(NoServer):
            get(Fetcher(resolver=resolver), "https://nobody.example.com/")
    for resolver in (denying(unknown), *(denying(error, WITNESS) for error in down)):
        with pytest.raises(Unresolved):
            get(Fetcher(resolver=resolver), "https://somebody.example.com/")


def test_what_may_pass_by_itself_is_known():
    assert all(kind.passing for kind in (Unreachable, Unresolved, TooSlow))
    lasting = (BadAddress, NotHttps, PrivateAddress, NoServer, BadCertificate, NotFound, NotOpen, WrongType, TooLarge)
    assert not any(kind.passing for kind in lasting)


def test_the_sandbox_is_trusted_only_where_highlevel_is_one(site: Foreign, settings: Settings):
    url = site.say("/a", "hello")
    settings.HIGHLEVEL_BASE_URL = site.url
    assert fetch(url, most_bytes=100, timeout=5).body == b"hello"
    with foreign_site() as neighbour, pytest.raises(NotHttps):
        fetch(neighbour.say("/a", "hello"), most_bytes=100, timeout=5)
    for elsewhere in ("https://services.leadconnectorhq.com", f"https://127.0.0.1:{site.port}", "http://10.0.0.1"):
        settings.HIGHLEVEL_BASE_URL = elsewhere
        with pytest.raises(NotHttps):
            fetch(url, most_bytes=100, timeout=5)


def test_nothing_else_opens_foreign_addresses():
    """Whoever imports one of these above HighLevel's client has found a second way."""
    doors = {"requests", "urllib3", "http.client", "urllib.request", "socket", "httpx", "aiohttp"}
    found = [
        f"{path}: {name}"
        for app in ("accounts", "planner", "queues")
        for path in sorted(Path(app).rglob("*.py"))
        if "fetching" not in path.parts
        for name in _imported(path)
        if name in doors
    ]
    assert found == []


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
