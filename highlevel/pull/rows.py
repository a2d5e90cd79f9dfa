"""Writing mirrored rows in sets: only what changed, never over newer news, at a query count that rows do not change."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from highlevel.models import Location, Mirrored
from highlevel.pull.bulk import bulk_write

NUL_STAND_IN = "\N{REPLACEMENT CHARACTER}"
CHUNK = 500

_UNSOUND = re.compile("[\ud800-\udfff\0]")
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Sound:
    """A remote row that every database can hold, as an object and as JSON, and the digest that tells whether it
    changed."""

    raw: Any
    digest: str
    text: str

    def marked(self, *marks: str) -> Sound:
        """The row with a digest over the marks too: what it refers to and is not mirrored yet, so that it is written
        again once that is."""
        if not marks:
            return self
        return Sound(self.raw, _digest("\0".join((self.digest, *marks)).encode()), self.text)


def sound(raw: Any) -> Sound:
    """The row as it may be stored.

    PostgreSQL holds neither U+0000 nor half a surrogate pair, in text or JSON: each becomes U+FFFD, on every database
    alike, and all else stays as it came. Numbers that JSON has no way to write become text.
    """
    try:
        text = as_json(raw)
        data = text.encode()
        if "\\u0000" in text:
            raise ValueError("a NUL character")
    except ValueError:
        raw = _mended(raw)
        text = as_json(raw)
        data = text.encode()
    return Sound(raw, _digest(data), text)


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def as_json(value: Any) -> str:
    """The value as JSON text, the same for the same value. Raises ValueError for a number that is none."""
    return _ENCODER.encode(value)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return mended_text(value)
    if isinstance(value, dict):
        return {mended_text(key): _mended(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, float) and value - value != 0:
        return str(value)
    return value


def mended_text(text: str) -> str:
    """The text without what PostgreSQL cannot hold; see `sound`."""
    return _UNSOUND.sub(NUL_STAND_IN, text)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A remote row made ready for its table. `deleted` is what HighLevel says of a row that it still lists."""

    remote_id: str
    remote: Sound
    updated_at: datetime | None
    values: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """What has to be known of a stored row to tell whether news of it is news."""

    pk: int
    digest: str
    updated_at: datetime | None
    gone: bool

    def outdates(self, updated_at: datetime | None) -> bool:
        """Whether what is stored is newer than a version of that age; without an age the latest answer wins."""
        return updated_at is not None and self.updated_at is not None and updated_at < self.updated_at


def newest(rows: Iterable[Fresh]) -> dict[str, Fresh]:
    """One row an id: the youngest, and among equals the last."""
    chosen: dict[str, Fresh] = {}
    for row in rows:
        other = chosen.get(row.remote_id)
        if other is None or row.updated_at is None or other.updated_at is None or row.updated_at >= other.updated_at:
            chosen[row.remote_id] = row
    return chosen


def mirror_rows(model: type[Mirrored], *, location: Location, rows: Iterable[Fresh], now: datetime) -> dict[str, int]:
    """Insert or update the rows that changed, with two queries; returns the primary keys of what was written by remote
    id. Columns that `Fresh.values` does not name are left alone in a row that exists."""
    fresh = newest(rows)
    held = held_rows(model, location=location, remote_ids=fresh)
    changed = [row for row in fresh.values() if _is_news(held.get(row.remote_id), row)]
    keys = bulk_write(
        model,
        [
            {
                "location_id": location.pk,
                "remote_id": row.remote_id,
                "remote": row.remote.text,
                "remote_hash": row.remote.digest,
                "remote_updated_at": row.updated_at,
                "synced_at": now,
                "gone_at": now if row.deleted else None,
                **row.values,
            }
            for row in changed
        ],
        unique=("location_id", "remote_id"),
    )
    return dict(zip((row.remote_id for row in changed), keys, strict=True))


def held_rows(model: type[Mirrored], *, location: Location, remote_ids: Collection[str]) -> dict[str, Held]:
    """What is stored of these rows, by remote id. One query."""
    columns = ("remote_id", "pk", "remote_hash", "remote_updated_at", "gone_at")
    found = model._default_manager.filter(location=location, remote_id__in=list(remote_ids)).values_list(*columns)
    return {name: Held(pk, digest, updated_at, gone_at is not None) for name, pk, digest, updated_at, gone_at in found}


def _is_news(held: Held | None, row: Fresh) -> bool:
    if held is None:
        return True
    if held.outdates(row.updated_at):
        return False
    return held.digest != row.remote.digest or held.gone != row.deleted


def mirror_gone(model: type[Mirrored], *, location: Location, seen: Collection[str], now: datetime) -> int:
    """Mark the location's rows that a complete listing did not show; returns how many. Nothing is deleted.

    Rows without a remote id are Rota's own and stay.
    """
    present = model._default_manager.filter(location=location, gone_at=None, remote_id__isnull=False)
    missing = [pk for pk, remote_id in present.values_list("pk", "remote_id") if remote_id not in seen]
    return update_in_chunks(model, missing, gone_at=now)


def update_in_chunks(model: type[models.Model], keys: Sequence[int], **values: Any) -> int:
    """Set the columns on the rows with these primary keys; returns how many there were."""
    written = 0
    for start in range(0, len(keys), CHUNK):
        written += model._default_manager.filter(pk__in=keys[start : start + CHUNK]).update(**values)
    return written


def fit(text: str | None, length: int) -> str:
    """Text for a column of that many characters; what is cut off stays readable in `remote`."""
    return (text or "")[:length]
