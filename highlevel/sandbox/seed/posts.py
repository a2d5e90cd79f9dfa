"""Posts of a location: a row each, or a row for all and one for every account."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from highlevel.sandbox.clock import iso
from highlevel.sandbox.seed import details, hostile
from highlevel.sandbox.seed.audience import Audience, Planner
from highlevel.sandbox.seed.captions import Draft, Writer
from highlevel.sandbox.seed.corpus import Agency
from highlevel.sandbox.seed.outcomes import WHOLE, Result, approval, fate, results
from highlevel.sandbox.seed.place import Place
from highlevel.sandbox.seed.timetable import posting_times
from highlevel.sandbox.store import Document

BEHIND = timedelta(days=60)
AHEAD = timedelta(days=45)
"""How far posts reach from the present."""

MOST_ROWS = 398
"""Rows of a location, those of single accounts included."""

# A draft that was to go out longer ago than this has a date, so that it stays within reach.
_OLD = timedelta(days=40)

_SOURCES = ("composer",) * 14 + ("csv", "csv", "csv", "recurring", "review")
_FOLLOW_UP = ("facebook", "instagram", "linkedin", "youtube")


@dataclass(frozen=True)
class Special:
    """What is laid down for one post: its fate, the text when it is a hostile or a long one, that it has a date."""

    fate: str = ""
    text: str = ""
    dated: bool = False


class Editor:
    """Makes the posts of one location, one after the other."""

    def __init__(self, place: Place, agency: Agency, batch: str) -> None:
        self.place = place
        self.agency = agency
        self.batch = batch
        self.writer = Writer(place.client, place.random(batch, "writer"))
        self._planner = Planner(place)

    def rows(self, number: int, at: datetime, special: Special, *, most: int) -> list[Document]:
        """The rows of the post with that number, at most `most`. `at` is its local instant."""
        place = self.place
        rng = place.random(self.batch, number)
        draft = self.writer.draft(rng, at.date())
        audience = self._audience(rng, special, most=most - 1)
        chosen = special.fate or fate(rng, at, place.now)
        outcomes = results(place, self.agency, audience, chosen, rng, at)
        whole = self._whole(number, at, rng, draft, audience, special, outcomes)
        if len(audience.accounts) == 1:
            return [whole]
        if whole["status"] in WHOLE:
            return [_joint(whole)]
        return [_joint(whole), *self._copies(number, whole, audience, outcomes)]

    def _audience(self, rng: Random, special: Special, *, most: int) -> Audience:
        chosen = self._planner.choose(rng, most=max(1, most))
        if special.text:
            return self._planner.narrow(lambda account: account.platform in ("facebook", "linkedin"), "words") or chosen
        if special.fate == "notification_sent":
            return self._planner.narrow(lambda account: account.platform == "instagram", "story") or chosen
        return chosen

    def _whole(
        self,
        number: int,
        at: datetime,
        rng: Random,
        draft: Draft,
        audience: Audience,
        special: Special,
        outcomes: Sequence[Result],
    ) -> Document:
        place = self.place
        status, error = _together(outcomes)
        created = self._created(rng, at)
        dated = status != "draft" or special.dated or rng.random() < 0.5 or place.now - at > _OLD
        moment = iso(at)
        out = status in ("published", "notification_sent")
        decision = approval(place, self.agency, status, rng)
        decided = decision.get("approvalStatus") in ("approved", "rejected")
        touched = at + timedelta(seconds=rng.randint(4, 90)) if at <= place.now else created
        updated = iso(min(max(touched, created), place.now) if dated else created)
        author = rng.choice(place.writers)
        account = audience.accounts[0]
        return {
            "_id": place.object_id(self.batch, number),
            "locationId": place.id,
            "source": self._source(rng, audience, out),
            "platform": account.platform,
            "accountId": account.id,
            "accountIds": [account.id for account in audience.accounts],
            "parentPostId": None,
            "summary": special.text or draft.text(audience.limit) if audience.limit else "",
            "media": details.media_for(place, audience, rng),
            "status": status,
            "type": audience.type,
            "scheduleDate": moment if dated else None,
            "displayDate": moment if dated else iso(created),
            "publishedAt": updated if out else None,
            "postId": place.digits(self.batch, number) if out else "",
            "error": error,
            "createdBy": author,
            "userId": author,
            "tags": rng.sample(place.tags, min(len(place.tags), rng.choice((0, 1, 1, 2)))),
            "categoryId": place.categories.get(draft.topic.name) if rng.random() < 0.85 else None,
            "followUpComment": self._follow_up(rng, audience, at.date()),
            **details.link_preview(place, audience, draft),
            **({"postApprovalDetails": decision} if decision else {}),
            **({"approvalActionAt": iso(created + timedelta(hours=3))} if decided else {}),
            **details.network_details(place, self.agency, audience, draft, rng, at),
            "applyWatermark": False,
            "deleted": status == "deleted",
            "createdAt": iso(created),
            "updatedAt": updated,
        }

    def _copies(
        self, number: int, whole: Document, audience: Audience, outcomes: Sequence[Result]
    ) -> Iterator[Document]:
        for account, outcome in zip(audience.accounts, outcomes, strict=True):
            out = outcome.status in ("published", "notification_sent")
            yield {
                **whole,
                "_id": self.place.object_id(self.batch, number, account.id),
                "platform": account.platform,
                "accountId": account.id,
                "accountIds": [account.id],
                "parentPostId": whole["_id"],
                "status": outcome.status,
                "error": outcome.error,
                "publishedAt": whole["updatedAt"] if out else None,
                "postId": self.place.digits(self.batch, number, account.id) if out else "",
                "deleted": outcome.status == "deleted",
            }

    def _created(self, rng: Random, at: datetime) -> datetime:
        before = min(at, self.place.today.astimezone(at.tzinfo)) - timedelta(days=rng.randint(1, 12))
        return before.replace(hour=rng.randint(8, 18), minute=rng.randint(0, 59))

    def _source(self, rng: Random, audience: Audience, out: bool) -> str:
        if audience.format == "link":
            return rng.choice(("rss", "composer"))
        chosen = rng.choice(_SOURCES)
        return "category-queue" if out and len(audience.accounts) == 1 and rng.random() < 0.1 else chosen

    def _follow_up(self, rng: Random, audience: Audience, day: date) -> str:
        able = all(account.platform in _FOLLOW_UP for account in audience.accounts) and audience.format != "story"
        return self.writer.follow_up(rng, day) if able and rng.random() < 0.22 else ""


def agency_posts(place: Place, agency: Agency) -> list[Document]:
    """All posts of a location of the example agency, MOST_ROWS rows at the most."""
    editor = Editor(place, agency, "post")
    times = posting_times(place)
    specials = _specials(place, editor, times)
    found: list[Document] = []
    for number, at in enumerate(times):
        room = MOST_ROWS - len(found) - (len(times) - number - 1)
        found += editor.rows(number, at, specials.get(number, Special()), most=room)
    return found


def batch_posts(place: Place, agency: Agency, batch: str, times: Sequence[datetime], count: int) -> Iterator[Document]:
    """Exactly `count` rows. There are as many `times`; the rows of one post share the instant of its first."""
    editor = Editor(place, agency, batch)
    made = 0
    while made < count:
        rows = editor.rows(made, times[made], Special(dated=True), most=count - made)
        yield from rows
        made += len(rows)


def _specials(place: Place, editor: Editor, times: Sequence[datetime]) -> dict[int, Special]:
    """At least one post in every status, and a few texts that are hard to show."""
    rng = place.random("specials")
    today = place.today
    behind = sum(at <= place.now for at in times)
    past = [number for number, at in enumerate(times) if at < today - timedelta(days=2) and number < behind - 2]
    ahead = [number for number, at in enumerate(times) if at > today + timedelta(days=2)]
    found = {behind - 1: Special("in_progress"), behind - 2: Special("pending")}
    picked = rng.sample(past, 8)
    for number, status in zip(picked, ("failed", "notification_sent", "deleted", "draft", "out"), strict=False):
        found[number] = Special(status)
    later = rng.sample(ahead, 6)
    for number, status in zip(later, ("scheduled", "in_review", "draft", "deleted"), strict=False):
        found[number] = Special(status)
    first, second = rng.sample(hostile.CAPTIONS, 2)
    found[picked[5]] = Special("out", first)
    found[later[4]] = Special("scheduled", second)
    letter = editor.writer.newsletter(place.random("newsletter"), times[picked[6]].date(), 2200)
    found[picked[6]] = Special("out", letter)
    return found


def _together(outcomes: Sequence[Result]) -> tuple[str, str]:
    """The status and error of a row that stands for several accounts."""
    statuses = [outcome.status for outcome in outcomes]
    for status in ("in_progress", "pending", "published"):
        if status in statuses:
            return status, ""
    return outcomes[0].status, outcomes[0].error


def _joint(whole: Document) -> Document:
    return {**whole, "platform": "", "accountId": None, "postId": ""}
