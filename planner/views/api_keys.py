"""A person's own keys for scripts: made, shown once, revoked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ViewerRequest, signed_in
from planner.import_forms import ApiKeyForm
from planner.models import ApiKey
from planner.selectors.api_keys import key_lines
from planner.services.api_keys import api_key_make, api_key_revoke

PAGE = "planner/api_key_list.html"


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def api_key_list(request: ViewerRequest) -> HttpResponse:
    """The person's keys, and a form for a new one, whose secret is in the answer and nowhere else."""
    form = ApiKeyForm(request.POST if request.method == "POST" else None, user=request.user)
    made, secret = None, ""
    if form.is_valid():
        given = form.cleaned_data
        made, secret = api_key_make(
            person=request.user, name=given["name"], locations=list(given["locations"]), now=timezone.now()
        )
        form = ApiKeyForm(None, user=request.user)
    context = {
        "form": form,
        "made": made,
        "secret": secret,
        "lines": key_lines(request.user),
        "places": list(request.user.locations().only("name", "colour").order_by("name", "pk")),
        "ticked": set(request.POST.getlist("locations")) if form.is_bound else set(),
        "address": request.build_absolute_uri("/api/v1/post-csv-import"),
    }
    return TemplateResponse(request, PAGE, context, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def api_key_end(request: ViewerRequest, key_id: int) -> HttpResponse:
    """Revoke one of the person's own keys. A second call changes nothing."""
    key = get_object_or_404(ApiKey.objects.filter(person=request.user), pk=key_id)
    api_key_revoke(key=key, now=timezone.now())
    messages.success(request, _("The key “%(name)s” is revoked. Scripts that use it are refused now.") % {"name": key})
    return redirect("planner:api_key_list")
