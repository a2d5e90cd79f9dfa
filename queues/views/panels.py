"""The panels beside the cycle: the month preview and the forecast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, signed_in
from accounts.models import ConnectedAccount
from queues.notes import forecast_notes
from queues.selectors.forecasts import queue_forecast as forecast_of
from queues.selectors.preview import Planned, Preview, preview
from queues.views.desk import Desk, desk_of

WEEKS = 5  # of the preview: a month, whatever weekday it begins on
FARTHEST = 520  # weeks
SHOWN = 3  # outings of a day


@dataclass(frozen=True, slots=True)
class Day:
    """One square of the preview. `more` outings are not drawn."""

    day: date
    outings: list[Planned]
    more: int
    is_today: bool
    is_past: bool


@signed_in
@require_safe
@vary_on_headers("HX-Request")
def queue_preview(request: ViewerRequest, queue_id: int) -> HttpResponse:
    """The calendar of the draft: `weeks` from now it begins, `account` narrows it to one account."""
    desk = desk_of(request.user, queue_id)
    if not request.htmx:
        return redirect("queues:queue_edit", queue_id)
    context = {"queue": desk.queue, "place": desk.queue.location, "desk": desk}
    context |= preview_context(request, desk, now=timezone.now())
    return TemplateResponse(request, "queues/_preview.html", context)


@signed_in
@require_safe
@vary_on_headers("HX-Request")
def queue_forecast(request: ViewerRequest, queue_id: int) -> HttpResponse:
    """What the draft, or the live queue, runs into in the coming 90 days."""
    desk = desk_of(request.user, queue_id)
    now = timezone.now()
    found = forecast_of(desk.queue, now=now, session=desk.session if desk.has_draft else None)
    context = {
        "queue": desk.queue,
        "place": desk.queue.location,
        "notes": forecast_notes(found, desk.queue),
        "found": found.forecast,
        "desk": desk,
    }
    page = "queues/forecast.html"
    return TemplateResponse(request, "queues/_forecast.html" if request.htmx else page, context)


def preview_context(request: ViewerRequest, desk: Desk, *, now: datetime) -> dict[str, Any]:
    """The weeks of the preview that a request asks for. Three queries."""
    location = desk.queue.location
    weeks = _number(request.GET.get("weeks", ""))
    today = location.local(now).date()
    first = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    last = first + timedelta(weeks=WEEKS)
    accounts = list(ConnectedAccount.objects.present().filter(location=location).defer("remote", "avatar"))
    asked = request.GET.get("account", "")
    account = next((one for one in accounts if str(one.pk) == asked), None)
    found = preview(
        desk.session,
        start=_midnight(first, location.zone),
        end=_midnight(last, location.zone),
        now=now,
        account_ids=[account.remote_id] if account else [],
    )
    return {
        "preview": found,
        "weeks": _weeks(found, first, today),
        "first": first,
        "last": last - timedelta(days=1),
        "offset": weeks,
        "earlier": max(0, weeks - WEEKS) if weeks else None,
        "later": weeks + WEEKS if weeks + WEEKS <= FARTHEST else None,
        "accounts": accounts,
        "account": account,
    }


def _weeks(found: Preview, first: date, today: date) -> list[list[Day]]:
    held = {day.day: day.outings for day in found.days}
    days = [first + timedelta(days=number) for number in range(7 * WEEKS)]
    squares = [_square(day, held.get(day, []), today) for day in days]
    return [squares[start : start + 7] for start in range(0, len(squares), 7)]


def _square(day: date, outings: list[Planned], today: date) -> Day:
    more = len(outings) - SHOWN if len(outings) > SHOWN + 1 else 0
    return Day(day, outings[: len(outings) - more], more, day == today, day < today)


def _midnight(day: date, zone: Any) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return min(number, FARTHEST)
