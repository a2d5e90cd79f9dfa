"""What workers do about posts, files and imports. Each task takes ids or short texts, and may safely run twice."""

from __future__ import annotations

from contextlib import suppress

from celery import shared_task
from django.utils import timezone

from planner.fetching import FetchProblem
from planner.services.change_set_working import change_set_work, change_sets_waiting
from planner.services.import_files import files_clean
from planner.services.import_running import import_run, imports_to_run
from planner.services.import_waking import wake
from planner.services.link_preview import link_preview
from planner.services.measuring import media_measure
from planner.services.media_uploads import uploads_clean
from planner.services.post_checks import post_check_before_due, post_checks_claim, post_checks_clean
from planner.services.thumbnails import thumbnail_make, thumbnails_clean


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=300, time_limit=330)
def files_clean_task() -> None:
    """Beat, once a day: remove files that need not be kept here any more."""
    now = timezone.now()
    uploads_clean(now=now)
    files_clean(now=now)
    thumbnails_clean(now=now)
    post_checks_clean(now=now)


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def thumbnail_task(url: str, size: int) -> None:
    """Make the small copy of a foreign picture."""
    thumbnail_make(url, size)


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def link_preview_task(url: str) -> None:
    """Look at what a link shows when it is shared; whoever asked finds the answer, or why there is none."""
    with suppress(FetchProblem):
        link_preview(url)


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def media_measure_task(url: str) -> None:
    """Look at a file whose address somebody composes with; the page finds what it is, or why it cannot be used."""
    media_measure(url)


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def post_checks_task() -> None:
    """Beat, every minute: hand out the posts that are to be looked at before they are due."""
    claim, posts = post_checks_claim(now=timezone.now())
    for post_id in posts:
        post_check_task.delay(post_id, claim)


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=120, time_limit=150)
def post_check_task(post_id: int, claim: str) -> None:
    """Look at one post before it is due, unless somebody else has taken it."""
    post_check_before_due(post_id=post_id, claim=claim, now=timezone.now())


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=300, time_limit=330)
def import_run_task(import_id: int) -> None:
    """Move one import on, and come back while there is more to do."""
    wait = import_run(import_id)
    if wait is not None:
        wake(import_id, wait=wait)


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def imports_sweep_task() -> None:
    """Beat, every minute: hand out the imports whose message was lost, or whose worker died."""
    for import_id in imports_to_run(now=timezone.now()):
        wake(import_id)


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=80, time_limit=90)
def change_set_task(change_set_id: int) -> None:
    """Go on with one bulk action, and ask for another turn when there is more to do."""
    if change_set_work(change_set_id, clock=timezone.now):
        change_set_task.delay(change_set_id)


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def change_set_sweep_task() -> None:
    """Beat, every minute: go on with bulk actions whose worker died or whose message was lost."""
    for change_set_id in change_sets_waiting(timezone.now()):
        change_set_task.delay(change_set_id)
