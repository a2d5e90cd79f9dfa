"""After a save the engine's dates are HighLevel's, for any queue that the sandbox can hold."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from pytest_django import Settings

from highlevel.models import Location
from highlevel.models.change import ChangeState as State
from highlevel.sandbox.clock import iso
from queues.models import CategoryQueue, QueueItem
from tests.pulling import Agency, agency
from tests.queues.saving import Saving, outings

__all__ = ["agency"]

pytestmark = pytest.mark.django_db

ZONES = (
    "Europe/London", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo",
    "America/St_Johns", "Pacific/Chatham", "America/Santiago", "UTC",
)  # fmt: skip
SEEDS = [*range(10), *(pytest.param(seed, marks=pytest.mark.full) for seed in range(10, 150))]


def slots(chance: random.Random) -> list[dict[str, object]]:
    times = {(chance.randrange(7), f"{chance.randrange(24):02}:{chance.choice((0, 15, 30)):02}") for _ in range(9)}
    return [{"_id": f"{number:024x}", "dayOfWeek": day, "time": time} for number, (day, time) in enumerate(times)]


@pytest.mark.parametrize("policy", ["consume", "shift"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_dates_agree_after_a_save(agency: Agency, settings: Settings, seed: int, policy: str) -> None:
    settings.HIGHLEVEL_SKIPS_SHIFT = policy == "shift"
    agency.box.world.settings["skip_policy"] = policy
    chance = random.Random(seed)
    zone = chance.choice(ZONES)
    doc = agency.box.store.get("location", agency.location.remote_id)
    assert doc is not None
    agency.box.store.update("location", agency.location.remote_id, {**doc, "timezone": zone})
    Location.objects.update(timezone=zone)
    size = chance.randrange(2, 12)
    start = agency.box.clock.now() + timedelta(days=chance.randrange(-300, 300))
    saving = Saving(
        agency,
        size,
        status=chance.choice(("active", "active", "draft")),
        timeSlots=slots(chance),
        currentOrder=1000 * chance.randrange(1, size + 1),
        startDate=iso(start),
    )
    agency.pull()
    coming = outings(saving.queue, saving.clock())
    for one in chance.sample(coming, min(2, len(coming))):
        with saving.client() as client:
            client.queues.update(queue_id=saving.queue_id, skip_date_time=one.at)
    agency.pull()
    saving.mix(10, seed)
    change = saving.save()
    assert saving.run(change) == State.DONE, change.error_detail
    agency.pull()

    queue = CategoryQueue.objects.select_related("location").get(pk=saving.queue.pk)
    assert queue.status == "active"
    assert queue.disagreement == {}
    theirs = dict(QueueItem.objects.present().filter(queue=queue).values_list("pk", "scheduled_at"))
    ours = {int(one.key): one.at for one in outings(queue, saving.clock())}
    assert ours == theirs
    assert None not in theirs.values()


def test_a_policy_that_is_guessed_wrong_is_seen(agency: Agency) -> None:
    agency.box.world.settings["skip_policy"] = "shift"
    saving = Saving(agency, 4)
    assert saving.queue.disagreement == {}
    one = outings(saving.queue, saving.clock())[0]
    with saving.client() as client:
        client.queues.update(queue_id=saving.queue_id, skip_date_time=one.at)
    agency.pull()
    saving.queue.refresh_from_db()
    found = saving.queue.disagreement
    assert (found["items"], found["differ"], found["would_agree"]) == (4, 4, "shift")
    assert found["first"][0]["ours"] != found["first"][0]["theirs"]
