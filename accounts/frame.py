"""What every page of the product has around it: navigation, the chosen location, the state of the mirror, the theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import WRITERS, keeps_people, locations_for
from accounts.models import ConnectedAccount, User
from accounts.models.connected_account import Health
from accounts.scope import PARAMETER, Scope
from accounts.selectors.health import SyncHealth, sync_health

THEME_COOKIE = "theme"
THEMES = ("light", "dark")
# These name something inside one location: they make no sense after another one is chosen.
OF_ONE_LOCATION = frozenset({PARAMETER, "page", "account", "open", "pick", "find", "since"})


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the navigation. `name` is the URL name, `icon` Lucide's."""

    name: str
    label: str | Promise
    icon: str

    @property
    def url(self) -> str:
        return reverse(self.name)


TODAY = Page("planner:today", _("Today"), "sun")
POSTS = Page("planner:post_list", _("Posts"), "text-align-start")
QUEUES = Page("queues:queue_list", _("Queues"), "refresh-cw")
IMPORTS = Page("planner:import_list", _("Imports"), "download")
ACCOUNTS = Page("accounts:account_list", _("Accounts"), "users")
SYNC = Page("planner:sync", _("Sync"), "arrow-left-right")
PEOPLE = Page("accounts:people_list", _("People"), "user-cog")
COMPOSE = Page("planner:compose", _("New post"), "plus")
NAVIGATION = (TODAY, POSTS, QUEUES, IMPORTS, ACCOUNTS, SYNC)
PROFILE = Page("accounts:profile", _("Profile"), "user-round")


@dataclass(frozen=True, slots=True)
class Entry:
    """A navigation entry as drawn: whether it is the current page, and how many things wait behind it."""

    page: Page
    current: bool
    waiting: int = 0


class Frame:
    """Computed only when a template asks, so that fragments cost nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def theme(self) -> str:
        """`light` or `dark` when chosen, else empty: the system decides."""
        chosen = self._request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else ""

    @property
    def scope(self) -> Scope:
        return cast(Scope, self._request.scope)  # type: ignore[attr-defined]

    @cached_property
    def entries(self) -> list[Entry]:
        here = self._request.path
        pages = (*NAVIGATION, PEOPLE) if keeps_people(self.viewer) else NAVIGATION
        return [
            Entry(page, _is_current(page, here), self.accounts_waiting if page is ACCOUNTS else 0) for page in pages
        ]

    @cached_property
    def health(self) -> SyncHealth:
        return sync_health(self.scope.locations(), now=timezone.now())

    @cached_property
    def accounts_waiting(self) -> int:
        """Accounts of the chosen locations that somebody has to reconnect."""
        expired = ConnectedAccount.objects.with_health(Health.EXPIRED, timezone.now())
        return expired.filter(gone_at=None, location__in=self.scope.locations()).count()

    @cached_property
    def may_write(self) -> bool:
        """Whether the viewer writes posts for at least one location."""
        return self.viewer.is_owner or locations_for(self.viewer, *WRITERS).exists()

    @property
    def writing(self) -> bool:
        """Whether this page is where posts are written."""
        return self._request.path.startswith(COMPOSE.url)

    @cached_property
    def here(self) -> str:
        """This page without what belongs to one location, for links that choose another."""
        return without_location(self._request.path, self._request.GET)

    @property
    def viewer(self) -> User:
        return cast(User, self._request.user)


def without_location(path: str, query: QueryDict) -> str:
    """The address of a page, its filters kept except those that name something inside one location."""
    kept = query.copy()
    for name in OF_ONE_LOCATION & set(kept):
        del kept[name]
    return f"{path}?{kept.urlencode()}" if kept else path


def frame(request: HttpRequest) -> Mapping[str, Any]:
    """Context processor: `frame` in every template."""
    return {"frame": Frame(request)}


def _is_current(page: Page, path: str) -> bool:
    return path == page.url if page is TODAY else path.startswith(page.url)
