"""The People page: who has access to what; owners, leaving and coming back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, owner_only, people_keeper
from accounts.models import Role, User
from accounts.selectors.people import OWNER, STATES, PeopleFilters, people_page, people_visible_to, words_in
from accounts.selectors.people_history import history_page
from accounts.services.people import owner_set, person_deactivate, person_reactivate
from accounts.services.people_access import managed_locations
from accounts.services.people_errors import BeyondRole, PeopleError
from accounts.services.people_second_factor import factor_reset

PAGE = "accounts/people.html"


@people_keeper
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def people_list(request: ViewerRequest) -> HttpResponse:
    """People with their roles; `q`, `role` and `state` narrow the list."""
    role, state = request.GET.get("role", ""), request.GET.get("state", "")
    roles = [*Role.choices, (OWNER, _("owner of the agency"))]
    filters = PeopleFilters(
        scope=request.scope,
        words=words_in(request.GET.get("q", "")),
        role=role if role in dict(roles) else "",
        state=state if state in STATES else "active",
    )
    context = {
        "list": people_page(filters, number=request.GET.get("page", "1")),
        "filters": filters,
        "narrowed": bool(filters.words or filters.role or filters.state != "active"),
        "roles": roles,
        "states": STATES.items(),
        "problems": _unread(role, filters.role, state),
        "keeps_here": request.scope.location is None or _keeps(request),
    }
    piece = request.htmx and not request.htmx.history_restore_request and request.htmx.target == "people"
    return TemplateResponse(request, f"{PAGE}#people" if piece else PAGE, context)


def _unread(role: str, read: str, state: str) -> list[str]:
    problems = []
    if role != read:
        problems.append(_("“%s” is not a role.") % role[:60])
    if state and state not in STATES:
        problems.append(_("“%s” is not a state of a person.") % state[:60])
    return problems


def _keeps(request: ViewerRequest) -> bool:
    location = request.scope.location
    return location is not None and managed_locations(request.user).filter(pk=location.pk).exists()


@owner_only
@require_safe
def people_history(request: ViewerRequest) -> HttpResponse:
    """What was done to people's access in the whole agency, newest first."""
    context = {"history": history_page(number=request.GET.get("page", "1"))}
    return TemplateResponse(request, "accounts/people_history.html", context)


@owner_only
@require_POST
def person_owner(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Make somebody an owner of the agency (`owner=yes`) or an owner no longer (`owner=no`)."""
    person = _person(request, person_id)
    wanted = request.POST.get("owner", "")
    if wanted not in ("yes", "no"):
        return _refused(request, person, _("Choose whether the person is to be an owner."))
    try:
        owner_set(actor=request.user, person=person, owner=wanted == "yes")
    except PeopleError as error:
        return _refused(request, person, error)
    said = _("%(person)s is an owner now.") if wanted == "yes" else _("%(person)s is no longer an owner.")
    messages.success(request, said % {"person": person})
    # Who has just given up being an owner may not see the person's page any more.
    return redirect("planner:today") if person == request.user else redirect("accounts:person", person.pk)


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def person_leave(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Ask once, with what ends, then deactivate somebody."""
    person = _person(request, person_id)
    if request.method == "POST":
        try:
            person_deactivate(actor=request.user, person=person, now=timezone.now())
        except PeopleError as error:
            return _refused(request, person, error)
        messages.success(request, _("%(person)s is deactivated and signed out everywhere.") % {"person": person})
        return redirect("accounts:person", person.pk)
    context = {"person": person, "held": person.memberships.filter(gone_at=None).count()}
    return TemplateResponse(request, "accounts/people_leave.html", context)


@owner_only
@require_POST
def person_return(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Let somebody who was deactivated sign in again."""
    person = _person(request, person_id)
    person_reactivate(actor=request.user, person=person)
    said = _("%(person)s may sign in again, with a new password by “Forgotten your password?”. Give access below.")
    messages.success(request, said % {"person": person})
    return redirect("accounts:person", person.pk)


@owner_only
@require_POST
def person_factor_reset(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Turn off the second factor of somebody who lost it."""
    person = _person(request, person_id)
    if factor_reset(actor=request.user, person=person):
        messages.success(request, _("The second factor of %(person)s is off.") % {"person": person})
    else:
        messages.info(request, _("%(person)s has no second factor.") % {"person": person})
    return redirect("accounts:person", person.pk)


def _person(request: ViewerRequest, person_id: int) -> User:
    return get_object_or_404(people_visible_to(request.user), pk=person_id)


def _refused(request: ViewerRequest, person: User, error: PeopleError | str) -> HttpResponse:
    """The person's page again, with the sentence that says why nothing was done."""
    from accounts.views.people_access import person_page

    if isinstance(error, BeyondRole):
        raise PermissionDenied(str(error))
    return person_page(request, person, problem=str(error), status=422)
