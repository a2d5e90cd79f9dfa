"""Uploading a file, finding out what it is, and settling its columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import WRITERS, locations_for
from accounts.models import ConnectedAccount, User
from highlevel.models import Location
from planner.imports.columns import FileKind
from planner.imports.dates import DateOrder
from planner.imports.headers import Headers, header_rows, read_headers
from planner.imports.problems import BadFile, Problem, as_json, problem
from planner.imports.reading import Layout, records, take_in
from planner.models.csv_import import CsvImport, HeaderMapping, ImportEngine, ImportOrigin, ImportState
from planner.services.import_claims import import_move
from planner.services.import_errors import ColumnsWrong, ImportProblem, NotNow
from planner.services.import_files import file_drop, file_keep, file_path
from planner.services.import_waking import wake


def import_upload(
    *,
    chunks: Iterable[bytes],
    name: str,
    actor: User,
    now: datetime,
    origin: str = ImportOrigin.WIZARD,
    scope: Sequence[int] | None = None,
    date_order: str = DateOrder.ASK,
) -> CsvImport:
    """Keep a file that comes in pieces, and have it read. `scope` are the keys of the locations it may be about.

    One of a script is checked and carried out by itself, without anybody's word.

    Raises BadFile when it is too large; nothing is kept then.
    """
    file, size = file_keep(chunks)
    try:
        with transaction.atomic():
            made = CsvImport.objects.create(
                person=actor,
                origin=origin,
                scope=None if scope is None else list(scope),
                date_order=DateOrder(date_order),
                file=file,
                file_name=name[-255:],
                file_size=size,
                created_at=now,
                updated_at=now,
            )
            transaction.on_commit(lambda: wake(made.pk), robust=True)
    except BaseException:
        file_drop(file)
        raise
    return made


def import_read(csv_import: CsvImport, *, now: datetime, claim: str | None = None) -> None:
    """Read the file once and say what it is. It ends in the columns step, or failed with what is wrong.

    A second call does nothing.
    """
    if csv_import.state != ImportState.UPLOADED:
        return
    try:
        layout = take_in(file_path(csv_import.file), name=csv_import.file_name)
        headers = read_headers(layout.head)
    except BadFile as bad:
        import_fail(csv_import, bad.problem, now=now, claim=claim)
        return
    kind, mapping = headers.kind, {}
    if held := HeaderMapping.objects.filter(person=csv_import.person_id, digest=headers.digest).first():
        kind, mapping = FileKind(held.kind), held.mapping
        headers = read_headers(layout.head, kind).with_mapping(mapping)
    if kind and layout.records <= header_rows(kind):
        import_fail(csv_import, problem("file_empty"), now=now, claim=claim)
        return
    moved = import_move(
        csv_import,
        ImportState.COLUMNS,
        now=now,
        claim=claim,
        layout={**layout.as_json(), **_first_team(csv_import, layout, headers)},
        kind=kind or "",
        mapping=mapping,
        headers=_kept(headers),
        total_rows=layout.records - (header_rows(kind) if kind else 1),
    )
    if moved and csv_import.origin == ImportOrigin.SCRIPT:
        _go_on_by_itself(csv_import, headers, now, claim)


def import_fail(csv_import: CsvImport, found: Problem, *, now: datetime, claim: str | None = None) -> None:
    """End an import whose file cannot be taken in; the file is deleted."""
    about, file = {**as_json(found), "row": found.row}, csv_import.file
    if import_move(csv_import, ImportState.FAILED, now=now, claim=claim, problem=about, completed_at=now, file=""):
        file_drop(file)


def import_columns_set(
    *,
    csv_import: CsvImport,
    actor: User,
    now: datetime,
    kind: str,
    mapping: Mapping[str, str] | None = None,
    date_order: str = DateOrder.ASK,
    location: Location | None = None,
    accounts: Sequence[ConnectedAccount] = (),
    approver: str = "",
    engine: str = ImportEngine.OUTBOX,
) -> None:
    """Settle how the rows are read, remember it for files with the same headers, and have them checked.

    `mapping` gives columns, by their number as text, another key of the kind ("" leaves one out). HighLevel's own
    kinds need `location` and `accounts`. Rows that were put right stay so, unless other lines are headers now. Raises
    ColumnsWrong, ImportProblem and NotNow; nothing is written then.
    """
    chosen = FileKind(kind)
    headers = read_headers(csv_import.layout["head"], chosen).with_mapping(mapping or {})
    if problems := headers.problems():
        raise ColumnsWrong(problems)
    _require_place(chosen, location, accounts, engine, actor)
    fields: dict[str, Any] = {
        "kind": chosen,
        "mapping": dict(mapping or {}),
        "headers": _kept(headers),
        "date_order": DateOrder(date_order),
        "location": location if chosen != FileKind.AGENCY else None,
        "accounts": [account.pk for account in accounts],
        "approver": approver,
        "engine": ImportEngine(engine),
        "total_rows": csv_import.layout["records"] - header_rows(chosen),
        "cursor": 0,
        "counts": {},
    }
    with transaction.atomic():
        HeaderMapping.objects.update_or_create(
            person=actor,
            digest=headers.digest,
            defaults={"kind": chosen, "mapping": dict(mapping or {}), "used_at": now},
        )
        if _placed(headers_of(csv_import)) != _placed(headers):
            csv_import.rows.filter(edited=True).update(edited=False)
        if not import_move(csv_import, ImportState.CHECKING, now=now, **fields):
            raise NotNow
        transaction.on_commit(lambda: wake(csv_import.pk), robust=True)


def headers_of(csv_import: CsvImport) -> Headers:
    """How the columns of an import are understood now."""
    held = csv_import.headers
    kind = FileKind(csv_import.kind) if csv_import.kind else None
    return Headers(kind, tuple(held["labels"]), tuple(held["keys"]), held["digest"])


def _go_on_by_itself(csv_import: CsvImport, headers: Headers, now: datetime, claim: str | None) -> None:
    """Have a script's file checked, which has to be an agency file."""
    agency = headers
    if headers.kind != FileKind.AGENCY:
        agency = read_headers(csv_import.layout["head"], FileKind.AGENCY)
    if problems := agency.problems():
        import_fail(csv_import, problems[0], now=now, claim=claim)
        return
    total = csv_import.layout["records"] - header_rows(FileKind.AGENCY)
    about = {"kind": FileKind.AGENCY, "headers": _kept(agency), "total_rows": total}
    import_move(csv_import, ImportState.CHECKING, now=now, claim=claim, **about)


