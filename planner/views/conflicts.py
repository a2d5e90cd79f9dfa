"""An edit that HighLevel's own changes got in the way of: both versions, and a choice between them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ViewerRequest, signed_in
from highlevel.outbox import NotPossible
from planner.composer.writing import takes
from planner.selectors.changes import change_line
from planner.services.post_conflicts import conflict_of, conflict_settle
from planner.services.post_errors import PostProblem


@signed_in
@require_http_methods(["GET", "POST"])
def conflict(request: ViewerRequest, change_id: int) -> HttpResponse:
    """The versions side by side; sent, it settles what to take of each. Who may not decide, gets 403."""
    now = timezone.now()
    line = change_line(request.scope, change_id, now=now)
    if line is None:
        raise Http404(_("There is no such change."))
    if not line.may_act:
        raise PermissionDenied(_("Only managers of this client, or whoever made the change, may decide about it."))
    problem = ""
    try:
        held = conflict_of(line.change)
        if request.method == "POST":
            conflict_settle(change=line.change, take=takes(request.POST), actor=request.user, now=now)
            messages.success(request, _("It is settled. What you kept of yours is sent now."))
            return redirect("planner:post", held.post.pk)
    except NotPossible:
        messages.warning(request, _("There is nothing to choose any more: the change has moved on meanwhile."))
        return redirect("planner:change_list")
    except PostProblem as refusal:
        problem = str(refusal)
    context = {"line": line, "conflict": held, "rows": held.rows, "problem": problem}
    return TemplateResponse(request, "planner/composer/conflict.html", context, status=422 if problem else 200)
