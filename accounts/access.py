"""Who may call a view. Each view carries exactly one of these decorators, which sets `access_policy` on it.

A stranger gets 404, so that nothing tells whether an object exists; a reader who tries to write gets 403.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event
from django_htmx.middleware import HtmxDetails

from accounts.models import Role, User
from accounts.scope import Scope, read_scope
from highlevel.models import Location
from highlevel.models.location import LocationQuerySet

EVERY_ROLE = tuple(Role)
WRITERS = (Role.MANAGER, Role.CREATOR, Role.APPROVER)


class ViewerRequest(HttpRequest):
    """A request of somebody who is signed in, as the views behind `signed_in` see it."""

    user: User
    htmx: HtmxDetails
    scope: Scope


View = Callable[..., HttpResponseBase]


def everyone(view: View) -> View:
    """Anybody, signed in or not."""
    return _marked(view, "everyone")


def signed_in(view: View) -> View:
    """Whoever is signed in; `request.scope` holds the chosen locations. The view shows only what is visible to them."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(_viewer(request), *args, **kwargs)

    return _marked(guarded, "signed_in")


def owner_only(view: View) -> View:
    """Owners of the agency; for others the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if not request.user.is_owner:
            raise Http404(_("There is no such page."))
        return view(_viewer(request), *args, **kwargs)

    return _marked(guarded, "owner_only")


def people_keeper(view: View) -> View:
    """Owners of the agency, and managers of at least one location; for others the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if not keeps_people(request.user):
            raise Http404(_("There is no such page."))
        return view(_viewer(request), *args, **kwargs)

    return _marked(guarded, "people_keeper")


def location_member(*roles: Role) -> Callable[[View], View]:
    """Members of the location in the address (`location_id`) with one of the roles, and owners.

    The view receives `location` instead of `location_id`. Strangers get 404, members without such a role 403.
    """
    wanted = roles or EVERY_ROLE

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, location_id: int, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            location = get_object_or_404(request.user.locations(), pk=location_id)
            require_role(request.user, location, *wanted)
            return view(_viewer(request), *args, location=location, **kwargs)

        return _marked(guarded, "location_member:" + ",".join(wanted))

    return decorate


def locations_for(user: User, *roles: Role) -> LocationQuerySet:
    """The locations in which the person has one of the roles; an owner has every role everywhere."""
    if user.is_owner:
        return user.locations()
    held = user.memberships.filter(gone_at=None, role__in=roles)
    return user.locations().filter(Q(pk__in=held.values("location")))


def keeps_people(user: User) -> bool:
    """Whether the person may say who works somewhere: an owner, or a manager of a location."""
    return user.is_owner or locations_for(user, Role.MANAGER).exists()


def require_role(user: User, location: Location, *roles: Role) -> None:
    """Pass when the person has one of the roles in the location; else raise PermissionDenied."""
    if user.is_owner or set(roles) == set(EVERY_ROLE):
        return
    if not user.memberships.filter(gone_at=None, location=location, role__in=roles).exists():
        raise PermissionDenied(_("Your role in %(location)s lets you read, not change.") % {"location": location.name})


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Send somebody without a session to the sign-in page, and back afterwards.

    An htmx request gets HX-Redirect: a plain redirect would put the sign-in page into a piece of the page. A page in
    which somebody is writing asks to stay (X-Stay) and gets 401 and the event `accounts:signed-out`. Whoever sent a
    form comes back to the page on which it stood, with a word that nothing was done.
    """
    from django.contrib.auth.views import redirect_to_login

    htmx = cast(HtmxDetails, getattr(request, "htmx", False))
    if htmx and "X-Stay" in request.headers:
        words = _("You are signed out. Sign in again to go on.")
        answer = HttpResponse(words, status=401, content_type="text/plain; charset=utf-8")
        return trigger_client_event(answer, "accounts:signed-out")
    back = (htmx.current_url_abs_path or "/") if htmx else request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        back = back if htmx else _page_of_form(request)
        messages.warning(request, _("You were signed out, so nothing was done. Please do it again."))
    page = redirect_to_login(back)
    return HttpResponseClientRedirect(page.url) if htmx else page


def _page_of_form(request: HttpRequest) -> str:
    """The page of ours on which the form stood that was sent; where the browser does not tell, its own address."""
    ours, page = f"{request.scheme}://{request.get_host()}", request.headers.get("Referer", "")
    return page.removeprefix(ours) if page.startswith(f"{ours}/") else request.get_full_path()


def _viewer(request: HttpRequest) -> ViewerRequest:
    viewer = cast(ViewerRequest, request)
    viewer.scope = read_scope(request, cast(User, request.user))
    return viewer


def _marked(view: View, policy: str) -> View:
    view.access_policy = policy  # type: ignore[attr-defined]
    return view
