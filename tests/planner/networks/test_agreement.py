"""The sandbox, whose numbers were written down apart, takes what the check lets through and refuses what it calls an
error: at once, or when the post goes out."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest

from highlevel.sandbox import Sandbox
from planner.networks import Content
from tests.highlevel.sandbox.conftest import Desk
from tests.planner.networks.mistakes import MISTAKES, RIGHT, Mistake
from tests.planner.networks.numbers import Number, every_number
from tests.planner.networks.stage import KINDS, NOW, account, body_of, plain

OUT = ("published", "notification_sent")
NUMBERS = every_number()
JUDGED = [mistake for mistake in MISTAKES if mistake.by_highlevel]


class Counter(Desk):
    """Somebody who hands in posts and comes back when they have gone out."""

    def send(self, platform: str, content: Content, **fields: object) -> str:
        """The id of a post that was taken, empty when it was refused."""
        expired = {"isExpired": True} if fields.pop("expired", False) else {}
        made = self.account(platform, **expired, **fields)
        body = deepcopy(body_of(content, [made["id"]], self.box.company["ownerId"]))
        if content.approver:
            body["postApprovalDetails"] = {"approver": self.box.company["ownerId"]}
        pinned = body.get("pinterestPostDetails") or {}
        for chosen in pinned.get("pinterestBoards") or []:
            chosen["accountId"] = chosen["accountId"].replace(account("pinterest").id, made["id"])
        if "boardIds" in pinned:
            pinned["boardIds"] = {made["oauthId"]: "1"}
        before = {row["_id"] for row in self.posts(accounts=made["id"])}
        answer = self.create(body)
        assert answer.status_code in (201, 400, 422), answer.text
        return next((row["_id"] for row in self.posts(accounts=made["id"]) if row["_id"] not in before), "")

    def outcome(self, id: str) -> str:
        """What became of it: refused, else its status."""
        return str(self.post(id)["status"]) if id else "refused"


@pytest.fixture(scope="module")
def counter() -> Iterator[Counter]:
    with Sandbox(agency="empty", now=NOW, rate_limit=None) as box:
        box.world.settings["failure_rate"] = 0.0
        box.clock.stop()
        one = Counter(box, box.add_location(name="Kiln & Clay"))
        one.speak_with(box.private_token(one.location_id))
        with one.http:
            yield one


def dated(content: Content, counter: Counter) -> Content:
    """The same post as far ahead of the sandbox's clock as it was of the time at which tests are written."""
    at = content.scheduled_at
    return replace(content, scheduled_at=at and at + (counter.box.clock.now() - NOW))


def goes_out(counter: Counter, platform: str, *contents: Content, **fields: object) -> list[bool]:
    """Whether each of the posts is taken and reaches its network."""
    ids = [counter.send(platform, dated(content, counter), **fields) for content in contents]
    counter.box.clock.advance(timedelta(hours=3))
    return [counter.outcome(id) in OUT for id in ids]


@pytest.mark.parametrize(("platform", "format"), KINDS, ids=str)
def test_a_plain_post_goes_out(counter: Counter, platform: str, format: str) -> None:
    assert goes_out(counter, platform, plain(platform, format)) == [True]


@pytest.mark.parametrize("number", NUMBERS, ids=str)
def test_number(counter: Counter, number: Number) -> None:
    expected = [True, not number.needed, not number.error]
    assert goes_out(counter, number.platform, *number.around) == expected


@pytest.mark.parametrize("mistake", JUDGED, ids=str)
def test_mistake(counter: Counter, mistake: Mistake) -> None:
    assert goes_out(counter, mistake.platform, mistake.content, **dict(mistake.account)) == [not mistake.refused]


@pytest.mark.parametrize("mistake", JUDGED, ids=str)
def test_mistake_in_a_draft(counter: Counter, mistake: Mistake) -> None:
    taken = counter.send(mistake.platform, replace(mistake.content, status="draft"), **dict(mistake.account))
    assert counter.outcome(taken) == ("refused" if mistake.even_draft else "draft")


@pytest.mark.parametrize(("name", "platform", "content"), RIGHT, ids=[name for name, *_ in RIGHT])
def test_what_is_right_goes_out(counter: Counter, name: str, platform: str, content: Content) -> None:
    if content.status == "in_review":
        assert counter.outcome(counter.send(platform, dated(content, counter))) == "in_review"
    else:
        assert goes_out(counter, platform, content) == [True]
