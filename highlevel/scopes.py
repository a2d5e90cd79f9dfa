"""What Rota asks HighLevel's permission for: every scope once, with what it is for and a call that proves it.

A proof changes nothing: it reads, or it names something that does not exist, so that HighLevel, which looks at the
scope first, refuses the call either for the scope or for the thing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from highlevel.api import BadCredentials, HighLevel, MissingScope, PermanentError
from highlevel.api.operations import OPERATIONS
from highlevel.api.transport import Call

NOBODY = "0" * 24  # an id that HighLevel never gives
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Proof = Callable[[HighLevel], object]


@dataclass(frozen=True, slots=True)
class Scope:
    """`needed`: without it Rota is of no use. `agency`: of use on the agency's own token only. `proof` is a call with
    a location's token, or None where no harmless call exists."""

    name: str
    purpose: str | Promise
    proof: Proof | None = None
    needed: bool = True
    agency: bool = False


def _on_nobody(operation: str, **path: str) -> Proof:
    """A call about something that does not exist."""
    places = dict.fromkeys(("id", "queueId", "accountId"), NOBODY) | path

    def prove(client: HighLevel) -> object:
        wanted = OPERATIONS[operation]
        query = {"locationId": client.location_id} if "{locationId}" not in wanted.path else {}
        given = {"locationId": client.location_id or "", **places}
        used = {name: value for name, value in given.items() if f"{{{name}}}" in wanted.path}
        body: dict[str, str] | None = {} if wanted.method == "POST" else None
        return client.transport.send(Call(wanted, path=used, query=query, body=body))

    return prove


def _posts(client: HighLevel) -> object:
    return client.posts.list_page(window_start=LONG_AGO, window_end=LONG_AGO, limit=1)


SCOPES: tuple[Scope, ...] = (
    Scope("locations.readonly", _("name and time zone of each client"), lambda client: client.locations.get()),
    Scope("users.readonly", _("who works for which client"), lambda client: client.users.search_page(limit=1)),
    Scope("socialplanner/account.readonly", _("the connected accounts"), lambda client: client.accounts.list()),
    Scope("socialplanner/account.write", _("disconnecting an account"), _on_nobody("delete-account")),
    Scope(
        "socialplanner/oauth.readonly",
        _("the sign-in of a network"),
        _on_nobody("get-oauth-accounts", platform="facebook"),
    ),
    Scope(
        "socialplanner/oauth.write",
        _("connecting an account"),
        _on_nobody("attach-oauth-accounts", platform="facebook"),
    ),
    Scope("socialplanner/post.readonly", _("the posts"), _posts),
    Scope("socialplanner/post.write", _("planning, changing and deleting posts"), _on_nobody("delete-post")),
    Scope(
        "socialplanner/category.readonly",
        _("categories and their queues"),
        lambda client: client.categories.list_page(limit=1),
    ),
    Scope("socialplanner/category.write", _("changing queues"), _on_nobody("discardEditSession")),
    Scope("socialplanner/tag.readonly", _("the tags of posts"), lambda client: client.tags.list_page(limit=1)),
    Scope("socialplanner/csv.readonly", _("the state of imports"), _on_nobody("get-csv-post"), needed=False),
    Scope("socialplanner/csv.write", _("importing spreadsheets"), _on_nobody("delete-csv"), needed=False),
    Scope(
        "socialplanner/statistics.readonly",
        _("statistics"),
        lambda client: client.statistics.get(profile_ids=[NOBODY]),
        needed=False,
    ),
    Scope(
        "socialplanner/comments.readonly",
        _("reading comments"),
        lambda client: client.comments.list_page(platform="facebook", origin_ids=[NOBODY], limit=1),
        needed=False,
    ),
    Scope(
        "socialplanner/comments.write",
        _("answering comments"),
        _on_nobody("delete-like", platform="facebook"),
        needed=False,
    ),
    Scope("medias.readonly", _("the media library"), lambda client: client.medias.list(limit=1), needed=False),
    Scope("medias.write", _("uploading pictures and videos"), needed=False),
    Scope("oauth.readonly", _("which clients have the app"), agency=True),
    Scope("oauth.write", _("a token for each client, made from the agency's"), agency=True),
)


def wanted_scopes() -> tuple[Scope, ...]:
    """What the app asks for when it is installed: all but HIGHLEVEL_SCOPES_LEFT_OUT."""
    return tuple(scope for scope in SCOPES if scope.name not in settings.HIGHLEVEL_SCOPES_LEFT_OUT)


def lacking(granted: str, *, agency: bool) -> tuple[Scope, ...]:
    """The wanted scopes that HighLevel's list of granted ones lacks; none when HighLevel told nothing."""
    held = set(granted.replace(",", " ").split())
    return tuple(s for s in wanted_scopes() if held and s.name not in held and (agency or not s.agency))


def unproven(client: HighLevel) -> tuple[Scope, ...]:
    """The wanted scopes of a location's token that its calls show to be missing, by asking HighLevel.

    Raises BadCredentials when the token is refused for another reason, and TransientError when HighLevel gives no
    answer: then nothing is known.
    """
    return tuple(s for s in wanted_scopes() if s.proof is not None and not _proves(s.proof, client))


def _proves(proof: Proof, client: HighLevel) -> bool:
    try:
        proof(client)
    except MissingScope:
        return False
    except BadCredentials:
        raise
    except PermanentError:
        # HighLevel looked for the thing, so it let the token in.
        return True
    return True
