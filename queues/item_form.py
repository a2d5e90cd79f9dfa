"""The form of one item: its wordings, accounts, pictures and follow-up comment, read from and turned into content.

One wording is a plain post; several are variations that take turns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import ConnectedAccount
from planner.fetching import judge, trusted_origins
from planner.remote import ending_of
from queues.content import ACCOUNTS, FOLLOW_UP, MEDIA, PRIMARY_IMAGE, TEXT, VARIATIONS, Content, files_of

MOST_WORDINGS = 30
LONGEST = 20_000  # letters; each network has its own limit below that
TYPES = {"png": "image/png", "gif": "image/gif", "webp": "image/webp", "mp4": "video/mp4", "mov": "video/quicktime"}


@dataclass(frozen=True, slots=True)
class ItemForm:
    """What the form shows. `files` are media entries, `primary` the address of the one that leads with variations.

    `origins` says for each wording which variation it was, -1 for a new one: its mentions and link preview stay.
    """

    wordings: tuple[str, ...] = ("",)
    origins: tuple[int, ...] = (-1,)
    account_ids: tuple[str, ...] = ()
    files: tuple[Mapping[str, Any], ...] = ()
    primary: str = ""
    follow_up: str = ""
    new_file: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> ItemForm:
        """The form of what an item says."""
        variations = [str(entry.get("content") or "") for entry in content.get(VARIATIONS) or ()]
        wordings = variations or [str(content.get(TEXT) or "")]
        return cls(
            wordings=tuple(wordings),
            origins=tuple(range(len(variations))) or (-1,),
            account_ids=tuple(content.get(ACCOUNTS) or ()),
            files=tuple(files_of(content)),
            primary=str(content.get(PRIMARY_IMAGE) or ""),
            follow_up=str(content.get(FOLLOW_UP) or ""),
        )

    @classmethod
    def read(cls, data: QueryDict, content: Mapping[str, Any]) -> ItemForm:
        """The form as it was sent; files are taken from what the item has, by their addresses."""
        known = {str(entry.get("url") or ""): entry for entry in files_of(content)}
        trusted = trusted_origins()
        added = [url for url in data.getlist("added") if judge(url, trusted=trusted) is None]
        files = [known[url] for url in data.getlist("file") if url in known]
        files += [file_at(url) for url in added if url not in known and url in data.getlist("file")]
        wordings = tuple(text.replace("\r\n", "\n").replace("\0", "") for text in data.getlist("wording"))[
            :MOST_WORDINGS
        ]
        origins = [
            int(text) if text.lstrip("-").isdecimal() and len(text) < 5 else -1 for text in data.getlist("origin")
        ]
        origins += [-1] * max(1, len(wordings))
        return cls(
            wordings=wordings or ("",),
            origins=tuple(origins[: max(1, len(wordings))]),
            account_ids=tuple(data.getlist("account")),
            files=tuple(files),
            primary=data.get("primary", ""),
            follow_up=data.get("follow_up", "").replace("\r\n", "\n").replace("\0", ""),
            new_file=data.get("new_file", "").strip(),
        )

    def changed(self, do: str) -> ItemForm | None:
        """The form after one of its own buttons: `word` adds a wording, `drop 2` takes the second out, `file` adds the
        picture that was named. None for any other button."""
        verb, _space, number = do.partition(" ")
        if verb == "word" and len(self.wordings) < MOST_WORDINGS:
            return replace(self, wordings=(*self.wordings, ""), origins=(*self.origins, -1))
        if verb == "drop" and number.isdecimal() and len(self.wordings) > 1:
            left = [index for index in range(len(self.wordings)) if index != int(number) - 1]
            return replace(
                self,
                wordings=tuple(self.wordings[index] for index in left),
                origins=tuple(self.origins[index] for index in left),
            )
        if verb == "file":
            if problem := judge(self.new_file, trusted=trusted_origins()):
                return replace(self, errors={"new_file": str(problem)})
            return replace(self, files=(*self.files, file_at(self.new_file)), new_file="")
        return None

    def checked(self, accounts: Collection[ConnectedAccount]) -> ItemForm:
        """The form with a sentence for each thing that cannot be; `accounts` are those that there are."""
        errors = {}
        there = {account.remote_id for account in accounts}
        if not there & set(self.account_ids):
            errors["account"] = _("Choose at least one account for this post.")
        if not self.files and not any(text.strip() for text in self.wordings):
            errors["wording"] = _("Write something, or add a picture.")
        elif len(self.wordings) > 1 and not all(text.strip() for text in self.wordings):
            errors["wording"] = _("A wording is empty. Write it, or take it out.")
        elif any(len(text) > LONGEST for text in (*self.wordings, self.follow_up)):
            errors["wording"] = _("This is longer than %(most)d letters, more than any network takes.") % {
                "most": LONGEST
            }
        return replace(self, errors=errors)

    def content(self, before: Mapping[str, Any]) -> Content:
        """What the item says with this form, over what it said before."""
        several = len(self.wordings) > 1
        held: Sequence[Mapping[str, Any]] = before.get(VARIATIONS) or ()
        variations = [
            {**(held[origin] if 0 <= origin < len(held) else {}), "content": text}
            for text, origin in zip(self.wordings, self.origins, strict=True)
        ]
        urls = {str(entry.get("url") or "") for entry in self.files}
        primary = self.primary if self.primary in urls else ""
        media = [dict(entry) for entry in self.files if not (several and entry.get("url") == primary)]
        return {
            TEXT: "" if several else self.wordings[0],
            VARIATIONS: variations if several else [],
            ACCOUNTS: list(dict.fromkeys(self.account_ids)),
            MEDIA: media,
            PRIMARY_IMAGE: primary or None,
            FOLLOW_UP: self.follow_up or None,
        }

    def edits(self, before: Mapping[str, Any]) -> Content:
        """What of the content changes; nothing when the form is as the item was."""
        now, then = self.content(before), ItemForm.of(before).content(before)
        found = {key: value for key, value in now.items() if value != then.get(key)}
        if now[VARIATIONS]:
            # The text below the variations cannot be seen, so it stays as HighLevel has it.
            found.pop(TEXT, None)
        elif VARIATIONS in found:
            found[TEXT] = now[TEXT]
        return found


def file_at(url: str) -> Mapping[str, Any]:
    """A media entry for an address; its kind is told by the ending, and a picture where that tells nothing."""
    return {"url": url, "type": TYPES.get(ending_of(url).removeprefix("."), "image/jpeg")}
