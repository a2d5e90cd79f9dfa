"""Many-to-many links of mirrored rows, set by set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models


def links_set(through: type[models.Model], near: str, far: str, wanted: Mapping[int, Collection[int]]) -> None:
    """Make the links of the rows in `wanted` (primary keys) exactly these. At most three queries; none without rows.

    `through` is the link table, `near` and `far` its columns for the row and for what it is linked with.
    """
    if not wanted:
        return
    links: models.Manager[Any] = through._default_manager
    present = {
        (row, other): pk for pk, row, other in links.filter(**{f"{near}__in": wanted}).values_list("pk", near, far)
    }
    pairs = {(row, other) for row, others in wanted.items() for other in others}
    stale = [pk for pair, pk in present.items() if pair not in pairs]
    if stale:
        links.filter(pk__in=stale).delete()
    links.bulk_create([through(**{near: row, far: other}) for row, other in sorted(pairs - present.keys())])