def _first_team(csv_import: CsvImport, layout: Layout, headers: Headers) -> dict[str, str]:
    """The location that the first row names, by HighLevel's id, and its company; empty when it names none of the
    person's."""
    if headers.kind != FileKind.AGENCY or "location_id" not in headers.keys:
        return {"team": "", "organization": ""}
    place = headers.keys.index("location_id")
    path = file_path(csv_import.file)
    held = records(path, encoding=layout.encoding, delimiter=layout.delimiter, after=layout.first)
    _row, cells = next(held, (0, []))
    team = cells[place][:64] if place < len(cells) else ""
    seen = csv_import.person.locations().filter(remote_id=team) if csv_import.person else Location.objects.none()
    return {"team": team, "organization": seen.values_list("company_id", flat=True).first() or ""}


def _placed(headers: Headers) -> tuple[tuple[str, ...], int]:
    """What has to stay for cells to be found again: the headers, and the number of their rows."""
    return headers.labels, header_rows(headers.kind) if headers.kind else 1


def _kept(headers: Headers) -> dict[str, Any]:
    return {"labels": list(headers.labels), "keys": list(headers.keys), "digest": headers.digest}


def _require_place(
    kind: FileKind, location: Location | None, accounts: Sequence[ConnectedAccount], engine: str, actor: User
) -> None:
    if kind == FileKind.AGENCY:
        if engine != ImportEngine.OUTBOX:
            raise ImportProblem(_("HighLevel's own import takes the basic and the advanced kind of file only."))
        return
    if location is None or not accounts:
        raise ImportProblem(_("Choose the location and at least one account: files of this kind name neither."))
    if any(account.location_id != location.pk for account in accounts):
        raise ImportProblem(_("Choose accounts of the location."))
    if not locations_for(actor, *WRITERS).filter(pk=location.pk).exists():
        raise ImportProblem(_("Your role in this location lets you read, not change."))
