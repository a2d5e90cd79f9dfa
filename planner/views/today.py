"""Today: the first page of the day."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import ViewerRequest, signed_in
from planner.additions import needs_of
from planner.selectors.changes import changes_stuck
from planner.selectors.sync import latest_troubles
from planner.selectors.today import FAILURES_FROM, next_post, today_page


@signed_in
@require_safe
def today(request: ViewerRequest) -> HttpResponse:
    """What goes out today over the chosen locations, and what needs a person before that."""
    now = timezone.now()
    page = today_page(request.scope, now=now)
    others = needs_of(request.scope, now=now)
    context = {
        "today": page,
        "next": None if page.going_out.total else next_post(request.scope, now=now),
        "stuck": changes_stuck(request.scope, now=now),
        "others": others,
        "pressing": sum(needs.total for needs in others),
        "troubles": latest_troubles(request.scope),
        "failures_from": now - FAILURES_FROM,
        "now": now,
    }
    return TemplateResponse(request, "planner/today.html", context)
