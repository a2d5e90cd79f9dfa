"""What people read about networks is what the code holds."""

from __future__ import annotations

from planner.networks import Code
from tests.planner.networks.page import PAGE, tables, written


def test_the_tables_of_the_page_are_the_table_of_the_code() -> None:
    text = PAGE.read_text()
    assert text == written(text, tables()), "python -m tests.planner.networks.page writes the tables anew"


def test_every_code_is_explained() -> None:
    text = PAGE.read_text()
    assert [code for code in Code if f"| `{code}` |" not in text] == []
