"""The page of one queue: the cycle as a draft that answers at once."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, signed_in
from queues.views.answers import PAGE, Window, editor_context, underneath
from queues.views.desk import desk_of
from queues.views.panels import preview_context
from queues.views.slots import slots_context


@signed_in
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def queue_edit(request: ViewerRequest, queue_id: int) -> HttpResponse:
    """The queue in turn with its preview, slots and forecast; `skip`, `q` and `errors` choose a part of the list.

    Looking begins no draft: the first step does.
    """
    desk = desk_of(request.user, queue_id)
    now = timezone.now()
    window = Window.read(request.GET)
    context = {**editor_context(desk, window=window, now=now), "underneath": underneath(desk)}
    piece = request.htmx and not request.htmx.history_restore_request and request.htmx.target == "editor"
    if piece:
        return TemplateResponse(request, f"{PAGE}#answer", {**context, "fragment": True})
    context |= preview_context(request, desk, now=now)
    context |= slots_context(desk.queue, desk.queue.time_slots, may_write=desk.may_write)
    return TemplateResponse(request, PAGE, context)
