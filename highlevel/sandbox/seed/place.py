"""A client's location while it is being planted: who and what the documents of its posts refer to."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from highlevel.sandbox.seed.corpus import Client
from highlevel.sandbox.world import base62, hash_of


@dataclass(frozen=True)
class Account:
    """A connected account. `state` is good, expiring, expired or limited; `expires` is an aware instant or None."""

    id: str
    oauth_id: str
    origin_id: str
    platform: str
    type: str
    name: str
    state: str
    expires: datetime | None

    def expired_at(self, moment: datetime) -> bool:
        """True when the network no longer accepted posts at that instant."""
        return self.expires is not None and self.expires <= moment


@dataclass
class Place:
    """One location; `copy` counts the branches of a client. `now` is the clock, `today` the UTC midnight before it."""

    seed: int
    client: Client
    copy: int
    id: str
    zone: ZoneInfo
    now: datetime
    today: datetime
    writers: list[str] = field(default_factory=list)
    approver: str = ""
    accounts: list[Account] = field(default_factory=list)
    categories: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)

    @property
    def branch(self) -> str:
        """What the branch adds to names; "" for the first one."""
        if not self.copy:
            return ""
        again, number = divmod(self.copy - 1, len(self.client.branches))
        return self.client.branches[number] + (f" {again + 1}" if again else "")

    @property
    def name(self) -> str:
        """The name of the location."""
        return f"{self.client.name}, {self.branch}" if self.copy else self.client.name

    @property
    def salt(self) -> str:
        """What tells it from all other locations."""
        return f"{self.client.key}#{self.copy}"

    def random(self, *parts: object) -> Random:
        """Chances that depend on seed, location and `parts` alone."""
        return Random(int.from_bytes(hash_of(self.seed, self.salt, *parts)[:8], "big"))  # noqa: S311 - not secrets

    def object_id(self, *parts: object) -> str:
        """A 24-hex id that depends on seed, location and `parts` alone."""
        return hash_of(self.seed, self.salt, "object", *parts)[:12].hex()

    def digits(self, *parts: object, length: int = 15) -> str:
        """A number as networks give to pages and posts, never starting with 0."""
        number = int.from_bytes(hash_of(self.seed, self.salt, "digits", *parts)[:16], "big")
        return "1" + f"{number:040d}"[-(length - 1) :]

    def of(self, *platforms: str) -> list[Account]:
        """Its accounts on those networks, in the order in which they were connected."""
        return [account for account in self.accounts if account.platform in platforms]


def short_id(*parts: object) -> str:
    """20 letters and digits that depend on `parts` alone."""
    return base62(hash_of("short", *parts)[:15], 20)
