"""The same file once more while the first one is on its way: nothing is made twice, and nothing is called done that is not."""

from __future__ import annotations

from planner.models import Post
from tests.planner.imports.desk import NOW, Desk, commit, run


def test_a_file_that_is_sent_again_meanwhile_ends_as_the_first_one_does(desk: Desk) -> None:
    rows = [desk.row(text="one"), desk.row(text="two")]
    first = commit(desk.checked(rows), desk.mia)
    again = commit(desk.checked([*rows, desk.row(text="three")]), desk.mia)
    Post.objects.filter(text="three").update(remote_id="remote-three")
    assert run(again).state == "sending"
    assert again.status == "PROCESSING"

    Post.objects.filter(text="one").update(remote_id="remote-one")
    Post.objects.filter(text="two").update(gone_at=NOW)
    assert run(again).state == "sending"
    assert run(first).counts == {"success": 1, "failed": 1}
    assert run(again).counts == {"success": 1, "already": 1, "failed": 1}
    assert again.status == "COMPLETED_WITH_ERRORS"
    failed = again.rows.get(state="failed")
    assert (failed.raw["text"], failed.failure[0]["code"]) == ("two", "first_came_to_nothing")
