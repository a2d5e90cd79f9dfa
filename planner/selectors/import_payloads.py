"""Imports and their rows in the shapes that scripts read: those of bundle.social."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import ConnectedAccount
from highlevel.models import Location
from planner.imports.naming import WORD_OF
from planner.imports.problems import from_json
from planner.models import ApiKey, CsvImport, CsvRow
from planner.models.csv_import import LIVE, CsvImportQuerySet, RowState
from planner.services.api_keys import api_key_scope
from planner.services.import_repairing import reason_of

PREFIX = "import_"
SUCCESS, FAILED, PENDING = "SUCCESS", "FAILED", "PENDING"
STATUS_OF = {
    RowState.SUCCESS: SUCCESS,
    RowState.ALREADY: SUCCESS,
    RowState.FAILED: FAILED,
    RowState.BLOCKED: FAILED,
    RowState.UNDONE: FAILED,
}
ROW_STATES = {
    status: [state for state in RowState if STATUS_OF.get(state, PENDING) == status] for status in (SUCCESS, FAILED)
}


def imports_of_key(key: ApiKey) -> CsvImportQuerySet:
    """The imports that the key's person has sent by script, newest first; those of a limited key stay in its limits."""
    mine = CsvImport.objects.filter(person=key.person, origin=CsvImport.Origin.SCRIPT)
    scope = api_key_scope(key)
    if scope is not None:
        mine = mine.filter(scope=scope)
    return mine.select_related("location").order_by("-created_at", "-pk")


def id_shown(csv_import: CsvImport) -> str:
    return f"{PREFIX}{csv_import.key.hex}"


def id_parsed(text: str) -> UUID | None:
    """The key in an id, or None."""
    try:
        return UUID(text.removeprefix(PREFIX))
    except ValueError:
        return None


def import_payload(csv_import: CsvImport) -> dict[str, Any]:
    """The whole import. No query, once its location is read."""
    place = csv_import.location
    status = status_payload(csv_import)
    return {
        "id": status["id"],
        "teamId": (place.remote_id if place else csv_import.layout.get("team")) or None,
        "organizationId": _organization(csv_import),
        "status": status["status"],
        "fileName": csv_import.file_name,
        "totalRows": status["totalRows"],
        "processedRows": status["processedRows"],
        "successRows": status["successRows"],
        "failedRows": status["failedRows"],
        "error": status["error"],
        "rateLimitResetAt": _instant(csv_import.rate_limit_reset_at),
        "startedAt": status["startedAt"],
        "completedAt": status["completedAt"],
        "createdAt": _instant(csv_import.created_at),
        "updatedAt": status["updatedAt"],
    }


def _organization(csv_import: CsvImport) -> str | None:
    """The company whose location the import names first."""
    place = csv_import.location
    named = place.company_id if place else csv_import.layout.get("organization", "")
    return named or settings.HIGHLEVEL_COMPANY_ID or None


def status_payload(csv_import: CsvImport) -> dict[str, Any]:
    """The few figures that a script polls. No query."""
    success, failed = (csv_import.counted(*ROW_STATES[status]) for status in (SUCCESS, FAILED))
    return {
        "id": id_shown(csv_import),
        "status": csv_import.status.value,
        "totalRows": csv_import.total_rows,
        "processedRows": success + failed,
        "successRows": success,
        "failedRows": failed,
        "error": str(from_json(csv_import.problem, row=csv_import.problem.get("row"))) if csv_import.problem else None,
        "startedAt": _instant(csv_import.started_at),
        "completedAt": _instant(csv_import.completed_at),
        "updatedAt": _instant(csv_import.updated_at),
    }


def row_payloads(csv_import: CsvImport, rows: Sequence[CsvRow]) -> list[dict[str, Any]]:
    """The rows. Four queries: their posts, those of rows that were imported before, locations, accounts."""
    posts = _first_posts(rows)
    plans = [row.plan for row in rows if row.plan]
    places = Location.objects.defer("remote").in_bulk({plan["location"] for plan in plans})
    keys = {pk for plan in plans for post in plan["posts"] for pk in post["accounts"]}
    accounts = ConnectedAccount.objects.defer("remote").in_bulk(keys)
    return [_row(csv_import, row, posts.get(row.pk), places, accounts) for row in rows]


def _row(
    csv_import: CsvImport,
    row: CsvRow,
    post: int | None,
    places: dict[int, Location],
    accounts: dict[int, ConnectedAccount],
) -> dict[str, Any]:
    status = STATUS_OF.get(RowState(row.state), PENDING)
    return {
        "id": f"row_{row.pk}",
        "importId": id_shown(csv_import),
        "rowNumber": row.place,
        "status": status,
        "postId": f"post_{post}" if post and status != FAILED else None,
        "rawRow": row.raw,
        "normalizedPayload": _normalized(row, row.plan, places, accounts) if row.plan and status != FAILED else None,
        "error": (reason_of(row, above=row.number - row.place) or None) if status == FAILED else None,
        "createdAt": _instant(row.created_at),
    }


def _normalized(
    row: CsvRow, plan: dict[str, Any], places: dict[int, Location], accounts: dict[int, ConnectedAccount]
) -> dict[str, Any]:
    place = places.get(plan["location"])
    known = [accounts[pk] for post in plan["posts"] for pk in post["accounts"] if pk in accounts]
    return {
        "teamId": place.remote_id if place else None,
        "title": plan["title"],
        "postDate": plan["at"],
        "status": plan["status"].upper(),
        "socialAccountTypes": list(dict.fromkeys(WORD_OF.get(one.platform, one.platform.upper()) for one in known)),
        "warnings": [str(one) for one in map(from_json, row.problems) if not one.blocks],
        "data": [
            {
                "accountIds": [accounts[pk].remote_id for pk in post["accounts"] if pk in accounts],
                "type": post["type"],
                "text": post["text"],
                "texts": post["versions"],
                "media": post["media"],
                "link": post["link"] or None,
                "details": post["details"],
            }
            for post in plan["posts"]
        ],
    }


def _first_posts(rows: Sequence[CsvRow]) -> dict[int, int]:
    """The first post of each row, by the row's key; of a row that was imported before, the post of then."""
    through = CsvRow.posts.through
    found: dict[int, int] = {}
    own = through._default_manager.filter(csvrow__in=[row.pk for row in rows]).order_by("post_id")
    for row_id, post_id in own.values_list("csvrow_id", "post_id"):
        found.setdefault(row_id, post_id)
    again = {row.fingerprint: row.pk for row in rows if row.state == RowState.ALREADY}
    if again:
        earlier = through._default_manager.filter(csvrow__fingerprint__in=list(again), csvrow__state__in=LIVE)
        for fingerprint, post_id in earlier.order_by("post_id").values_list("csvrow__fingerprint", "post_id"):
            found.setdefault(again[fingerprint], post_id)
    return found


def _instant(at: datetime | None) -> str | None:
    """An instant as scripts in JavaScript write it."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
