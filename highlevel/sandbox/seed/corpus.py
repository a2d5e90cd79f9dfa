"""The texts of the example agency, read from its TOML files: who the clients are and how they talk."""

import string
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent

Template = tuple[tuple[str, str], ...]
"""A text with gaps: pairs of literal text and the name of the word list that fills the gap behind it, "" for none."""


@dataclass(frozen=True)
class Person:
    """Somebody with a HighLevel login."""

    first: str
    last: str
    title: str
    role: str
    everywhere: bool = False


@dataclass(frozen=True)
class Profile:
    """A social account of a client. `state` is good, expiring, expired or limited (a permission is missing)."""

    platform: str
    type: str
    name: str
    state: str


@dataclass(frozen=True)
class Topic:
    """A content category with its colours and the captions that belong to it."""

    name: str
    colour: str
    tint: str
    posts: tuple[Template, ...]


@dataclass(frozen=True)
class Client:
    """One business: address, rhythm, accounts and voice. `hours` are local times, `rhythm` runs from Monday."""

    key: str
    name: str
    zone: str
    language: str
    address: dict[str, str]
    branches: tuple[str, ...]
    hours: tuple[str, ...]
    rhythm: tuple[int, ...]
    profiles: tuple[Profile, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    people: tuple[Person, ...]
    tags: tuple[str, ...]
    hashtags: tuple[str, ...]
    photos: tuple[tuple[str, str], ...]
    clips: tuple[tuple[str, str], ...]
    openings: tuple[Template, ...]
    closings: tuple[Template, ...]
    follow_ups: tuple[Template, ...]
    questions: tuple[str, ...]
    replies: tuple[str, ...]
    topics: tuple[Topic, ...]
    words: dict[str, tuple[str, ...]]

    def weekday(self, number: int) -> str:
        """The name of a weekday (0 is Monday) in the client's language."""
        return _day_names()["weekdays"][self.language][number]

    def month(self, number: int) -> str:
        """The name of a month (1 to 12) in the client's language."""
        return _day_names()["months"][self.language][number - 1]


@dataclass(frozen=True)
class Trouble:
    """A reason for which a network refuses a post.

    `networks` is empty when any may say so; `needs` names the kinds of media (image, video) of which one must be there.
    """

    kind: str
    needs: tuple[str, ...]
    networks: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Agency:
    """Those who work for all clients beside the owner, and words that all clients share."""

    domain: str
    people: tuple[Person, ...]
    notes: dict[str, tuple[str, ...]]
    commenters: tuple[str, ...]
    troubles: tuple[Trouble, ...]


@lru_cache(maxsize=1)
def agency() -> Agency:
    """The example agency."""
    data = _read(_FOLDER / "agency.toml")
    return Agency(
        domain=data["domain"],
        people=tuple(Person(**person) for person in data["people"]),
        notes={kind: tuple(texts) for kind, texts in data["notes"].items()},
        commenters=tuple(data["commenters"]["names"]),
        troubles=tuple(
            Trouble(
                entry["kind"], tuple(entry.get("needs", ())), tuple(entry.get("networks", ())), tuple(entry["texts"])
            )
            for entry in data["troubles"]
        ),
    )


@lru_cache(maxsize=1)
def clients() -> tuple[Client, ...]:
    """The twelve businesses of the example agency, in a fixed order."""
    return tuple(_client(_read(path)) for path in sorted((_FOLDER / "clients").glob("*.toml")))


def template(text: str) -> Template:
    """Parse a text in which `{name}` stands for a word of the list `name`."""
    return tuple((literal, name or "") for literal, name, _, _ in string.Formatter().parse(text))


def _client(data: dict[str, Any]) -> Client:
    address = ("city", "state", "country", "postal", "address", "phone", "website")
    return Client(
        key=data["key"],
        name=data["name"],
        zone=data["zone"],
        language=data["language"],
        address={name: data[name] for name in address},
        branches=tuple(data["branches"]),
        hours=tuple(data["hours"]),
        rhythm=tuple(data["rhythm"]),
        profiles=tuple(Profile(**entry) for entry in data["accounts"]),
        groups=tuple((group["name"], tuple(group["platforms"])) for group in data["groups"]),
        people=tuple(Person(**person) for person in data["people"]),
        tags=tuple(data["tags"]),
        hashtags=tuple(data["hashtags"]),
        photos=tuple((slug, alt) for slug, alt in data["photos"]),
        clips=tuple((slug, alt) for slug, alt in data["clips"]),
        openings=tuple(map(template, data["openings"])),
        closings=tuple(map(template, data["closings"])),
        follow_ups=tuple(map(template, data["follow_ups"])),
        questions=tuple(data["questions"]),
        replies=tuple(data["replies"]),
        topics=tuple(_topic(entry) for entry in data["categories"]),
        words={name: tuple(words) for name, words in data["words"].items()},
    )


def _topic(entry: dict[str, Any]) -> Topic:
    return Topic(entry["name"], entry["colour"], entry["tint"], tuple(map(template, entry["posts"])))


@lru_cache(maxsize=1)
def _day_names() -> dict[str, dict[str, list[str]]]:
    return _read(_FOLDER / "day_names.toml")


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
