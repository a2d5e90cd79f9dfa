"""Reading an import file: .csv or .xlsx, basic (one header row) or advanced (a row of groups, a row of fields)."""

import csv
import io
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal

from highlevel.sandbox.workbook import Unreadable, read_sheet

MOST_ROWS = 90

WHEN = "postAtSpecificTime (YYYY-MM-DD HH:mm:ss)"
BASIC = (WHEN, "content", "link (OGmetaUrl)", "imageUrls", "gifUrl", "videoUrls")
BASIC_OPTIONAL = ("thumbnailUrl",)
ADVANCED: dict[str, tuple[str, ...]] = {
    "All Social": (
        WHEN,
        "content",
        "OGmetaUrl (url)",
        "imageUrls (comma-separated)",
        "gifUrl",
        "videoUrls (comma-separated)",
        "thumbnailUrl",
        "mediaOptimization (true/false)",
        "applyWatermark (true/false)",
        "tags (comma-separated)",
        "category",
        "followUpComment",
    ),
    "Facebook": ("type (post/story/reel)",),
    "Instagram": ("type (post/story/reel)",),
    "LinkedIn": ("pdfTitle", "postAsPdf (true/false)"),
    "Google (GBP)": (
        "eventType (call_to_action/event/offer)",
        "actionType (none/order/book/shop/learn_more/call/sign_up)",
        "title",
        "offerTitle",
        "startDate (YYYY-MM-DD HH:mm:ss)",
        "endDate (YYYY-MM-DD HH:mm:ss)",
        "termsConditions",
        "couponCode",
        "redeemOnlineUrl",
        "actionUrl",
    ),
    "YouTube": ("title", "privacyLevel (private/public/unlisted)", "type (video/short)"),
    "TikTok": (
        "privacyLevel (everyone/friends/only_me)",
        "promoteOtherBrand (true/false)",
        "enableComment (true/false)",
        "enableDuet (true/false)",
        "enableStitch (true/false)",
        "videoDisclosure (true/false)",
        "promoteYourBrand (true/false)",
    ),
    "Community": ("title", "notifyAllGroupMembers (true/false)"),
    "Pinterest": ("title", "link"),
}

FileType = Literal["CSV", "XLSX"]
Kind = Literal["basic", "advance"]
Cells = dict[str, str]
"""One row: texts by `field`, or by `group.field` outside the general group; what a header says in brackets left out."""


class BadFile(Exception):
    """A file that cannot be imported, with HighLevel's code for the reason."""

    def __init__(
        self, code: str, message: str, *, file_type: FileType = "CSV", kind: Kind = "basic", missing: str = ""
    ) -> None:
        super().__init__(message)
        self.payload: dict[str, Any] = {"code": code, "message": message}
        if code != "CSV_UNSUPPORTED_EXTENSION":
            self.payload.update(fileType=file_type, csvFileType=kind)
        if missing:
            self.payload["missingHeaders"] = missing


@dataclass(frozen=True)
class ImportFile:
    """A file that was understood."""

    kind: Kind
    rows: list[Cells]


def read_import_file(name: str, content: bytes) -> ImportFile:
    """The rows of an import file. Raises BadFile."""
    extension = name.rpartition(".")[2].lower()
    if extension not in ("csv", "xlsx"):
        raise BadFile("CSV_UNSUPPORTED_EXTENSION", "Only .csv and .xlsx files are supported.")
    file_type: FileType = "XLSX" if extension == "xlsx" else "CSV"
    if not content.strip():
        raise BadFile("CSV_EMPTY_FILE", "The file is empty.", file_type=file_type)
    table = _read_xlsx(content) if file_type == "XLSX" else _read_csv(content)
    table = [row for row in table if any(row)]
    if not table:
        raise BadFile("CSV_EMPTY_FILE", "The file is empty.", file_type=file_type)
    kind: Kind = "advance" if table[0][0] in ADVANCED else "basic"
    if kind == "basic":
        names, body = _basic_names(table[0], file_type), table[1:]
    else:
        if len(table) < 2:
            message = "The row with the field names is missing."
            raise BadFile("CSV_MISSING_REQUIRED_ROWS", message, file_type=file_type, kind=kind)
        names, body = _advanced_names(table[0], table[1], file_type), table[2:]
    if not body:
        raise BadFile("CSV_NO_VALID_POST", "The file has no post.", file_type=file_type, kind=kind)
    if len(body) > MOST_ROWS:
        message = f"The file has {len(body)} posts, more than the {MOST_ROWS} that one import takes."
        raise BadFile("CSV_INVALID_FORMAT", message, file_type=file_type, kind=kind)
    if any(cell for row in body for cell in row[len(names) :]):
        message = "A row has more cells than there are headers."
        raise BadFile("CSV_INVALID_FORMAT", message, file_type=file_type, kind=kind)
    return ImportFile(kind, [dict(zip(names, row, strict=False)) for row in body])


def _read_csv(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
        if "\0" in text:
            raise BadFile("CSV_INVALID_FORMAT", "The file is not a text file.")
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except (UnicodeDecodeError, csv.Error) as problem:
        raise BadFile("CSV_INVALID_FORMAT", f"The file cannot be read: {problem}") from None


def _read_xlsx(content: bytes) -> list[list[str]]:
    try:
        return [[cell.strip() for cell in row] for row in read_sheet(content)]
    except Unreadable as problem:
        raise BadFile("CSV_PROCESSING_ERROR", f"The workbook cannot be read: {problem}", file_type="XLSX") from None


def _basic_names(headers: list[str], file_type: FileType) -> list[str]:
    headers = _trimmed(headers)
    missing = [name for name in BASIC if name not in headers]
    unknown = [name for name in headers if name not in (*BASIC, *BASIC_OPTIONAL)]
    _refuse(missing, unknown or len(set(headers)) < len(headers), len(BASIC), file_type, "basic")
    return [_short(name) for name in headers]


def _advanced_names(groups: list[str], headers: list[str], file_type: FileType) -> list[str]:
    headers = _trimmed(headers)
    # A group is named over its first column only.
    groups = list(accumulate(groups + [""] * (len(headers) - len(groups)), _carried))
    pairs = list(zip(groups, headers, strict=False))
    expected = [(group, name) for group, names in ADVANCED.items() for name in names]
    missing = [name for group, name in expected if (group, name) not in pairs]
    unknown = [pair for pair in pairs if pair not in expected]
    _refuse(missing, unknown or len(set(pairs)) < len(pairs), len(expected), file_type, "advance")
    return [_short(name) if group == "All Social" else f"{group}.{_short(name)}" for group, name in pairs]


def _carried(last: str, cell: str) -> str:
    return cell or last


def _refuse(missing: list[str], wrong: object, expected: int, file_type: FileType, kind: Kind) -> None:
    names = ", ".join(missing)
    if missing and len(missing) < expected // 2:
        message = "CSV headers are missing."
        raise BadFile("CSV_MISSING_HEADERS", message, file_type=file_type, kind=kind, missing=names)
    if missing or wrong:
        message = "CSV headers are not identical to sample file."
        raise BadFile("CSV_HEADERS_NOT_MATCHING", message, file_type=file_type, kind=kind, missing=names)


def _trimmed(row: list[str]) -> list[str]:
    """A row without the empty cells at its end."""
    return row[: max((place + 1 for place, cell in enumerate(row) if cell), default=0)]


def _short(header: str) -> str:
    return "link" if header in ("link (OGmetaUrl)", "OGmetaUrl (url)") else header.partition(" (")[0]
