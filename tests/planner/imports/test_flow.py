"""An agency file on its way from the upload to its posts."""

from __future__ import annotations

from planner.models import Post
from tests.planner.imports.desk import Desk, codes, commit, only_row


def test_a_ready_row_becomes_one_post(desk: Desk) -> None:
    found = desk.checked([desk.row()])
    assert found.state == "checked"
    row = only_row(found)
    assert (row.state, codes(row), row.place, row.number) == ("ready", [], 1, 2)

    found = commit(found, desk.mia)

    assert found.state == "sending"
    assert found.counts == {"committed": 1}
    row = only_row(found)
    post = Post.objects.get()
    assert row.state == "committed"
    assert list(row.posts.all()) == [post]
    assert (post.text, post.status, post.title) == ("Three things to ask before whitening", "scheduled", "A title")
