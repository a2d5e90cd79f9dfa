"""What stands in the fields of the composer, as texts: what a form sends, a draft keeps and a page shows again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.core import signing
from django.http import QueryDict

SALT = "planner.composer.base"
MEDIA = ("media.url", "media.kind", "media.alt", "media.cover", "media.caption")
# Several that are chosen, in whichever order: a page shows them in its own, and HighLevel tells them in another.
CHOICES = ("accounts", "tags", "details.pinterest.pinterestBoards.")
# Of a sent form, what is about sending it and not about the post.
ABOUT_SENDING = frozenset(
    {"csrfmiddlewaretoken", "do", "key", "version", "base", "opened", "post", "said", "add", "tab"}
    | {"url", "metaLink", "ogTitle", "ogDescription", "metaImage"}  # of the look at a link
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Texts by the name of their field. Lines end as in Python, and there is no zero character, which no database
    takes. A field that is not there is empty."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def sent(cls, form: QueryDict) -> Self:
        """The fields of a form, without what is about sending it."""
        return cls.read(
            {
                name: values
                for name, values in form.lists()
                if name not in ABOUT_SENDING and not name.startswith("take.")
            }
        )

    @classmethod
    def read(cls, data: Any) -> Self:
        """The fields of what a draft kept; what is no list of texts is left out."""
        held = data.items() if isinstance(data, Mapping) else ()
        return cls({name: tuple(_plain(text) for text in texts) for name, texts in held if isinstance(texts, list)})

    @classmethod
    def unsign(cls, text: str) -> Self | None:
        """The sheet that `signed` made a text of, None for any other text."""
        try:
            return cls.read(signing.loads(text, salt=SALT))
        except signing.BadSignature:
            return None

    def signed(self) -> str:
        """A text that a page can carry and nobody can change."""
        return signing.dumps(self.kept(), salt=SALT, compress=True)

    def kept(self) -> dict[str, list[str]]:
        """The fields as JSON holds them."""
        return {name: list(texts) for name, texts in self.fields.items()}

    def one(self, name: str) -> str:
        texts = self.fields.get(name, ())
        return texts[0] if texts else ""

    def all(self, name: str) -> tuple[str, ...]:
        return self.fields.get(name, ())

    def on(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.one(name))

    def but(self, changes: Mapping[str, Iterable[str]]) -> Sheet:
        """The sheet with other texts in some fields; a field without any goes."""
        fields = {**self.fields, **{name: tuple(texts) for name, texts in changes.items()}}
        return Sheet({name: texts for name, texts in fields.items() if texts})

    def media(self) -> list[dict[str, str]]:
        """The rows of files: a text for each of MEDIA. Rows without an address are left out."""
        columns = {name: self.all(name) for name in MEDIA}
        rows = [
            {name: texts[index] if index < len(texts) else "" for name, texts in columns.items()}
            for index in range(len(columns["media.url"]))
        ]
        return [row for row in rows if row["media.url"].strip()]

    def with_media(self, rows: Iterable[Mapping[str, str]]) -> Sheet:
        """The sheet with these rows of files."""
        held = list(rows)
        return self.but({name: [row.get(name, "") for row in held] for name in MEDIA})

    def same_as(self, other: Sheet) -> bool:
        """Whether both say the same; empty fields count as none."""
        return self._filled() == other._filled()

    @property
    def digest(self) -> str:
        """The same text for sheets that say the same."""
        told = json.dumps(sorted(self._filled().items()))
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()

    def _filled(self) -> dict[str, tuple[str, ...]]:
        return {
            name: tuple(sorted(texts)) if name.startswith(CHOICES) else texts
            for name, texts in self.fields.items()
            if any(texts)
        }


def _plain(text: Any) -> str:
    return str(text).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
