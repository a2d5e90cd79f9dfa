"""The results: live figures, links to the posts, stopping, undoing, and HighLevel's own import."""

from __future__ import annotations

from datetime import timedelta

from highlevel.models import Location
from planner.models import CsvImport, CsvRow, ImportPart, Post
from planner.models.csv_import import RowState
from planner.services.import_committing import import_commit
from tests.planner.imports.clients import LATER, browser, page_of, reader, stranger, target, words
from tests.planner.imports.desk import NOW, Desk, agency_file, commit, run


def committed(desk: Desk) -> CsvImport:
    return commit(desk.checked([desk.row(postDate=LATER), desk.row(postDate=LATER, text="")]), desk.mia)


def settled(csv_import: CsvImport, state: str, row_state: str, **fields: object) -> CsvImport:
    """The import with its first row ended; what HighLevel's answers do is tested elsewhere."""
    CsvRow.objects.filter(csv_import=csv_import, number=2).update(state=row_state, **fields)
    CsvImport.objects.filter(pk=csv_import.pk).update(state=state, counts={row_state: 1, "blocked": 1})
    csv_import.refresh_from_db()
    return csv_import


def test_figures_move_while_it_goes_on(desk: Desk) -> None:
    found, client = committed(desk), browser(desk.mia)
    page = client.get(page_of(found, "results/"))
    assert "0 done 1 on the way 0 failed 1 left out" in words(page)
    assert "All posts are made here. HighLevel is being told of them one by one." in words(page)
    same = client.get(page_of(found, "results/?seen=sending"), headers=target("progress"))
    assert (same.status_code, "HX-Trigger" in same) == (200, False)
    settled(found, "done", RowState.SUCCESS)
    ended = client.get(page_of(found, "results/?seen=sending"), headers=target("progress"))
    assert (ended.status_code, ended["HX-Trigger"]) == (286, '{"planner:import-moved": {}}')
    assert "<html" not in ended.content.decode()


def test_rows_lead_to_their_posts_and_say_why_they_failed(desk: Desk) -> None:
    found, client = committed(desk), browser(desk.mia)
    assert f"/posts/{Post.objects.get().pk}/" in client.get(page_of(found, "results/")).content.decode()
    settled(found, "done", RowState.FAILED, error="Facebook said no.")
    page = words(client.get(page_of(found, "results/")))
    assert "All rows failed" in page
    assert "1 row failed; each says why below." in page
    assert "Facebook said no." in page
    failed = client.get(page_of(found, "results/?state=failed"), headers=target("rows"))
    assert [row.row.number for row in failed.context["table"].rows] == [2]
    assert "rows whose posts exist already are not made a second time" in page


def test_a_limit_is_named_with_the_time_at_which_it_ends(desk: Desk) -> None:
    found = committed(desk)
    CsvImport.objects.filter(pk=found.pk).update(rate_limit_reset_at=NOW + timedelta(days=4000))
    page = words(browser(desk.mia).get(page_of(found, "results/")))
    assert "HighLevel takes no more requests for now. Nothing is lost: it goes on" in page
    assert "HighLevel takes no more for now; it goes on" in page
    assert "Rate limited" in page


def test_it_can_be_stopped_before_and_while_posts_are_made(desk: Desk) -> None:
    client = browser(desk.mia)
    early = desk.upload(agency_file([desk.row()]))
    assert client.post(page_of(early, "stop/"))["Location"] == page_of(early, "results/")
    early.refresh_from_db()
    assert early.state == "cancelled"
    assert "cancelled before any post was made" in words(client.get(page_of(early, "results/")))
    half = desk.checked([desk.row(postDate=LATER)])
    import_commit(csv_import=half, actor=desk.mia, now=NOW)
    assert "Stop here" in words(client.get(page_of(half, "results/")))
    client.post(page_of(half, "stop/"))
    assert not Post.objects.exists()
    twice = client.post(page_of(early, "stop/"), follow=True)
    assert "All posts are made already." not in words(twice)
    late = committed(desk)
    answer = client.post(page_of(late, "stop/"), follow=True)
    assert "All posts are made already." in words(answer)


