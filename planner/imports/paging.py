"""How much of a file is worked on at a time: few transactions for short rows, little memory for long ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeVar

ROWS = 1000  # of one transaction
WEIGHT = 1 << 20  # characters

Row = TypeVar("Row")


def next_page(rows: Iterator[Row], weight: Callable[[Row], int]) -> list[Row]:
    """Take the next rows off `rows`: up to ROWS, and none behind the one that makes them weigh WEIGHT; none at the end.

    `weight` gives the characters of a row.
    """
    page, weighed = [], 0
    for row in islice(rows, ROWS):
        page.append(row)
        weighed += weight(row)
        if weighed >= WEIGHT:
            break
    return page
