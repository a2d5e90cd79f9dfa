"""What kind of post it is, and on which accounts: only what the networks take."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from highlevel.sandbox.seed.place import Account, Place

TEXT_LIMITS = {
    "tiktok": 150,
    "bluesky": 300,
    "threads": 500,
    "pinterest": 500,
    "google": 1500,
    "instagram": 2200,
    "tiktok-business": 2200,
    "linkedin": 3000,
    "youtube": 5000,
    "facebook": 5000,
}
"""Longest caption per network, the strictest of the figures known."""

_PICTURES = ("facebook", "instagram", "linkedin", "google", "pinterest", "threads", "bluesky")
_VIDEOS = ("instagram", "facebook", "tiktok", "tiktok-business", "youtube")
_WORDS = ("facebook", "linkedin", "threads", "bluesky", "google")
_LINKS = ("facebook", "linkedin", "google")

# Formats with their weight and the networks that take them.
_FORMATS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("photo", 46, _PICTURES),
    ("carousel", 10, ("facebook", "instagram", "linkedin", "threads")),
    ("words", 10, _WORDS),
    ("link", 8, _LINKS),
    ("video", 8, _VIDEOS),
    ("reel", 8, ("instagram", "facebook")),
    ("story", 6, ("instagram", "facebook")),
    ("poll", 2, ("linkedin",)),
    ("event", 3, ("google",)),
    ("offer", 3, ("google",)),
)

FORMATS: tuple[str, ...] = tuple(name for name, _, _ in _FORMATS)


@dataclass(frozen=True)
class Audience:
    """A format and the accounts that it goes to."""

    format: str
    accounts: tuple[Account, ...]

    @property
    def type(self) -> str:
        """HighLevel's type of the post."""
        return self.format if self.format in ("reel", "story") else "post"

    @property
    def medium(self) -> str:
        """What it shows: image, video, or "" for words alone."""
        if self.format in ("video", "reel"):
            return "video"
        return "" if self.format in ("words", "link", "poll") else "image"

    @property
    def limit(self) -> int:
        """Longest caption that all its networks take; stories take none."""
        return 0 if self.format == "story" else min(TEXT_LIMITS[account.platform] for account in self.accounts)

    def includes(self, platform: str) -> bool:
        """True when one of its accounts is on that network."""
        return any(account.platform == platform for account in self.accounts)


class Planner:
    """Chooses for one location."""

    def __init__(self, place: Place) -> None:
        self._offers = [
            (name, weight, accounts) for name, weight, platforms in _FORMATS if (accounts := place.of(*platforms))
        ]
        self._weights = [weight for _, weight, _ in self._offers]
        self._groups = [platforms for _, platforms in place.client.groups]

    def choose(self, rng: Random, *, most: int) -> Audience:
        """A format, and at most `most` accounts for it."""
        (name, _, able), *_ = rng.choices(self._offers, self._weights)
        return Audience(name, tuple(self._pick(rng, able)[:most]))

    def narrow(self, able: Callable[[Account], bool], format: str) -> Audience | None:
        """That format on the one account that `able` names first, or None when there is none."""
        for name, _, accounts in self._offers:
            found = [account for account in accounts if name == format and able(account)]
            if found:
                return Audience(format, (found[0],))
        return None

    def _pick(self, rng: Random, able: Sequence[Account]) -> list[Account]:
        way = rng.random()
        if way < 0.3:
            platforms = rng.choice(self._groups)
            together = [account for account in able if account.platform in platforms]
            if together:
                return together
        if way < 0.42 and len(able) > 1:
            return rng.sample(able, 2)
        return [rng.choice(able)]
