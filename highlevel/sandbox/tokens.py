"""Who may call: access tokens, refresh tokens and private integration tokens, on the sandbox's clock."""

from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from highlevel.sandbox.world import World, base62, hash_of

ACCESS_SECONDS = 86_399
REFRESH_SPAN = timedelta(days=365)

SCOPES: tuple[str, ...] = (
    "socialplanner/post.readonly",
    "socialplanner/post.write",
    "socialplanner/account.readonly",
    "socialplanner/account.write",
    "socialplanner/csv.readonly",
    "socialplanner/csv.write",
    "socialplanner/category.readonly",
    "socialplanner/category.write",
    "socialplanner/tag.readonly",
    "socialplanner/tag.write",
    "socialplanner/statistics.readonly",
    "socialplanner/oauth.readonly",
    "socialplanner/oauth.write",
    "socialplanner/comments.readonly",
    "socialplanner/comments.write",
    "locations.readonly",
    "users.readonly",
    "medias.readonly",
    "medias.write",
    "oauth.readonly",
    "oauth.write",
)
"""Every scope that an app of the sandbox may ask for."""


@dataclass(frozen=True)
class Token:
    """One credential. `expires_at` is in epoch seconds of the sandbox's clock, None for never.

    `purpose` says what it is for: calling (`access`, `private`), getting a new pair (`refresh`) or the exchange of an
    authorization code (`code`). `app_id` is the bucket owner of the rate limit: the app, or the private token itself.
    """

    id: str
    purpose: Literal["access", "refresh", "private", "code"]
    kind: Literal["location", "company"]
    company_id: str
    location_id: str
    user_id: str
    scopes: tuple[str, ...]
    app_id: str
    expires_at: float | None = None
    used: bool = False
    redirect_uri: str = ""

    def has(self, scope: str) -> bool:
        """True when the token carries the scope."""
        return scope in self.scopes


def issue(
    world: World,
    *,
    purpose: Literal["access", "refresh", "private", "code"],
    kind: Literal["location", "company"],
    company_id: str,
    location_id: str = "",
    user_id: str = "",
    scopes: tuple[str, ...] = SCOPES,
    app_id: str = "",
    redirect_uri: str = "",
    id: str = "",
) -> Token:
    """Make and keep a token. Access tokens last a day less a second, refresh tokens a year, codes ten minutes."""
    span = {"access": timedelta(seconds=ACCESS_SECONDS), "refresh": REFRESH_SPAN, "code": timedelta(minutes=10)}.get(
        purpose
    )
    prefix = {"access": "sat-", "refresh": "srt-", "private": "pit-", "code": ""}[purpose]
    secret = id or prefix + base62(hash_of(world.seed, "token", world.new_id()), 40)
    token = Token(
        id=secret,
        purpose=purpose,
        kind=kind,
        company_id=company_id,
        location_id=location_id,
        user_id=user_id,
        scopes=tuple(scopes),
        app_id=app_id or secret,
        expires_at=None if span is None else world.clock.timestamp() + span.total_seconds(),
        redirect_uri=redirect_uri,
    )
    world.store.insert("token", asdict(token), location=location_id, status=purpose, at=token.expires_at)
    return token


def find(world: World, secret: str) -> Token | None:
    """The token with that text if it is known and has not expired, used or not."""
    doc = world.store.get("token", secret)
    if doc is None:
        return None
    token = load(doc)
    return None if token.expires_at is not None and token.expires_at <= world.clock.timestamp() else token


def load(doc: dict[str, Any]) -> Token:
    """A token from its document."""
    return Token(**{**doc, "scopes": tuple(doc["scopes"])})


def spend(world: World, token: Token) -> None:
    """Mark a single-use token as used."""
    world.store.update("token", token.id, asdict(replace(token, used=True)))


def revoke(world: World, *, location_id: str, purposes: tuple[str, ...] = ("access", "refresh")) -> int:
    """Withdraw every token of a location (or, with "", of the company); returns how many."""
    docs = world.store.find("token", location=location_id, status=purposes)
    for doc in docs:
        world.store.delete("token", doc["id"])
    return len(docs)
