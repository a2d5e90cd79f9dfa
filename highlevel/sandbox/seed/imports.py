"""CSV imports of a location in several states, with the rows that HighLevel found in them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from highlevel.sandbox.clock import iso, parse_iso
from highlevel.sandbox.csv_files import Cells
from highlevel.sandbox.csv_rows import Setting, row_document
from highlevel.sandbox.resources.medias import picture_url
from highlevel.sandbox.seed.accounts import account_document
from highlevel.sandbox.seed.captions import Writer
from highlevel.sandbox.seed.place import Account, Place
from highlevel.sandbox.store import Document

STATES = ("completed", "in_progress", "in_review", "failed", "importing", "pending", "deleted")

_FILES = (
    "autumn-plan.csv",
    "batch.csv",
    "content calendar (final).csv",
    "posts_v3.csv",
    "<b>offers</b>.csv",
    "Woche.csv",
)
_CELL_TIME = "%Y-%m-%d %H:%M:%S"
_MADE = {"completed": ("scheduled", "published"), "in_review": ("in_review",)}
_ROW_STATUS = {"completed": "accepted", "in_review": "accepted", "failed": "rejected", "deleted": "deleted"}


@dataclass
class Folder:
    """The imports of a location, and their rows with the id of the import each belongs to."""

    imports: list[Document] = field(default_factory=list)
    rows: list[tuple[str, Document]] = field(default_factory=list)


def csv_imports(place: Place, posts: list[Document]) -> Folder:
    """A finished import and two others; rows that became posts name one of `posts`."""
    folder = Folder()
    for number, status in enumerate(("completed", *place.random("imports").sample(STATES[1:], 2))):
        _add(folder, place, posts, number, status)
    return folder


def _add(folder: Folder, place: Place, posts: list[Document], number: int, status: str) -> None:
    rng = place.random("import", number)
    import_id = place.object_id("import", number)
    created = place.today - timedelta(
        days=rng.randint(1, 25) if status != "pending" else 0, minutes=rng.randint(30, 400)
    )
    accounts = (place.of("facebook", "instagram") or place.accounts)[:2]
    made = [post for post in posts if _came_from_file(post, status)][:6]
    if made:
        rows = [_made_row(place, post, created) for post in made]
    else:
        rows = _planned_rows(place, number, status, accounts, created, rng)
    for turn, row in enumerate(rows):
        row |= {"_id": place.object_id("row", number, turn), "status": _ROW_STATUS.get(status, "pending")}
        if row["status"] == "accepted" and row["errorMessage"]:
            row["status"] = "rejected"
    file_name = rng.choice(_FILES)
    path_name = f"{place.object_id('file', number)[:8]}-{place.object_id('file', number)[8:20]}"
    account_ids = dict.fromkeys(account_id for row in rows for account_id in row["accountIds"])
    folder.imports.append(
        {
            "_id": import_id,
            "locationId": place.id,
            "fileName": file_name,
            "accountIds": list(account_ids) or [account.id for account in accounts],
            "file": f"{place.id}/social-import/{path_name}.csv",
            "status": status,
            "count": len(rows) or rng.randint(5, 60),
            "createdBy": rng.choice(place.writers),
            "approver": place.approver if status == "in_review" else None,
            "csvFileType": "basic",
            "mediaOptimization": False,
            "applyWatermark": False,
            "channel": "oauth",
            "createdAt": iso(created),
            "updatedAt": iso(created + timedelta(seconds=rng.randint(3, 40))),
            "finalisedBy": rng.choice(place.writers) if status in ("completed", "in_review") else None,
        }
    )
    folder.rows += [(import_id, row) for row in rows]


def _came_from_file(post: Document, status: str) -> bool:
    return post["source"] == "csv" and post["parentPostId"] is None and post["status"] in _MADE.get(status, ())


def _made_row(place: Place, post: Document, created: datetime) -> Document:
    """The row of which a post was made."""
    moment = parse_iso(post["displayDate"]).astimezone(place.zone)
    cells = {"postAtSpecificTime": moment.strftime(_CELL_TIME), "content": post["summary"]}
    kinds = {"image": "imageUrls", "video": "videoUrls"}
    for media in post["media"][:1]:
        cells[kinds[media["type"].split("/")[0]]] = media["url"]
    before = min(created, moment - timedelta(days=1))
    row = row_document("", cells, Setting(before, place.zone, [], "basic"))
    return {**row, "accountIds": post["accountIds"], "type": post["type"], "postId": post["_id"]}


def _planned_rows(
    place: Place, number: int, status: str, accounts: list[Account], created: datetime, rng: Random
) -> list[Document]:
    """Rows that wait for somebody's decision, some of them with errors; a file not yet looked at has none."""
    if status in ("pending", "importing"):
        return []
    writer = Writer(place.client, place.random("rows", number))
    documents = [account_document(place, account) for account in accounts]
    setting = Setting(created, place.zone, documents, "basic")
    found = []
    for turn in range(rng.randint(5, 14)):
        broken = status == "failed" or turn % 5 == 3
        found.append(row_document("", _cells(place, writer, turn, rng, broken=broken), setting))
    return found


def _cells(place: Place, writer: Writer, turn: int, rng: Random, *, broken: bool) -> Cells:
    day = (place.today + timedelta(days=3 + 2 * turn)).astimezone(place.zone)
    slug, _ = rng.choice(place.client.photos)
    cells = {
        "postAtSpecificTime": f"{day:%Y-%m-%d} {rng.choice(place.client.hours)}:00",
        "content": writer.draft(rng, day.date()).text(600),
        "imageUrls": picture_url(f"{place.client.key}-{slug}"),
    }
    if not broken:
        return cells
    trouble: Cells = rng.choice(
        (
            {"postAtSpecificTime": "next Tuesday at nine"},
            {"postAtSpecificTime": "2026-02-30 09:00:00"},
            {"postAtSpecificTime": f"{place.today - timedelta(days=200):%Y-%m-%d} 09:00:00"},
            {"imageUrls": "https://drive.google.com/file/d/1aBcD/view"},
            {"imageUrls": f"{cells['imageUrls']}?missing=1"},
            {"content": "", "imageUrls": ""},
        )
    )
    return cells | trouble
