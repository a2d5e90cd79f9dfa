"""An agency file on its way from the upload to its posts."""

from __future__ import annotations

from planner.models import CsvImport, Post
from planner.services.import_reading import import_read, import_upload
from tests.planner.imports.desk import NOW, Desk, agency_file, codes, commit, only_row


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


def test_who_reads_a_file_a_moment_later_sees_what_it_is(desk: Desk) -> None:
    data = agency_file([desk.row(), desk.row(text="Another")]).encode()
    made = import_upload(chunks=[data], name="posts.csv", actor=desk.mia, now=NOW)
    import_read(CsvImport.objects.get(pk=made.pk), now=NOW)
    import_read(made, now=NOW)
    assert (made.state, made.total_rows) == ("columns", 2)


def test_who_reads_a_bad_file_a_moment_later_sees_that_it_failed(desk: Desk) -> None:
    made = import_upload(chunks=[b"%PDF-1.7"], name="posts.csv", actor=desk.mia, now=NOW)
    import_read(CsvImport.objects.get(pk=made.pk), now=NOW)
    import_read(made, now=NOW)
    assert (made.state, made.problem["code"]) == ("failed", "file_pdf")
