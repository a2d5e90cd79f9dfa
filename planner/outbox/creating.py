"""Telling HighLevel of a new post, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from highlevel.api import HighLevel, OutcomeUnknown, PostInput, RemoteError, RemotePost
from highlevel.models import Change
from highlevel.models.change import ChangeState
from highlevel.outbox import Finding, Found, Handler, NotThere, Outcome, Unsure, handler, subject_key
from planner.mirror.absorbing import post_adopt
from planner.mirror.reading import accounts_of, is_root
from planner.models import Post, PostStatus
from planner.outbox.subjects import KIND, MOVED, POST_CREATE, title_words
from planner.outbox.uploads import resolve_uploads
from planner.services.import_following import posts_rows_follow

CREATE = "create-post"
AROUND = timedelta(days=1)  # which of a post's dates a window compares is HighLevel's secret
SKEW = timedelta(minutes=10)  # between HighLevel's clock and ours
ID = "id"


@handler
class PostCreate(Handler):
    """Make the post of the payload's `body`: sent twice it is there twice, so it is looked for by what it says."""

    operation = POST_CREATE

    def send(self, change: Change, client: HighLevel, now: datetime) -> Outcome:
        body = resolve_uploads(change.payload["body"], change.location)
        row = client.posts.create(post=PostInput.from_payload(body, operation=CREATE))
        if row is None:
            # What goes out at once is taken without being shown. Which row it became is for the look-up to find out.
            raise OutcomeUnknown("HighLevel took the post and did not say which it is", operation=CREATE)
        return _outcome(row)

    def look(self, change: Change, client: HighLevel, now: datetime) -> Finding:
        twins = _twins(change)
        if any(state == ChangeState.SENDING for state in twins):
            return Unsure(_("Another post that says the same is being sent at the moment."))
        found = sorted(_alike(change, client, now), key=lambda row: (row.created_at or now, row.id))
        if len(found) > 1 + len(twins):
            words = _("HighLevel shows %(number)d posts that say the same, and nothing tells which one is this.")
            return Unsure(words % {"number": len(found)})
        return Found(_outcome(found[0])) if found else NotThere()

    def title(self, change: Change) -> str:
        about = title_words(change.payload)
        if change.payload["body"].get("status") == PostStatus.DRAFT:
            return _("Save the draft “%(post)s”") % about
        if change.payload["body"].get("status") == PostStatus.IN_REVIEW:
            return _("Send “%(post)s” for approval") % about
        return _("Create “%(post)s”") % about

    def done(self, change: Change, outcome: Outcome, now: datetime) -> None:
        post_adopt(change.location, subject_key(change, KIND), outcome.kept[ID], outcome.news, now=now)
        posts_rows_follow(posts=[subject_key(change, KIND)], now=now)

    def refused(self, change: Change, error: RemoteError, now: datetime) -> None:
        posts_rows_follow(posts=[subject_key(change, KIND)], now=now)

    def cancelled(self, change: Change, now: datetime) -> None:
        self.all_cancelled([change], now)

    def all_cancelled(self, changes: Sequence[Change], now: datetime) -> None:
        """The posts stay as drafts that only Rota has."""
        posts = [subject_key(change, KIND) for change in changes]
        Post.objects.filter(pk__in=posts, remote_id=None).update(status=PostStatus.DRAFT)
        posts_rows_follow(posts=posts, now=now)

    def address(self, change: Change) -> str:
        return reverse("planner:post", args=[subject_key(change, KIND)])


def _outcome(row: RemotePost) -> Outcome:
    return Outcome({ID: row.id, MOVED: row.updated_at.isoformat() if row.updated_at else None}, row)


def _twins(change: Change) -> list[str]:
    """The states of other changes that would make a post which says the same and whose outcome is open too."""
    others = Change.objects.filter(location=change.location_id, operation=POST_CREATE).exclude(pk=change.pk)
    at_large = others.filter(state__in=(ChangeState.SENDING, ChangeState.UNCONFIRMED))
    mine = _gist(change.payload["body"])
    return [state for state, payload in at_large.values_list("state", "payload") if _gist(payload["body"]) == mine]


def _gist(body: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a created post is known by: accounts, instant, text."""
    at = body.get("scheduleDate")
    return frozenset(body["accountIds"]), parse_datetime(at) if at else None, (body.get("summary") or "").strip()


def _alike(change: Change, client: HighLevel, now: datetime) -> Iterator[RemotePost]:
    """Rows that this change may have made: they say the same, are no older, and belong to no other post of ours."""
    body = change.payload["body"]
    accounts, at, text = _gist(body)
    middle = at or now
    start = min(middle, change.created_at) - AROUND if at is None else middle - AROUND
    rows = client.posts.iter(window_start=start, window_end=middle + AROUND)
    alike = {
        row.id: row
        for row in rows
        if is_root(row)
        and not row.deleted
        and frozenset(accounts_of(row)) == accounts
        and (at is None or row.schedule_date is None or row.schedule_date == at)
        and (row.summary or "").strip() == text
        and (row.created_at is None or row.created_at >= change.created_at - SKEW)
    }
    ours = Post.objects.filter(location=change.location_id, remote_id__in=list(alike)).exclude(bundle=None)
    for name in set(alike) - set(ours.values_list("remote_id", flat=True)):
        yield alike[name]
