"""One date of a queue's calendar: what goes out, and skipping it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, signed_in
from queues.drafts import instants
from queues.selectors.preview import preview
from queues.services.errors import QueueProblem
from queues.services.queues import slot_skip, slot_unskip
from queues.views.answers import in_sheet, whole_page
from queues.views.desk import desk_of, desk_to_write


@signed_in
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def queue_date(request: ViewerRequest, queue_id: int) -> HttpResponse:
    """What goes out `at` an instant (ISO 8601); `do` skips it or takes that back, which holds at once, draft or not."""
    writes = request.method == "POST"
    desk = desk_to_write(request.user, queue_id) if writes else desk_of(request.user, queue_id)
    at = _instant((request.POST if writes else request.GET).get("at", ""))
    now = timezone.now()
    problem = ""
    if at is None:
        if not writes:
            raise Http404(_("There is no such date."))
        problem = _("Choose a date in the calendar.")
    elif writes:
        skips = request.POST.get("do") == "skip"
        deed = slot_skip if skips else slot_unskip
        try:
            deed(queue=desk.queue, at=at, actor=request.user, now=now)
        except QueueProblem as error:
            problem = str(error)
        else:
            said = (
                _("This date is skipped. Nothing goes out then.") if skips else _("This date is not skipped any more.")
            )
            messages.success(request, said)
            return whole_page(request, desk.queue)
    days = preview(desk.session, start=at, end=at + timedelta(seconds=1), now=now).days if at else []
    context = {
        "desk": desk,
        "queue": desk.queue,
        "place": desk.queue.location,
        "at": at,
        "outings": [one for day in days for one in day.outings if one.at == at],
        "is_skipped": at in instants(desk.queue.skipped_at),
        "is_past": at is not None and at <= now,
        "problem": problem,
    }
    page, status = "queues/date.html", 422 if problem else 200
    return TemplateResponse(request, f"{page}#sheet" if in_sheet(request) else page, context, status=status)


def _instant(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None
