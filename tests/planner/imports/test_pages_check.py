"""The check and the confirmation: figures, problems, the table of rows and their repair in place."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from planner.imports.problems import from_json
from planner.models import CsvImport, Post
from planner.selectors.import_table import PAGE_SIZE
from planner.services.import_committing import import_commit
from planner.services.import_errors import RowsChanged
from planner.services.import_reading import import_columns_set
from tests.cast import HISTORY
from tests.planner.imports.clients import LATER, browser, page_of, reader, stranger, target, words
from tests.planner.imports.desk import NOW, Desk, agency_file, commit, run

# What stands outside of a row and has to follow it when it is repaired.
OUTSIDE = {"figures", "first-problems", "check-bar", "count-ready", "count-blocked"}


def three(desk: Desk) -> CsvImport:
    """A ready row, one on an unknown network, and one of an unknown client."""
    rows = [
        desk.row(postDate=LATER),
        desk.row(postDate=LATER, socialAccountTypes="MYSPACE", text="Second"),
        desk.row(teamId="nobody", postDate=LATER, text="Third"),
    ]
    return desk.checked(rows)


def check_again(csv_import: CsvImport, desk: Desk, *, kind: str = "agency", **columns: Any) -> CsvImport:
    """Back to the columns, and on to the check."""
    import_columns_set(csv_import=csv_import, actor=desk.mia, now=NOW, kind=kind, **columns)
    return run(csv_import)


def test_figures_first_problems_and_the_wrong_cells(desk: Desk) -> None:
    found = three(desk)
    answer = browser(desk.mia).get(page_of(found, "check/"))
    page, markup = words(answer), answer.content.decode()
    assert "1 ready 0 warnings 2 blocked 0 already imported" in page
    assert "1 row Row 3, column “socialAccountTypes”: “MYSPACE” is not a network." in page
    assert "Continue with 1" in page
    row = markup[markup.index('id="row-3"') : markup.index('id="row-4"')]
    assert 'cell-networks cell-bad" data-label="Networks"><span dir="auto">MYSPACE' in row
    assert "cell-client cell-bad" in markup[markup.index('id="row-4"') :]


def test_what_blocks_comes_before_what_only_warns(desk: Desk) -> None:
    rows = [desk.row(postDate=LATER, title=f"=A{number}", text=f"Text {number}") for number in range(3)]
    names = ["MYSPACE", "FRIENDSTER", "X"]
    wrong = [desk.row(postDate=LATER, text=name, socialAccountTypes=name) for name in names]
    odd = [desk.row(teamId="nobody"), desk.row(postDate="soon"), desk.row(status="MAYBE"), desk.row(text="")]
    page = browser(desk.mia).get(page_of(desk.checked([*rows, *wrong, *odd]), "check/"))
    found = [(problem.code, problem.number) for problem in page.context["first_problems"]]
    assert (found[0], found[-1]) == (("network_unknown", 2), ("formula", 3))
    assert [problem.first.row for problem in page.context["first_problems"]][-1] == 2
    assert "more kinds of problem" in words(page)
    none = browser(desk.mia).get(page_of(desk.checked([desk.row(postDate=LATER)]), "check/"))
    assert none.context["first_problems"] == []


def test_the_bar_says_what_is_left_to_do(desk: Desk) -> None:
    client = browser(desk.mia)
    commit(desk.checked([desk.row(postDate=LATER)]), desk.mia)
    again = desk.checked([desk.row(postDate=LATER)])
    assert "Every row is imported already. There is nothing left to make." in words(
        client.get(page_of(again, "check/"))
    )
    more = desk.checked([desk.row(postDate=LATER), desk.row(postDate=LATER, text="Second")])
    assert "What is imported already is not made again." in words(client.get(page_of(more, "check/")))
    unclear = desk.checked([desk.row(postDate="03/04/2035 10:00")])
    assert "No row is ready. Say above which number is the day" in words(client.get(page_of(unclear, "check/")))
    told = words(browser(reader(desk)).get(page_of(unclear, "check/")))
    assert ("No row is ready." in told, "Say above which" in told) == (True, False)


def test_times_are_the_clients(desk: Desk) -> None:
    found = desk.checked([desk.row(teamId=desk.there.remote_id, postDate="2035-07-05 10:00")])
    page = words(browser(desk.mia).get(page_of(found, "check/")))
    assert "5 Jul 2035, 10:00 New York" in page


def test_filters_keep_rows_of_a_state_or_with_a_problem(desk: Desk) -> None:
    found, client = three(desk), browser(desk.mia)
    blocked = client.get(page_of(found, "check/?state=blocked"), headers=target("rows"))
    assert "<html" not in blocked.content.decode()
    assert [row.row.number for row in blocked.context["table"].rows] == [3, 4]
    named = client.get(page_of(found, "check/?code=location_unknown"))
    assert [row.row.number for row in named.context["table"].rows] == [4]
    for odd in ("code=%27%22", "state=odd", "code=network_problem:%22x"):
        assert client.get(page_of(found, f"check/?{odd}")).status_code == 200
    assert "cannot be read" in words(client.get(page_of(found, "check/?page=odd")))
    assert "No row is like that" in words(client.get(page_of(found, "check/?state=warning")))


def test_findings_of_networks_are_told_apart(desk: Desk) -> None:
    rows = [
        desk.row(postDate=LATER, socialAccountTypes="INSTAGRAM", text="No picture"),
        desk.row(postDate=LATER, text="x" * 70_000),
    ]
    found, client = desk.checked(rows), browser(desk.mia)
    codes = [problem.code for problem in client.get(page_of(found, "check/")).context["first_problems"]]
    assert len(codes) == len(set(codes)) >= 2
    assert all(code.startswith("network_problem:") for code in codes)
    kept = client.get(page_of(found, f"check/?code={codes[0]}")).context["table"].rows
    assert len(kept) == 1


@pytest.mark.parametrize("state", ["", "ready"])
def test_every_row_is_reached_in_both_directions(desk: Desk, state: str) -> None:
    number = 2 * PAGE_SIZE + 7
    found = desk.checked([desk.row(postDate=LATER, text=f"Text {place}") for place in range(number)])
    client, places, seen = browser(desk.mia), [""], []
    while places:
        table = client.get(page_of(found, f"check/?state={state}&page={places.pop()}")).context["table"]
        seen += [row.row.number for row in table.rows]
        places += [table.next] if table.next else []
    assert seen == list(range(2, number + 2))
    last = client.get(page_of(found, f"check/?state={state}&page=last")).context["table"]
    assert (last.rows[-1].row.number, last.next, last.last) == (number + 1, None, None)
    before = client.get(page_of(found, f"check/?state={state}&page={last.previous}")).context["table"]
    assert before.rows[-1].row.number == last.rows[0].row.number - 1
    dry = client.get(page_of(found, f"check/?state={state}&page=after-999999")).context["table"]
    assert dry.rows[-1].row.number == number + 1


def test_a_check_under_way_is_polled(desk: Desk) -> None:
    found = desk.upload(agency_file([desk.row(postDate=LATER)]))
    import_columns_set(csv_import=found, actor=desk.mia, now=NOW, kind="agency")
    client = browser(desk.mia)
    waiting = client.get(page_of(found, "check/?poll=1"), headers=target("check"))
    assert (waiting.status_code, "hx-trigger" in waiting.content.decode()) == (200, True)
    assert "0 of 1 rows" in words(waiting)
    run(found)
    ended = client.get(page_of(found, "check/?poll=1"), headers=target("check"))
    assert ended.status_code == 286
    assert "1 ready" in words(ended)


def test_dates_that_only_later_rows_leave_open_are_asked_here(desk: Desk) -> None:
    rows = [desk.row(postDate="2035-01-05 10:00", text=f"Text {number}") for number in range(250)]
    found = desk.checked([*rows, desk.row(postDate="03/04/2035 10:00", text="The last")])
    client = browser(desk.mia)
    assert "1 date can be read both ways: 03/04/2035 10:00" in words(client.get(page_of(found, "check/")))
    client.post(page_of(found, "dates/"), {"date_order": "month"})
    assert run(found).rows.last().plan["at"].startswith("2035-03-04")  # type: ignore[union-attr, index]
    assert "can be read both ways" not in words(client.get(page_of(found, "check/")))


class TestRow:
    def test_it_is_shown_as_what_it_becomes(self, desk: Desk):
        found = three(desk)
        page = words(browser(reader(desk)).get(page_of(found, "rows/2/")))
        assert "Friday 5 January 2035, 10:00" in page
        assert "Harbour on Facebook" in page
        assert "Save and check again" not in page

    def test_the_drawer_and_the_form_are_pieces(self, desk: Desk):
        found, client = three(desk), browser(desk.mia)
        drawer = client.get(page_of(found, "rows/3/"), headers=target("row-preview-body")).content.decode()
        assert ("<html" in drawer, "MYSPACE" in drawer) == (False, True)
        edit = client.get(page_of(found, "rows/3/"), headers=target("row-3")).content.decode()
        assert edit.lstrip().startswith("<tr")
        assert 'aria-invalid="true"' in edit
        closed = client.get(page_of(found, "rows/3/?close=1"), headers=target("row-3")).content.decode()
        assert "row-editing" not in closed
        whole = client.get(page_of(found, "rows/3/"), headers={**target("row-3"), **HISTORY}).content.decode()
        assert "<html" in whole

    def test_a_row_is_put_right_in_place(self, desk: Desk):
        found, client = three(desk), browser(desk.mia)
        cells = {f"cell-{place}": text for place, text in enumerate(desk.row(postDate=LATER, text="Second").values())}
        answer = client.post(page_of(found, "rows/3/"), cells, headers=target("row-3"))
        body = answer.content.decode()
        assert answer.status_code == 200
        assert body.lstrip().startswith('<tr id="row-3" class="row-ready"')
        assert {place for place in OUTSIDE if f'id="{place}"' in body} == OUTSIDE
        assert "2 ready 0 warnings 1 blocked" in words(answer)
        found.refresh_from_db()
        assert found.counts == {"ready": 2, "blocked": 1}

    def test_a_long_text_beside_a_repaired_cell_stays_whole(self, desk: Desk):
        text = "Gruß\r\naus dem Hafen. " + "x" * 60_000
        found = desk.checked([desk.row(postDate=LATER, text=text), desk.row(postDate=LATER, text="a\nb")])
        client, prints = browser(desk.mia), list(found.rows.values_list("fingerprint", flat=True))
        client.post(page_of(found, "rows/2/"), {"cell-1": "Another title", "cell-5": text})
        client.post(page_of(found, "rows/3/"), {"cell-1": "Another title", "cell-5": "a\r\nb"})
        assert list(found.rows.values_list("raw__text", flat=True)) == [text.replace("\r\n", "\n"), "a\nb"]
        assert list(found.rows.values_list("fingerprint", flat=True)) == prints

    def test_it_stays_right_when_the_file_is_checked_again(self, desk: Desk):
        found, client = three(desk), browser(desk.mia)
        client.post(page_of(found, "rows/3/"), {"cell-4": "FACEBOOK", "cell-5": "Put right"})
        client.post(page_of(found, "rows/2/"), {})
        assert list(found.rows.filter(edited=True).values_list("number", flat=True)) == [3]
        found.refresh_from_db()
        check_again(found, desk, mapping={"1": ""})
        assert list(found.rows.values_list("state", flat=True)) == ["ready", "ready", "blocked"]
        assert (found.counts, found.rows.get(number=3).raw["text"]) == ({"ready": 2, "blocked": 1}, "Put right")
        page = words(client.get(page_of(found, "check/")))
        assert page.count("edited here") == 1

    def test_it_is_no_repeat_of_a_row_above_that_the_check_comes_to_first(self, desk: Desk):
        found, client = three(desk), browser(desk.mia)
        client.post(page_of(found, "rows/3/"), {"cell-4": "FACEBOOK", "cell-5": "Three things to ask before whitening"})
        assert found.rows.get(number=3).problems[0]["code"] == "duplicate_row"
        client.post(page_of(found, "rows/2/"), {"cell-5": "Another"})
        client.post(page_of(found, "rows/3/"), {})
        found.refresh_from_db()
        check_again(found, desk)
        assert list(found.rows.values_list("state", "edited")) == [("ready", True), ("ready", True), ("blocked", False)]

    def test_when_other_rows_are_headers_the_file_is_read_anew(self, desk: Desk):
        found = three(desk)
        browser(desk.mia).post(page_of(found, "rows/3/"), {"cell-4": "FACEBOOK"})
        found.refresh_from_db()
        mapping = {"2": "when", "5": "text"}
        place = {"location": desk.here, "accounts": [desk.facebook]}
        check_again(found, desk, kind="advanced", mapping=mapping, **place)
        assert not found.rows.filter(edited=True).exists()
        assert list(found.rows.values_list("number", flat=True)) == [3, 4]

    def test_one_that_stays_wrong_comes_back_as_the_form(self, desk: Desk):
        found, client = three(desk), browser(desk.mia)
        answer = client.post(page_of(found, "rows/3/"), {"cell-4": "FRIENDSTER"}, headers=target("row-3"))
        body = answer.content.decode()
        assert (answer.status_code, 'role="alert"' in body, 'value="FRIENDSTER"' in body) == (422, True, True)
        assert body.lstrip().startswith('<tr id="row-3" class="row-editing"')
        assert "“FRIENDSTER” is not a network" in body[body.index('id="first-problems"') :]

    def test_one_that_becomes_wrong_is_taken_from_the_figures_at_once(self, desk: Desk):
        found, client = three(desk), browser(desk.mia)
        answer = client.post(page_of(found, "rows/2/"), {"cell-4": "FRIENDSTER"}, headers=target("row-2"))
        assert "0 ready 0 warnings 3 blocked" in words(answer)
        assert "Continue with" not in words(answer)
        plain = client.post(page_of(found, "rows/3/"), {})
        assert (plain.status_code, "<html" in plain.content.decode()) == (422, True)

    def test_without_scripts_it_leads_back_to_the_rows(self, desk: Desk):
        found = three(desk)
        answer = browser(desk.mia).post(page_of(found, "rows/3/"), {"cell-4": "FACEBOOK"})
        assert answer["Location"] == page_of(found, "check/")

    def test_once_confirmed_nothing_is_repaired(self, desk: Desk):
        found = commit(three(desk), desk.mia)
        answer = browser(desk.mia).post(page_of(found, "rows/3/"), {"cell-4": "FACEBOOK"})
        assert answer["Location"] == page_of(found, "results/")
        assert found.rows.get(number=3).state == "blocked"

    def test_who_may(self, desk: Desk):
        found = desk.checked([desk.row(postDate=LATER)])
        assert browser(stranger()).get(page_of(found, "rows/2/")).status_code == 404
        assert browser(reader(desk)).post(page_of(found, "rows/2/"), {}).status_code == 403
        assert browser(desk.mia).get(page_of(found, "rows/77/")).status_code == 404


def test_blocked_rows_come_as_a_file_with_reasons(desk: Desk) -> None:
    answer = browser(desk.mia).get(page_of(three(desk), "left-out.csv"))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0].endswith("text,reason")
    assert len(lines) == 3
    assert "MYSPACE” is not a network" in lines[1]
    assert answer["Content-Disposition"] == 'attachment; filename="posts-left-out.csv"'
    early = desk.upload("a,b\n1,2\n")
    assert browser(desk.mia).get(page_of(early, "left-out.csv")).status_code == 404


def test_the_reasons_are_in_the_language_of_whoever_takes_the_file(desk: Desk) -> None:
    found = three(desk)
    User.objects.filter(pk=desk.mia.pk).update(language="es")
    answer = browser(desk.mia).get(page_of(found, "left-out.csv"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    with translation.override("es"):
        reasons = [str(from_json(row.problems[0])) for row in found.rows.filter(state="blocked")]
    assert [line[-1] for line in list(csv.reader(text.splitlines()))[1:]] == reasons
    assert "«MYSPACE» no es una red" in reasons[0]


class TestConfirm:
    def test_it_says_what_will_happen(self, desk: Desk):
        found = desk.checked([desk.row(postDate=LATER), desk.row(postDate="", status="", text="b"), desk.row(text="")])
        page = words(browser(desk.mia).get(page_of(found, "confirm/")))
        assert "2 rows become posts, exactly as the check showed them" in page
        assert "1 is scheduled and goes out at its time." in page
        assert "1 is a draft: nothing goes out." in page
        assert "1 row is blocked and left out." in page

    def test_it_makes_the_posts(self, desk: Desk):
        found, client = three(desk), browser(desk.mia)
        seen = {"seen": found.updated_at.isoformat()}
        assert seen["seen"] in client.get(page_of(found, "confirm/")).content.decode()
        assert client.post(page_of(found, "confirm/"), seen)["Location"] == page_of(found, "results/")
        assert client.post(page_of(found, "confirm/"), seen)["Location"] == page_of(found, "results/")
        run(found)
        assert Post.objects.count() == 1

    def test_it_makes_nothing_that_the_page_had_not_shown(self, desk: Desk):
        found, client = three(desk), browser(desk.mia)
        seen = {"seen": found.updated_at.isoformat()}
        client.post(page_of(found, "rows/3/"), {"cell-4": "FACEBOOK"})
        answer = client.post(page_of(found, "confirm/"), seen)
        assert answer.status_code == 409
        assert "The rows have changed since this page was opened." in words(answer)
        assert "2 rows become posts now." in words(answer)
        with pytest.raises(RowsChanged):
            import_commit(csv_import=found, actor=desk.mia, now=NOW)
        found.refresh_from_db()
        assert found.state == "checked"
        again = client.post(page_of(found, "confirm/"), {"seen": found.updated_at.isoformat()})
        assert again["Location"] == page_of(found, "results/")

    def test_without_a_ready_row_it_refuses(self, desk: Desk):
        found = desk.checked([desk.row(text="")])
        answer = browser(desk.mia).post(page_of(found, "confirm/"), {"seen": found.updated_at.isoformat()})
        assert (answer.status_code, "No row is ready." in words(answer)) == (422, True)

    def test_a_creator_does_not_schedule(self, desk: Desk):
        found = desk.checked([desk.row(postDate=LATER), desk.row(postDate="", status="", text="b")], by=desk.carl)
        page = words(browser(desk.carl).get(page_of(found, "check/")))
        assert "1 ready" in page
        assert "Your role writes and submits." in page

    def test_who_may(self, desk: Desk):
        found, inside, outside = desk.checked([desk.row()]), browser(reader(desk)), browser(stranger())
        for method in ("get", "post"):
            assert getattr(inside, method)(page_of(found, "confirm/")).status_code == 403
            assert getattr(outside, method)(page_of(found, "confirm/")).status_code == 404
        assert inside.get(page_of(found, "check/")).status_code == 200
        assert "Continue with" not in words(inside.get(page_of(found, "check/")))
        assert outside.get(page_of(found, "check/")).status_code == 404
        assert inside.post(page_of(found, "dates/")).status_code == 403
