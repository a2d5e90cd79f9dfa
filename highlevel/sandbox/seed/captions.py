"""Captions in the voice of a client: a body from its topics, sometimes an opening, a closing, hashtags."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from highlevel.sandbox.seed.corpus import Client, Template, Topic

_TRIES = 6


@dataclass(frozen=True)
class Draft:
    """What is said in a post. `headline` is its first sentence or so, at most 100 characters."""

    topic: Topic
    body: str
    opening: str
    closing: str
    hashtags: str

    @property
    def headline(self) -> str:
        """A title for networks that want one."""
        return _cut(self.body.split(". ")[0].split("? ")[0].rstrip("."), 100)

    def text(self, limit: int) -> str:
        """The caption in at most `limit` characters: closing, hashtags and opening go before the body is cut."""
        gap = "" if not self.opening or self.opening.endswith("。") else " "
        head = f"{self.opening}{gap}{self.body}"
        for parts in (
            (head, self.closing, self.hashtags),
            (head, self.closing),
            (head,),
            (self.body,),
        ):
            text = "\n\n".join(part for part in parts if part)
            if len(text) <= limit:
                return text
        return _cut(self.body, limit)


class Writer:
    """Writes for one client and tries not to repeat itself."""

    def __init__(self, client: Client, rng: Random) -> None:
        self.client = client
        self._deck = self._cards(rng)
        self._seen: set[str] = set()

    def draft(self, rng: Random, day: date) -> Draft:
        """The next caption; weekday and month in it are those of `day`."""
        topic, template = next(self._deck)
        body = self._fill(template, rng, day)
        for _ in range(_TRIES):
            if body not in self._seen:
                break
            body = self._fill(template, rng, day)
        self._seen.add(body)
        opening = self._fill(rng.choice(self.client.openings), rng, day) if rng.random() < 0.3 else ""
        closing = self._fill(rng.choice(self.client.closings), rng, day) if rng.random() < 0.7 else ""
        hashtags = " ".join(rng.sample(self.client.hashtags, rng.randint(2, 5))) if rng.random() < 0.55 else ""
        return Draft(topic, body, opening, closing, hashtags)

    def follow_up(self, rng: Random, day: date) -> str:
        """A comment to put under the post once it is out."""
        return self._fill(rng.choice(self.client.follow_ups), rng, day)

    def newsletter(self, rng: Random, day: date, length: int) -> str:
        """A text of at least `length` characters, many captions in a row, as pasted from a newsletter."""
        parts: list[str] = []
        while sum(map(len, parts)) < length:
            draft = self.draft(rng, day)
            parts.append(" ".join(part for part in (draft.opening, draft.body, draft.closing) if part))
        return "\n\n".join(parts)

    def _cards(self, rng: Random) -> Iterator[tuple[Topic, Template]]:
        cards = [(topic, template) for topic in self.client.topics for template in topic.posts]
        while True:
            rng.shuffle(cards)
            yield from tuple(cards)

    def _fill(self, template: Template, rng: Random, day: date) -> str:
        text, chosen = "", dict[str, str]()
        for literal, name in template:
            text += literal
            if name:
                word = chosen[name] if name in chosen else chosen.setdefault(name, self._word(name, rng, day))
                text = self._join(text, word)
        return text

    def _join(self, text: str, word: str) -> str:
        if not text or text.endswith((". ", "? ", "! ")):
            return text + word[:1].upper() + word[1:]
        if self.client.language == "en" and word[:1] in "aeiou" and text.endswith((" a ", "A ")):
            return f"{text[:-1]}n {word}"
        return text + word

    def _word(self, name: str, rng: Random, day: date) -> str:
        if name == "weekday":
            return self.client.weekday(day.weekday())
        if name == "month":
            return self.client.month(day.month)
        return rng.choice(self.client.words[name])


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
