"""One judge of addresses, which asks nobody: the same answer in the composer, in imports and before a fetch."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from planner.fetching import BadAddress, FetchProblem, NotHttps, PrivateAddress, judge, trusted_origins
from planner.imports.addresses import media_problem, page_problem

NOBODY: frozenset[str] = frozenset()
SANDBOX = frozenset({"http://127.0.0.1:8100"})


@pytest.mark.parametrize(
    ("url", "of_a_file", "of_a_page"),
    [
        ("https://cdn.example/a.jpg", None, None),
        ("HTTPS://CDN.Example:8443/ä.jpg?x=1", None, None),
        ("https://bücher.example/a.jpg", None, None),
        ("https://93.184.216.34/a.jpg", None, None),
        ("https://[2606:4700::1111]/a.jpg", None, None),
        ("http://cdn.example/a.jpg", NotHttps, None),
        ("http://10.0.0.8/a.jpg", NotHttps, PrivateAddress),
        ("https://10.0.0.8/a.jpg", PrivateAddress, PrivateAddress),
        ("https://169.254.169.254/a.jpg", PrivateAddress, PrivateAddress),
        ("https://[::1]/a.jpg", PrivateAddress, PrivateAddress),
        ("https://[::ffff:10.0.0.8]/a.jpg", PrivateAddress, PrivateAddress),
        ("https://2130706433/a.jpg", PrivateAddress, PrivateAddress),
        ("https://0x7f.1/a.jpg", PrivateAddress, PrivateAddress),
        ("https://1572395042/a.jpg", BadAddress, BadAddress),
        ("https://localhost/a.jpg", PrivateAddress, PrivateAddress),
        ("https://me.localhost./a.jpg", PrivateAddress, PrivateAddress),
        ("https://nas.local/a.jpg", PrivateAddress, PrivateAddress),
        ("https://files.corp.internal/a.jpg", PrivateAddress, PrivateAddress),
        ("https://router.LAN/a.jpg", PrivateAddress, PrivateAddress),
        ("https://printer.home.arpa/a.jpg", PrivateAddress, PrivateAddress),
        ("https://intranet/a.jpg", PrivateAddress, PrivateAddress),
        ("https://local.example/a.jpg", None, None),
        ("https://user:pw@cdn.example/a.jpg", BadAddress, BadAddress),
        ("ftp://cdn.example/a.jpg", BadAddress, BadAddress),
        ("cdn.example/a.jpg", BadAddress, BadAddress),
        ("https://cdn.example/a b.jpg", BadAddress, BadAddress),
        ("https://cdn.example:99999/a.jpg", BadAddress, BadAddress),
        ("https://[::1/a.jpg", BadAddress, BadAddress),
        ("https:///a.jpg", BadAddress, BadAddress),
        ("", BadAddress, BadAddress),
    ],
)
def test_the_judge(url: str, of_a_file: type[FetchProblem] | None, of_a_page: type[FetchProblem] | None):
    found, plain = judge(url, trusted=NOBODY), judge(url, trusted=NOBODY, plain=True)
    assert (found and type(found), plain and type(plain)) == (of_a_file, of_a_page)


def test_the_sandbox_may_be_here_and_plain_and_nothing_beside_it(settings: Settings):
    assert judge("http://127.0.0.1:8100/a.jpg", trusted=SANDBOX) is None
    assert isinstance(judge("http://127.0.0.1:8101/a.jpg", trusted=SANDBOX), NotHttps)
    assert isinstance(judge("https://127.0.0.1:8100/a.jpg", trusted=SANDBOX), PrivateAddress)
    settings.HIGHLEVEL_BASE_URL = "http://127.0.0.1:8100"
    assert trusted_origins() == SANDBOX
    settings.HIGHLEVEL_BASE_URL = "https://services.leadconnectorhq.com"
    assert trusted_origins() == NOBODY


def test_an_import_goes_by_the_same_judge(settings: Settings):
    settings.HIGHLEVEL_BASE_URL = "https://services.leadconnectorhq.com"

    def codes(url: str) -> list[str]:
        return [found.code if found else "" for found in (media_problem(url, "c"), page_problem(url, "c"))]

    assert codes("https://cdn.example/a.jpg") == ["", ""]
    assert codes("http://cdn.example/a.jpg") == ["media_not_https", ""]
    assert codes("https://printer.home.arpa/a.jpg") == ["media_private", ""]
    assert codes("https://docs.google.com/a") == ["drive_link", ""]
    assert codes("nowhere") == ["media_not_https", "url"]
