"""One person's page: the role in each location, for many at once, and who the person acts as."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, people_keeper
from accounts.models import Role, User
from accounts.people_forms import NO_ACCESS, AccessForm, access_choices
from accounts.selectors.people import people_visible_to, words_in
from accounts.selectors.people_access import (
    AccessFilters,
    access_table,
    locations_matching,
    membership_of,
    remote_choices,
)
from accounts.selectors.people_history import history_of
from accounts.services.people_access import access_set, managed_locations
from accounts.services.people_binding import acts_as_set
from accounts.services.people_errors import BeyondRole, PeopleError
from accounts.services.people_second_factor import factor_held

PAGE = "accounts/people_person.html"
NOBODY = "nobody"


@people_keeper
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def person(request: ViewerRequest, person_id: int) -> HttpResponse:
    """The person and every location that the viewer keeps; `q`, `show` and `role` narrow the table."""
    who = get_object_or_404(people_visible_to(request.user), pk=person_id)
    return person_page(request, who)


def person_page(
    request: ViewerRequest, who: User, *, problem: str = "", form: AccessForm | None = None, status: int = 200
) -> HttpResponse:
    """The page, or after a refusal the page again with what was ticked and the sentence that says why."""
    given = request.GET if request.method != "POST" else request.POST
    filters = _filters(given.get("q", ""), given.get("show", ""), given.get("role_held", ""))
    table = access_table(request.user, who, filters, number=given.get("page", "1"))
    context = {
        "person": who,
        "table": table,
        "filters": filters,
        "choices": access_choices(request.user),
        "chosen": form.data.get("role", "") if form else "",
        "which": form.data.get("which", "") if form else "",
        "ticked": form.ticks if form else set(),
        "roles": Role.choices,
        "problems": [problem] if problem else form.problems if form else [],
        "has_factor": factor_held(who) is not None,
        "history": history_of(who) if request.user.is_owner else [],
    }
    piece = request.htmx and not request.htmx.history_restore_request and request.htmx.target == "access"
    return TemplateResponse(request, f"{PAGE}#access" if piece else PAGE, context, status=status)


@people_keeper
@require_POST
def person_access(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Give a role, or end the access, in the ticked locations or in all that match the filters."""
    who = get_object_or_404(people_visible_to(request.user), pk=person_id)
    form = AccessForm(request.user, request.POST)
    if not form.is_valid():
        return person_page(request, who, form=form, status=422)
    given = form.cleaned_data
    filters = _filters(*(request.POST.get(name, "") for name in ("q", "show", "role_held")))
    matching = locations_matching(request.user, who, filters)
    wanted = matching if given["which"] == "matching" else given["ticked"]
    role = None if given["role"] == NO_ACCESS else Role(given["role"])
    try:
        changed = access_set(actor=request.user, person=who, locations=wanted, role=role, now=timezone.now())
    except BeyondRole as error:
        if request.user.is_owner:
            return person_page(request, who, form=form, problem=str(error), status=422)
        raise PermissionDenied(str(error)) from None
    except PeopleError as error:
        return person_page(request, who, form=form, problem=str(error), status=422)
    said = ngettext("Access changed in %(number)d location.", "Access changed in %(number)d locations.", len(changed))
    messages.success(request, said % {"number": len(changed)})
    kept = {"q": " ".join(filters.words), "show": filters.show, "role_held": filters.role}
    if not people_visible_to(request.user).filter(pk=who.pk).exists():
        return redirect("accounts:people_list")
    query = urlencode({name: value for name, value in kept.items() if value})
    return redirect(reverse("accounts:person", args=[who.pk]) + (f"?{query}" if query else ""))


@people_keeper
@require_http_methods(["GET", "HEAD", "POST"])
def person_acts_as(request: ViewerRequest, person_id: int, location_id: int) -> HttpResponse:
    """Choose the HighLevel user that the person acts as in a location (`member`), or nobody."""
    who = get_object_or_404(people_visible_to(request.user), pk=person_id)
    location = get_object_or_404(managed_locations(request.user), pk=location_id)
    held = membership_of(request.user, who, location)
    if held is None:
        raise Http404(_("This person does not work for the location."))
    words = words_in(request.GET.get("q", ""))
    problem = ""
    if request.method == "POST":
        chosen = request.POST.get("member", "")
        rows = {str(row.pk): row for row in remote_choices(held, words=words).rows}
        if chosen != NOBODY and chosen not in rows:
            problem = _("Choose a HighLevel user of the list, or nobody.")
        else:
            try:
                acts_as_set(actor=request.user, member=held, remote=rows.get(chosen))
            except BeyondRole as error:
                raise PermissionDenied(str(error)) from None
            except PeopleError as error:
                problem = str(error)
            else:
                messages.success(request, _("Saved."))
                return redirect("accounts:person", who.pk)
    context = {
        "person": who,
        "location": location,
        "held": held,
        "choices": remote_choices(held, words=words),
        "words": " ".join(words),
        "problem": problem,
    }
    return TemplateResponse(request, "accounts/people_acts_as.html", context, status=422 if problem else 200)


def _filters(text: str, show: str, role: str) -> AccessFilters:
    return AccessFilters(
        words=words_in(text),
        show=show if show in ("with", "without") else "",
        role=role if role in Role.values else "",
    )
