"""What became of a post on each account: a target for each child row, and one for each account without a child row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from highlevel.pull.bulk import bulk_write
from highlevel.pull.rows import as_json
from planner.mirror.families import Family
from planner.mirror.reading import Known, accounts_of, target_of
from planner.models import PostTarget

SPOKEN = ("account_id", "status", "error", "network_post_id", "published_at")

Columns = dict[str, Any]


def save_targets(families: Iterable[Family], *, known: Known) -> None:
    """Write the targets that differ from what is stored. At most three queries.

    A target that was worked out from the root row makes way for the child row of its account, and keeps its key.
    """
    stale: list[int] = []
    new: list[Columns] = []
    changed: list[Columns] = []
    for family in families:
        spare = {target.account_remote_id: target for target in family.targets if not target.remote_id}
        for pk, columns in (*_of_children(family, spare, known), *_of_root(family, spare, known)):
            if pk is None:
                new.append(columns)
            else:
                changed.append({"id": pk, **columns})
        stale += [target.pk for target in spare.values()]
    if stale:
        PostTarget.objects.filter(pk__in=stale).delete()
    bulk_write(PostTarget, changed, unique=("id",))
    bulk_write(PostTarget, new)


def _of_children(family: Family, spare: dict[str, PostTarget], known: Known) -> Iterator[tuple[int | None, Columns]]:
    """Targets of the child rows that changed; each takes over the spare target of its account, if there is one."""
    for name in sorted(family.children):
        child = family.children[name]
        if child.remote is None or child.row is None:
            continue
        pk = child.pk
        if pk is None and child.account in spare:
            pk = spare.pop(child.account).pk
        yield pk, target_of(child.row, child.account, post_id=family.pk, known=known, child=child.remote)


def _of_root(family: Family, spare: dict[str, PostTarget], known: Known) -> Iterator[tuple[int | None, Columns]]:
    """Targets of the accounts that only the root row speaks for; what is left in `spare` is wanted no more."""
    if family.root is None:
        return
    spoken_for = {child.account for child in family.children.values()}
    for account in accounts_of(family.root):
        if account in spoken_for:
            continue
        held = spare.pop(account, None)
        columns = target_of(family.root, account, post_id=family.pk, known=known, child=None)
        if held is None:
            yield None, columns
        elif as_json(held.insights) != columns["insights"] or any(
            getattr(held, name) != columns[name] for name in SPOKEN
        ):
            yield held.pk, columns
