"""The list of imports, and the step of the file."""

from __future__ import annotations

from django.test import Client

from planner.imports.columns import COLUMNS, FileKind
from planner.imports.headers import read_headers
from planner.models import CsvImport
from planner.models.csv_import import ImportEngine, ImportOrigin
from tests.cast import HISTORY
from tests.planner.imports.clients import browser, file, page_of, reader, stranger, target, words
from tests.planner.imports.desk import NOW, Desk, agency_file, commit


class TestList:
    def test_without_imports_it_explains_the_kinds(self, desk: Desk):
        page = words(browser(desk.mia).get("/imports/"))
        assert "No file was imported yet" in page
        assert "The 132 columns, explained" in page
        assert "The location's id in HighLevel." in page
        assert "Import a file" not in words(browser(reader(desk)).get("/imports/"))

    def test_a_line_says_what_how_far_and_whose(self, desk: Desk):
        desk.checked([desk.row(), desk.row(teamId=desk.there.remote_id), desk.row(text="")])
        page = words(browser(desk.mia).get("/imports/"))
        assert "posts.csv Agency file · uploaded here" in page
        assert "3 rows · 1 blocked" in page
        assert "2 clients" in page
        assert "Mia" in page

    def test_those_made_in_highlevel_are_there(self, desk: Desk):
        CsvImport.objects.create(
            location=desk.here,
            origin=ImportOrigin.HIGHLEVEL,
            engine=ImportEngine.HIGHLEVEL,
            state="sending",
            file_name="theirs.csv",
            created_at=NOW,
            updated_at=NOW,
        )
        page = words(browser(reader(desk)).get("/imports/"))
        assert "theirs.csv" in page
        assert "made in HighLevel" in page
        assert "HighLevel is at work" in page

    def test_only_those_of_the_chosen_client(self, desk: Desk):
        desk.checked([desk.row()])
        client = browser(desk.mia)
        assert "posts.csv" in words(client.get("/imports/", {"location": desk.here.pk}))
        assert "posts.csv" not in words(client.get("/imports/", {"location": desk.there.pk}))

    def test_a_stranger_sees_none_of_it(self, desk: Desk):
        desk.checked([desk.row()])
        assert "posts.csv" not in words(browser(stranger()).get("/imports/"))

    def test_search_and_filters(self, desk: Desk):
        desk.upload(agency_file([desk.row()]), name="december.csv")
        desk.checked([desk.row()])
        client = browser(desk.mia)
        assert "december.csv" in words(client.get("/imports/", {"q": "decem"}))
        assert "posts.csv" not in words(client.get("/imports/", {"q": "decem"}))
        assert "No import matches" in words(client.get("/imports/", {"state": "done"}))
        assert "posts.csv" in words(client.get("/imports/", {"state": "waiting", "kind": "agency", "q": "mia"}))
        odd = words(client.get("/imports/", {"state": "odd", "kind": "odd", "page": "odd"}))
        assert "“odd” is not a state of an import." in odd
        assert "posts.csv" in odd

    def test_a_piece_for_htmx_and_the_page_for_history(self, desk: Desk):
        client = browser(desk.mia)
        piece = client.get("/imports/", headers=target("imports"))
        assert "<html" not in piece.content.decode()
        assert "HX-Request" in piece["Vary"]
        assert "<html" in client.get("/imports/", headers={**target("imports"), **HISTORY}).content.decode()

    def test_every_import_is_reached_by_paging(self, desk: Desk):
        CsvImport.objects.bulk_create(
            CsvImport(person=desk.mia, file_name=f"file{number:03}.csv", created_at=NOW, updated_at=NOW)
            for number in range(60)
        )
        client, address, seen = browser(desk.mia), "/imports/", set()
        while address:
            answer = client.get(address)
            held = answer.context["list"]
            seen |= {line.csv_import.file_name for line in held.lines}
            address = f"/imports/?page={held.page.next}" if held.page.next else ""
        assert len(seen) == 60


class TestFile:
    def test_a_small_file_is_read_at_once(self, desk: Desk):
        answer = browser(desk.mia).post("/imports/new/", {"file": file(agency_file([desk.row()]))})
        made = CsvImport.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, page_of(made))
        assert (made.state, made.person, made.kind) == ("columns", desk.mia, "agency")

    def test_by_htmx_it_leads_on(self, desk: Desk):
        sent = {"file": file(agency_file([desk.row()]))}
        answer = browser(desk.mia).post("/imports/new/", sent, headers=target("upload"))
        assert answer["HX-Redirect"] == page_of(CsvImport.objects.get())

    def test_nothing_chosen(self, desk: Desk):
        answer = browser(desk.mia).post("/imports/new/", {})
        assert answer.status_code == 422
        assert "Choose a .csv or .xlsx file first." in words(answer)
        piece = browser(desk.mia).post("/imports/new/", headers=target("upload"))
        assert (piece.status_code, "<html" in piece.content.decode()) == (422, False)

    def test_another_kind_of_file(self, desk: Desk):
        answer = browser(desk.mia).post("/imports/new/", {"file": file("x", "photo.png")})
        assert answer.status_code == 422
        assert "“photo.png” is not a .csv or .xlsx file." in words(answer)
        assert not CsvImport.objects.exists()

    def test_a_renamed_picture_says_so(self, desk: Desk):
        client = browser(desk.mia)
        answer = client.post("/imports/new/", {"file": file(b"\x89PNG\r\n\x1a\n" + bytes(40))}, follow=True)
        assert "This is a picture, whatever its name says." in words(answer)
        assert answer.redirect_chain[-1][0].endswith("/results/")

    def test_more_than_it_takes_is_refused_unread(self, desk: Desk):
        answer = browser(desk.mia).post(
            "/imports/new/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(200 << 20)
        )
        assert answer.status_code == 422
        assert "larger than the 100 MB" in words(answer)

    def test_the_token_is_checked_all_the_same(self, desk: Desk):
        client = Client(enforce_csrf_checks=True)
        client.force_login(desk.mia, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.post("/imports/new/", {"file": file(agency_file([desk.row()]))})
        assert answer.status_code == 403
        assert not CsvImport.objects.exists()

    def test_readers_may_not(self, desk: Desk):
        client = browser(reader(desk))
        assert client.get("/imports/new/").status_code == 403
        assert client.post("/imports/new/", {"file": file("a,b")}).status_code == 403

    def test_samples_are_what_the_wizard_recognises(self, desk: Desk):
        client = browser(desk.mia)
        for kind in FileKind:
            answer = client.get(f"/imports/samples/{kind}.csv")
            assert answer["Content-Type"] == "text/csv; charset=utf-8"
            lines = answer.content.decode("utf-8-sig").splitlines()
            head = [line.split(",") for line in lines[:2]]
            assert read_headers(head).kind == kind
            assert len(head[0]) == len(COLUMNS[kind])
        assert client.get("/imports/samples/odd.csv").status_code == 404

    def test_the_address_of_an_import_leads_to_its_step(self, desk: Desk):
        client = browser(desk.mia)
        uploaded = desk.upload(agency_file([desk.row()]))
        assert client.get(page_of(uploaded))["Location"] == page_of(uploaded, "columns/")
        checked = desk.checked([desk.row(title="other", text="other")])
        assert client.get(page_of(checked))["Location"] == page_of(checked, "check/")
        assert client.get(page_of(commit(checked, desk.mia)))["Location"] == page_of(checked, "results/")
        assert browser(stranger()).get(page_of(checked)).status_code == 404
