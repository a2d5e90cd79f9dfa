"""What the composer lets somebody choose at one client."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from accounts.models import AccountGroup, ConnectedAccount, Member, User
from highlevel.models import Location
from planner.composer.details import network_of, words_in
from planner.composer.network_settings import SETTINGS
from planner.models import Category, ComposerDraft, MediaUpload, Post, PostBundle, Tag
from planner.models.media_upload import upload_key

DRAFTS = 30
RECENT = 100  # posts in which boards are looked for


@dataclass(frozen=True)
class ComposerPlace:
    """A client's accounts, categories, tags and HighLevel users, and groups as name and accounts. Lists are in the
    order of the page."""

    location: Location
    accounts: tuple[ConnectedAccount, ...]
    groups: tuple[tuple[str, tuple[int, ...]], ...]
    categories: tuple[Category, ...]
    tags: tuple[Tag, ...]
    approvers: tuple[tuple[str, str], ...]

    @cached_property
    def panels(self) -> tuple[str, ...]:
        """The networks whose settings the page shows."""
        known = {setting.network for setting in SETTINGS}
        return tuple(dict.fromkeys(name for name in map(network_of, self.accounts) if name in known))

    @cached_property
    def boards(self) -> dict[int, list[str]]:
        """Pinterest boards by account that recent posts went to. One query when there is such an account."""
        names = {account.remote_id: account.pk for account in self.accounts if account.platform == "pinterest"}
        if not names:
            return {}
        posts = Post.objects.filter(targets__account__in=names.values()).order_by("-display_at")
        found: dict[int, list[str]] = {}
        for details in posts.values_list("details", flat=True)[:RECENT]:
            for choice in (details.get("pinterest") or {}).get("pinterestBoards") or []:
                for name, pk in names.items():
                    if name == choice.get("accountId") or name.startswith(f"{choice.get('accountId')}_"):
                        found[pk] = words_in([*found.get(pk, []), *map(str, choice.get("boards") or [])])
        return found

    def uploads(self, addresses: Iterable[str]) -> dict[str, MediaUpload]:
        """The client's uploads among these addresses of files. One query when there is any address of an upload."""
        keys = [key for address in addresses if (key := upload_key(address)) is not None]
        if not keys:
            return {}
        return {upload.address: upload for upload in MediaUpload.objects.filter(location=self.location, pk__in=keys)}


def composer_place(location: Location, *, also: Iterable[ConnectedAccount] = ()) -> ComposerPlace:
    """What can be chosen at the client, and the accounts `also`, which a post names already. Six queries."""
    present = ConnectedAccount.objects.filter(location=location, gone_at=None).defer("remote")
    accounts = {account.pk: account for account in (*present.order_by("platform", "name", "pk"), *also)}
    groups = AccountGroup.objects.filter(location=location, gone_at=None).prefetch_related("accounts")
    members = Member.objects.filter(location=location, gone_at=None, remote_id__isnull=False).exclude(remote_id="")
    return ComposerPlace(
        location=location,
        accounts=tuple(sorted(accounts.values(), key=lambda each: (each.platform, each.name, each.pk))),
        groups=tuple((group.name, tuple(each.pk for each in group.accounts.all())) for group in groups),
        categories=tuple(Category.objects.filter(location=location, gone_at=None).defer("remote")),
        tags=tuple(Tag.objects.filter(location=location, gone_at=None).defer("remote")),
        approvers=tuple((str(member.remote_id), str(member)) for member in members.order_by("name", "pk")),
    )


def drafts_of(person: User, location: Location) -> list[ComposerDraft]:
    """What the person left unfinished for new posts of the client, the latest first; at most thirty."""
    drafts = ComposerDraft.objects.filter(person=person, location=location, post=None, subject="")
    return list(drafts.order_by("-updated_at", "-pk")[:DRAFTS])


def siblings_of(post: Post) -> list[Post]:
    """The other posts that were written in one go with it, with their accounts. Three queries at most."""
    if post.bundle_id is None:
        return []
    others = Post.objects.present().filter(bundle=post.bundle_id).exclude(pk=post.pk)
    return list(others.defer("remote").prefetch_related("targets__account").order_by("pk"))


def written_with(key: object) -> list[Post]:
    """The posts that were written with a key, empty when it is free. Their contents come with them."""
    bundle = PostBundle.objects.filter(key=str(key)).first()
    if bundle is None:
        return []
    posts = bundle.posts.select_related("location", "category").defer("remote", "location__remote")
    return list(posts.prefetch_related("targets__account", "media", "tags").order_by("pk"))
