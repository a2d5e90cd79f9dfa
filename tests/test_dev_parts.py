"""The parts of ./dev: processes that end, ports, keys, the lock of a running Rota, translations, reports of benches."""

from __future__ import annotations

import gettext
import io
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import redis
from babel.messages.catalog import Catalog
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.dev import messages
from config.dev.keys import local_keys, owner_password
from config.dev.ports import is_free, kept_port
from config.dev.postgres_server import postgres_server
from config.dev.processes import ChildFailed, StopRequested, Supervisor, spawn
from config.dev.redis_server import NoRedisServerError, debian_binary, redis_server, valkey_binary
from config.dev.running import AlreadyRunning, Note, claim, running
from config.dev.statics import collect_when_stale
from tests.bench.harness import Report
from tests.servers import in_ci

ROOT = Path(__file__).resolve().parent.parent
SLEEP = [sys.executable, "-c", "import time; time.sleep(100)"]
STUBBORN = (
    "import os, signal, subprocess, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import signal, time;"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(100)'])\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(100)\n"
)


def alive(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether the condition comes true within 20 seconds."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def supervisor(tmp_path: Path):
    made = Supervisor(tmp_path / "log")
    yield made
    made.stop(patience=0)


def test_stop_ends_a_group_that_ignores_the_polite_signal(supervisor: Supervisor) -> None:
    child = supervisor.start("stubborn", [sys.executable, "-c", STUBBORN])
    assert eventually(lambda: child.log.read_text().strip().isdigit())
    grandchild = int(child.log.read_text())
    assert alive(child.process.pid)
    supervisor.stop(patience=0.2)
    assert not alive(child.process.pid)
    assert eventually(lambda: not alive(grandchild))


def test_a_child_that_ends_is_named_with_the_end_of_its_log(supervisor: Supervisor) -> None:
    supervisor.start("steady", SLEEP)
    supervisor.start("fragile", [sys.executable, "-c", "import sys; print('out of paper'); sys.exit(3)"])
    with pytest.raises(ChildFailed, match=r"(?s)fragile ended with exit code 3\..*out of paper"):
        supervisor.watch()


def test_a_killed_child_is_named_with_the_signal(supervisor: Supervisor) -> None:
    child = supervisor.start("worker", SLEEP)
    os.killpg(child.process.pid, signal.SIGKILL)
    with pytest.raises(ChildFailed, match="worker was killed by SIGKILL"):
        supervisor.watch()


def test_only_errors_of_a_log_reach_the_console(supervisor: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["2026-01-02 INFO rota all is well", "2026-01-02 ERROR rota ink is low", "[2026: CRITICAL/Main] fire"]
    supervisor.start("web", [sys.executable, "-c", f"print({chr(10).join(lines)!r})"])
    with pytest.raises(ChildFailed):
        supervisor.watch()
    shown = capsys.readouterr().err
    assert "web: 2026-01-02 ERROR rota ink is low" in shown
    assert "CRITICAL/Main" in shown
    assert "all is well" not in shown


def test_a_wish_to_stop_interrupts_a_step_and_ends_it(supervisor: Supervisor) -> None:
    supervisor.stop_wishes = 0

    def run_and_wish() -> None:
        signal.signal(signal.SIGALRM, lambda number, frame: setattr(supervisor, "stop_wishes", 1))
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        supervisor.run("slow", SLEEP, env=dict(os.environ))

    with pytest.raises(StopRequested):
        run_and_wish()


def test_a_step_gives_its_output_and_keeps_it_out_of_the_log(supervisor: Supervisor) -> None:
    script = "import sys; print('password: hush'); print('made a user', file=sys.stderr)"
    assert supervisor.run("setup", [sys.executable, "-c", script], env=dict(os.environ)) == "password: hush\n"
    assert (supervisor.logs / "setup.log").read_text() == "made a user\n"


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends children with their parent on Linux only")
def test_children_end_with_a_parent_that_was_killed() -> None:
    script = (
        "import time; from config.dev.processes import spawn\n"
        f"print(spawn({SLEEP!r}).pid, flush=True)\n"
        "time.sleep(100)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
    assert eventually(lambda: not alive(child))


def test_a_port_is_kept_while_it_is_free(tmp_path: Path) -> None:
    record = tmp_path / "ports.json"
    port = kept_port("sandbox", record)
    assert kept_port("sandbox", record) == port
    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)
        moved = kept_port("sandbox", record)
    assert moved != port
    assert kept_port("sandbox", record) == moved


def test_keys_are_made_once_and_are_for_this_user_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secrets"
    keys = local_keys(path)
    assert len(keys["SECRET_KEY"]) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert local_keys(path) == keys
    path.write_text(f"SECRET_KEY={keys['SECRET_KEY']}\n")
    mended = local_keys(path)
    assert mended["SECRET_KEY"] == keys["SECRET_KEY"]
    assert mended["ENCRYPTION_KEYS"] not in {"", keys["ENCRYPTION_KEYS"]}


def test_the_owner_keeps_one_password(tmp_path: Path) -> None:
    path = tmp_path / "owner-password"
    password = owner_password(path)
    assert len(password) >= 12
    assert owner_password(path) == password
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_rota_runs_and_says_where(tmp_path: Path) -> None:
    assert running(tmp_path) is None
    note = Note(os.getpid(), "http://127.0.0.1:8000/", {"REDIS_URL": "redis://somewhere"})
    with claim(tmp_path) as held:
        assert running(tmp_path) is None
        held.tell(note)
        assert running(tmp_path) == note
        with pytest.raises(AlreadyRunning) as refused, claim(tmp_path):
            pass
        assert refused.value.note == note
    assert running(tmp_path) is None
    with claim(tmp_path):
        pass


@pytest.mark.parametrize("kind", ["valkey", "redis"])
def test_a_redis_server_wants_its_password(kind: str) -> None:
    try:
        binary = valkey_binary() if kind == "valkey" else debian_binary()
    except NoRedisServerError as problem:
        if in_ci():
            raise
        pytest.skip(str(problem))
    once = Retry(NoBackoff(), 0)
    with redis_server(binary) as url:
        with redis.Redis.from_url(url.replace("/0", "/63")) as client:
            assert client.set("a", "1")
        port = int(url.rsplit(":", 1)[1].split("/")[0])
        with redis.Redis(port=port, retry=once) as stranger, pytest.raises(redis.exceptions.AuthenticationError):
            stranger.get("a")
    with redis.Redis.from_url(url, retry=once) as gone, pytest.raises(redis.exceptions.ConnectionError):
        gone.ping()


def test_a_postgres_server_of_our_own_takes_databases() -> None:
    with postgres_server() as url:
        home = url.rsplit("/", 1)[0]
        with psycopg.connect(f"{home}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE rota")
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


SPANISH = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Today"
msgstr "Hoy"
"""


def test_a_catalogue_is_compiled_only_when_it_is_newer(tmp_path: Path) -> None:
    source = tmp_path / "es" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(SPANISH)
    target = source.with_suffix(".mo")
    assert messages.compile_stale(tmp_path) == [target]
    with target.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Today") == "Hoy"
    assert messages.compile_stale(tmp_path) == []
    later = target.stat().st_mtime_ns + 1_000_000_000
    os.utime(source, ns=(later, later))
    assert messages.compile_stale(tmp_path) == [target]


def test_two_at_once_collect_static_files_once(tmp_path: Path) -> None:
    begun: list[str] = []

    def collect() -> None:
        begun.append("collect")
        time.sleep(0.2)
        (tmp_path / "site.css").touch()

    def start() -> bool:
        called = collect_when_stale(collect, tmp_path / "stamp")
        assert (tmp_path / "site.css").exists()
        return called

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(lambda _: start(), range(2))) == [False, True]
    assert begun == ["collect"]


def test_sentences_come_from_code_and_from_templates(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "views.py").write_text(
        "from django.utils.translation import gettext as _, ngettext\n"
        "a = _('Saved.')\nb = ngettext('%(n)s post', '%(n)s posts', 2)\n"
    )
    (tmp_path / "app" / "page.html").write_text(
        "{% load i18n %}<h1>{% translate 'Posts' %}</h1>"
        "{% blocktranslate count n=posts trimmed %}\n  {{ n }} row\n{% plural %}\n  {{ n }} rows\n{% endblocktranslate %}"
    )
    template = messages.sentences(tmp_path, ["app"])
    keys = {message.id for message in template if message.id}
    assert keys == {"Saved.", ("%(n)s post", "%(n)s posts"), "Posts", ("%(n)s row", "%(n)s rows")}
    catalog = Catalog(locale="es")
    catalog.add("Saved.", "Guardado.")
    catalog.add(("%(n)s post", "%(n)s posts"), ("%(n)s publicación", ""))
    assert sorted(messages.lacking(catalog, template)) == ["%(n)s post", "%(n)s row", "Posts"]


def test_a_report_says_how_many_times_better() -> None:
    report = Report(output=io.StringIO())
    faster = report.line("rows", 1500, "rows/s", baseline=100, baseline_name="a loop")
    sooner = report.line("wait", 0.02, "s", baseline=0.5, baseline_name="a loop", better="lower")
    plain = report.line("queries", 4, "queries")
    assert (faster.ratio, sooner.ratio, plain.ratio) == (15, 25, None)
    report.finish()
    table = report.output.getvalue().splitlines()  # type: ignore[attr-defined]
    assert table[0].split() == ["name", "value", "unit", "baseline", "against", "times", "better"]
    assert table[1].split()[-1] == "15.0"
    with pytest.raises(ValueError, match="baseline"):
        report.line("rows", 1, "rows/s", baseline=1)


def test_a_report_as_json_has_one_object_a_line() -> None:
    report = Report(as_json=True, output=io.StringIO())
    report.line("rows", 1500, "rows/s", baseline=100, baseline_name="a loop")
    report.line("queries", 4, "queries")
    report.finish()
    first, second = (json.loads(line) for line in report.output.getvalue().splitlines())  # type: ignore[attr-defined]
    assert first == {
        "name": "rows",
        "value": 1500,
        "unit": "rows/s",
        "baseline": 100,
        "baseline_name": "a loop",
        "ratio": 15,
    }
    assert second == {"name": "queries", "value": 4, "unit": "queries"}


def test_spawned_processes_read_nothing_from_the_terminal() -> None:
    process = spawn([sys.executable, "-c", "import sys; print(repr(sys.stdin.read()))"], stdout=subprocess.PIPE)
    output, _ = process.communicate(timeout=20)
    assert output == b"''\n"
