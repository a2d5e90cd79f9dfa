"""Facts of PDFs."""

from __future__ import annotations

from typing import IO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from planner.probing.facts import Facts
from planner.probing.kinds import PDF
from planner.probing.problems import Damaged

MOST_PAGES = 100_000  # more is a lie


def probe_pdf(file: IO[bytes], size: int | None) -> Facts:
    """The number of pages, as the document's own table of pages says; no page is read. Raises Damaged."""
    file.seek(0)
    try:
        reader = PdfReader(file, strict=False)
        pages = reader.root_object["/Pages"].get_object()
        count = int(pages["/Count"])  # type: ignore[index]
    except (PyPdfError, OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise Damaged from error
    if not 0 <= count <= MOST_PAGES:
        raise Damaged
    return Facts(mime=PDF, size=size, pages=count)
