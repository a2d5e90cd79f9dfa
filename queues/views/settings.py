"""What is true of a queue as a whole: its switches, and whether it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import ViewerRequest, locations_for, require_role, signed_in
from accounts.models import Role
from queues.forms import QueueSettingsForm
from queues.selectors.queue_list import pause_preview
from queues.services.errors import QueueProblem
from queues.services.queues import active_post_delete, queue_activate, queue_delete, queue_pause, queue_settings_change
from queues.views.answers import in_sheet, whole_page
from queues.views.desk import queue_to_write

DEEDS: dict[str, tuple[Callable[..., Any], Any]] = {
    "pause": (queue_pause, gettext_lazy("The queue is paused.")),
    "activate": (queue_activate, gettext_lazy("The queue runs.")),
    "drop": (active_post_delete, gettext_lazy("The scheduled post is dropped; the next one takes its slot.")),
    "delete": (queue_delete, gettext_lazy("The queue is deleted. What it published stays.")),
}


@signed_in
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def queue_settings(request: ViewerRequest, queue_id: int) -> HttpResponse:
    """The switches with what they mean, and the number of days within which nothing should return."""
    queue = queue_to_write(request.user, queue_id)
    form = QueueSettingsForm(
        request.POST if request.method == "POST" else None,
        initial={
            "enable_future_posts": queue.enable_future_posts,
            "prioritize_new_content": queue.prioritize_new_content,
            "returns_within_days": queue.returns_within_days,
        },
    )
    if form.is_valid():
        try:
            queue_settings_change(queue=queue, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except QueueProblem as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The settings are changed. HighLevel is told what concerns it."))
            return whole_page(request, queue)
    page = "queues/settings.html"
    deletes = locations_for(request.user, Role.MANAGER).filter(pk=queue.location_id).exists()
    context = {"queue": queue, "form": form, "may_delete": deletes}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, f"{page}#sheet" if in_sheet(request) else page, context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def queue_state(request: ViewerRequest, queue_id: int) -> HttpResponse:
    """Pause, activate or delete the queue, or drop its scheduled post: what that means first, then the deed `do`.

    Only managers delete.
    """
    queue = queue_to_write(request.user, queue_id)
    now = timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    do = given.get("do", "")
    problem = "" if do in DEEDS or request.method == "GET" else _("Choose what to do with the queue.")
    if do == "delete":
        require_role(request.user, queue.location, Role.MANAGER)
    if request.method == "POST" and not problem:
        deed, said = DEEDS[do]
        try:
            deed(queue=queue, actor=request.user, now=now)
        except QueueProblem as error:
            problem = str(error)
        else:
            messages.success(request, str(said))
            if do != "delete":
                return whole_page(request, queue)
            listed = reverse("queues:queue_list")
            return HttpResponseClientRedirect(listed) if request.htmx else redirect(listed)
    context = {
        "queue": queue,
        "place": queue.location,
        "do": do if do in DEEDS else "pause",
        "stopping": next(iter(pause_preview([queue], now=now)), None),
        "problem": problem,
    }
    page, status = "queues/state.html", 422 if problem else 200
    return TemplateResponse(request, f"{page}#sheet" if in_sheet(request) else page, context, status=status)