def test_a_cancelled_import_has_nothing_on_its_way(desk: Desk) -> None:
    found, client = desk.checked([desk.row(postDate=LATER), desk.row(text="", postDate=LATER)]), browser(desk.mia)
    asks = client.get(page_of(found, "check/"))
    assert "hx-confirm" in asks.content.decode()
    client.post(page_of(found, "stop/"), headers=target("stop"))
    page = words(client.get(page_of(found, "results/")))
    assert "2 not made" in page
    assert "on the way" not in page
    assert page.count("Not made") == 2
    assert "blocked" not in words(client.get("/imports/"))


def test_what_was_left_out_is_not_called_every_post(desk: Desk) -> None:
    found = settled(committed(desk), "done", RowState.SUCCESS)
    page = words(browser(desk.mia).get(page_of(found, "results/")))
    assert "HighLevel has the posts of all other rows; 1 row was left out and says why below." in page
    assert "Download blocked rows" in page


def test_what_was_deleted_in_highlevel_is_not_called_every_post(desk: Desk) -> None:
    found, client = settled(committed(desk), "done", RowState.SUCCESS), browser(desk.mia)
    CsvImport.objects.filter(pk=found.pk).update(counts={"success": 1, "undone": 2})
    page = words(client.get(page_of(found, "results/")))
    assert "HighLevel has the posts of all other rows; 2 rows were deleted there." in page
    CsvImport.objects.filter(pk=found.pk).update(counts={"undone": 2})
    assert "All its rows were deleted in HighLevel." in words(client.get(page_of(found, "results/")))


def test_a_client_for_whom_nothing_can_be_sent_is_named(desk: Desk) -> None:
    found, client = committed(desk), browser(desk.mia)
    assert "An owner of your agency has been told." not in words(client.get(page_of(found, "results/")))
    Location.objects.filter(pk=desk.here.pk).update(paused_at=NOW, paused_code="bad_credentials")
    page = words(client.get(page_of(found, "results/"), headers=target("progress")))
    assert "Harbour Dental HighLevel" in page
    assert "An owner of your agency has been told." in page
    settled(found, "done", RowState.SUCCESS)
    assert "An owner of your agency has been told." not in words(client.get(page_of(found, "results/")))


class TestUndo:
    def test_it_says_what_goes_and_then_it_goes(self, desk: Desk):
        found, client = committed(desk), browser(desk.mia)
        page = words(client.get(page_of(found, "undo/")))
        assert "1 post that HighLevel never had is dropped." in page
        assert "Harbour Dental · 5 Jan 2035, 10:00 Three things to ask" in page
        assert client.post(page_of(found, "undo/"))["Location"] == page_of(found, "results/")
        run(found)
        assert "Mia took this import back." in words(client.get(page_of(found, "results/")))
        assert client.get(page_of(found, "undo/"))["Location"] == page_of(found, "results/")
        assert found.rows.get(number=2).state == "undone"

    def test_a_creator_cannot_undo_what_managers_scheduled(self, desk: Desk):
        found = commit(desk.checked([desk.row(postDate=LATER)]), desk.mia)
        answer = browser(desk.carl).post(page_of(found, "undo/"))
        assert answer.status_code == 422
        assert "ask a manager to undo this" in words(answer)

    def test_who_may(self, desk: Desk):
        found, inside, outside = committed(desk), browser(reader(desk)), browser(stranger())
        CsvRow.objects.filter(csv_import=found).update(location=desk.here)
        for name in ("undo/", "stop/", "finalize/", "rows/2/delete/"):
            assert inside.post(page_of(found, name)).status_code == 403
            assert outside.post(page_of(found, name)).status_code == 404
        assert inside.get(page_of(found, "results/")).status_code == 200
        assert "Undo the import" not in words(inside.get(page_of(found, "results/")))
        assert outside.get(page_of(found, "results/")).status_code == 404


