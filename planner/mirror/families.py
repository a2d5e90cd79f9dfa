"""Posts and their copies on accounts, brought together from a page and from what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from highlevel.api import RemotePost
from highlevel.pull import Read, Sound
from highlevel.pull.reading import read_row
from highlevel.pull.rows import Held
from planner.mirror.reading import Known, account_of, marked
from planner.models import Post, PostTarget

Rows = Mapping[str, Read[RemotePost]]


@dataclass(slots=True)
class Child:
    """One account's row. `row` and `remote` are there when this page brought news of it."""

    account: str
    pk: int | None
    row: RemotePost | None = None
    remote: Sound | None = None


@dataclass(slots=True)
class Family:
    """One post while a page is saved: its root row, its children by remote id, and its targets as stored.

    `remote` is there when this page brought news of the root. Without a `root` a child stands in for it.
    """

    remote_id: str
    held: Held | None
    root: RemotePost | None = None
    remote: Sound | None = None
    children: dict[str, Child] = field(default_factory=dict)
    targets: list[PostTarget] = field(default_factory=list)
    pk: int = 0

    @property
    def is_rewritten(self) -> bool:
        """Whether the post's own row and content are written with this page."""
        return self.remote is not None or self.root is None

    @property
    def source(self) -> RemotePost:
        """The row that the content comes from: the root, else the child with the lowest id."""
        row = self.root or self.children[min(self.children)].row
        if row is None:
            raise LookupError(f"The children of {self.remote_id} were not loaded.")
        return row


def gather(
    *,
    roots: Rows,
    news: Rows,
    fresh: Rows,
    held: Mapping[str, Held],
    pks: Mapping[str, int],
    known: Known,
) -> list[Family]:
    """The families that a page changes. `roots` are all root rows of the page, `news` those that changed, `fresh` the
    children that changed, `pks` the targets that children have already. At most three queries."""
    families = {name: Family(name, held.get(name), read.row, marked(read, known)) for name, read in news.items()}
    for read in fresh.values():
        name = parent_of(read)
        if name not in families:
            families[name] = Family(name, held.get(name), _present(roots.get(name), held.get(name)))
    _load(families.values())
    for name, read in fresh.items():
        child = Child(account_of(read.row), pks.get(name), read.row, marked(read, known))
        families[parent_of(read)].children[name] = child
    return list(families.values())


def _present(read: Read[RemotePost] | None, held: Held | None) -> RemotePost | None:
    """The root row of this page, unless what is stored is newer."""
    if read is None or (held is not None and held.outdates(read.row.updated_at)):
        return None
    return read.row


def parent_of(read: Read[RemotePost]) -> str:
    return read.row.parent_post_id or ""


def _load(families: Iterable[Family]) -> None:
    stored = {family.held.pk: family for family in families if family.held is not None}
    if not stored:
        return
    absent = [pk for pk, family in stored.items() if family.root is None and family.held and family.held.digest]
    if absent:
        for pk, raw in Post.objects.filter(pk__in=absent).values_list("pk", "remote"):
            stored[pk].root = read_row(RemotePost, raw)[0]
    for target in PostTarget.objects.filter(post__in=stored).defer("remote"):
        family = stored[target.post_id]
        family.targets.append(target)
        if target.remote_id:
            family.children[target.remote_id] = Child(target.account_remote_id, target.pk)
    orphans = [pk for pk, family in stored.items() if family.root is None]
    if orphans:
        children = PostTarget.objects.filter(post__in=orphans).exclude(remote_id="")
        for pk, name, raw in children.values_list("post_id", "remote_id", "remote"):
            stored[pk].children[name].row = read_row(RemotePost, raw)[0]
    for pk, family in stored.items():
        family.pk = pk