class TestHighLevel:
    def review(self, desk: Desk) -> CsvImport:
        """An import whose rows HighLevel has looked at; driving it there is tested elsewhere."""
        made = CsvImport.objects.create(
            location=desk.here,
            person=desk.mia,
            engine="highlevel",
            kind="basic",
            state="review",
            file_name="basic.csv",
            counts={"committed": 1},
            created_at=NOW,
            updated_at=NOW,
        )
        part = ImportPart.objects.create(
            csv_import=made, number=1, location=desk.here, remote_id="csv1", status="in_progress", rows_count=1
        )
        medium = {"url": "https://cdn.example.com/1.jpg", "instagramError": "imageSize", "width": 4}
        CsvRow.objects.create(
            csv_import=made,
            part=part,
            number=2,
            place=1,
            state="committed",
            location=desk.here,
            raw={"content": "Guten Tag", "scheduleDate": LATER},
            remote_id="row1",
            remote={
                "medias": [medium],
                "accountIds": [desk.instagram.remote_id, "odd", 4],
                "errorMessage": "One <b>file</b> is wrong",
            },
            created_at=NOW,
        )
        return made

    def test_its_rows_show_what_highlevel_says(self, desk: Desk):
        found, client = self.review(desk), browser(desk.mia)
        page = words(client.get(page_of(found, "results/")))
        assert "File 1 1 row Waits to be finalised" in page
        assert "Finalise: have the posts made" in page
        assert "Delete the import" in page
        assert "Instagram: The image file is too large." in page
        assert "It has something against 1 row, and may make no post of it." in page
        assert "0 done 1 waiting to be finalised 0 failed" in page
        assert page.partition("2 Not accepted ")[2].startswith(
            "Harbour Dental 5 Jan 2035, 10:00 ig Instagram Guten Tag"
        )
        undo = words(client.get(page_of(found, "undo/")))
        assert "1 row waits at HighLevel. No post was made of it." in undo
        assert "here and in HighLevel" not in undo
        found.rows.update(state=RowState.UNDONE)
        assert "The image file is too large." not in words(client.get(page_of(found, "results/")))
        row = client.get(page_of(found, "rows/2/"), headers=target("row-preview-body"))
        assert "The image file is too large." in words(row)
        assert "One &lt;b&gt;file&lt;/b&gt; is wrong" in row.content.decode()

    def test_its_rows_show_what_highlevel_has_read_at_their_links(self, desk: Desk):
        found, client = self.review(desk), browser(desk.mia)
        link = {"url": "https://example.com/a", "ogTitle": "<b>Dates</b>", "ogDescription": "When", "ogSiteName": "Ex"}
        found.rows.update(remote={"link": link, "medias": [{"instagramError": "imageAspectRatio"}]})
        answer = client.get(page_of(found, "rows/2/"), headers=target("row-preview-body"))
        assert "The link as HighLevel reads it <b>Dates</b> When Ex · https://example.com/a" in words(answer)
        assert "The image has the wrong shape." in words(answer)
        found.rows.update(remote={"link": {**link, "error": "InvalidLink"}})
        answer = client.get(page_of(found, "rows/2/"), headers=target("row-preview-body"))
        assert "The link as HighLevel reads it" not in words(answer)

    def test_finalising_and_deleting_a_row_promise_it_to_highlevel(self, desk: Desk):
        found, client = self.review(desk), browser(desk.mia)
        answer = client.post(page_of(found, "rows/2/delete/"), follow=True)
        assert "HighLevel is told to delete row 2." in words(answer)
        answer = client.post(page_of(found, "finalize/"), follow=True)
        assert "HighLevel makes the posts now." in words(answer)
        again = client.post(page_of(found, "finalize/"), follow=True)
        assert "There is nothing to finalise any more." in words(again)
        found.refresh_from_db()
        assert found.state == "sending"
