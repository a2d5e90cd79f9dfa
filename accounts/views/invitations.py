"""Inviting people, and joining by an invitation's link."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ViewerRequest, everyone, people_keeper
from accounts.models import Invitation, Role, User
from accounts.people_forms import InviteForm, JoinForm
from accounts.selectors.people_invitations import (
    invitation_by_token,
    invitation_page,
    invitations_visible_to,
    offered_names,
    state_of,
)
from accounts.services.people_errors import BeyondRole, PeopleError
from accounts.services.people_invitations import (
    Sent,
    invitation_accept,
    invitation_accept_new,
    invitation_create,
    invitation_offer,
    invitation_renew,
    invitation_revoke,
    invitation_stands,
)
from accounts.services.people_mail import invitation_mail

BACKEND = "django.contrib.auth.backends.ModelBackend"


@people_keeper
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_new(request: ViewerRequest) -> HttpResponse:
    """Invite somebody. The answer shows the link, this once, and whether it was mailed."""
    chosen = [request.scope.location.pk] if request.scope.location else []
    initial = {"role": Role.CREATOR, "locations": chosen, "email": request.GET.get("email", "")[:254]}
    form = InviteForm(request.user, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            sent = invitation_create(actor=request.user, now=timezone.now(), **form.offer)
        except BeyondRole as error:
            raise PermissionDenied(str(error)) from None
        except PeopleError as error:
            form.add_error("email", str(error))
        else:
            return _sent(request, sent)
    ticked = {str(pk) for pk in form["locations"].value() or []}
    context = {"form": form, "ticked": ticked, "places": list(form.fields["locations"].queryset)}  # type: ignore[attr-defined]
    return TemplateResponse(request, "accounts/people_invite.html", context, status=422 if form.is_bound else 200)


@people_keeper
@require_safe
def invitation_list(request: ViewerRequest) -> HttpResponse:
    """Invitations that wait for an answer; `show=closed` those that ended."""
    closed = request.GET.get("show") == "closed"
    found = invitation_page(request.user, closed=closed, number=request.GET.get("page", "1"), now=timezone.now())
    return TemplateResponse(request, "accounts/invitation_list.html", {"list": found, "closed": closed})


@people_keeper
@never_cache
@require_POST
def invitation_again(request: ViewerRequest, invitation_id: int) -> HttpResponse:
    """Send an invitation again, with a new link."""
    invitation = get_object_or_404(invitations_visible_to(request.user), pk=invitation_id)
    try:
        sent = invitation_renew(actor=request.user, invitation=invitation, now=timezone.now())
    except BeyondRole as error:
        raise PermissionDenied(str(error)) from None
    except PeopleError as error:
        messages.error(request, str(error))
        return redirect("accounts:invitation_list")
    return _sent(request, sent)


@people_keeper
@require_POST
def invitation_end(request: ViewerRequest, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(invitations_visible_to(request.user), pk=invitation_id)
    try:
        invitation_revoke(actor=request.user, invitation=invitation, now=timezone.now())
        messages.success(request, _("The invitation of %(email)s is taken back.") % {"email": invitation.email})
    except PeopleError as error:
        messages.error(request, str(error))
    return redirect("accounts:invitation_list")


def _sent(request: ViewerRequest, sent: Sent) -> HttpResponse:
    link = request.build_absolute_uri(reverse("accounts:invitation_join", args=[sent.token]))
    mailed = invitation_mail(invitation=sent.invitation, link=link)
    context = {"invitation": sent.invitation, "link": link, "mailed": mailed}
    return TemplateResponse(request, "accounts/people_invited.html", context)


@everyone
@sensitive_post_parameters("new_password")
@sensitive_variables("token")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_join(request: HttpRequest, token: str) -> HttpResponse:
    """Where an invitation's link leads: join with a new sign-in, or with the one that the e-mail has."""
    invitation = invitation_by_token(token)
    if invitation is None:
        return _closed(request, None, "unknown", status=404)
    state = state_of(invitation, timezone.now())
    if state == "open" and not invitation_stands(invitation):
        state = "inviter_gone"
    if state != "open":
        return _closed(request, invitation, state, status=410)
    if isinstance(request.user, User):
        if request.user.email.lower() != invitation.email.lower():
            return _closed(request, invitation, "other", status=403)
        return _join_signed_in(request, invitation, request.user)
    if User.objects.filter(email__iexact=invitation.email).exists():
        return _page(request, invitation, {"sign_in": True})
    return _join_new(request, invitation)


def _join_signed_in(request: HttpRequest, invitation: Invitation, person: User) -> HttpResponse:
    if request.method != "POST":
        return _page(request, invitation, {"signed_in": True})
    try:
        invitation_accept(invitation=invitation, person=person, now=timezone.now())
    except PeopleError as error:
        return _page(request, invitation, {"signed_in": True, "problem": str(error)}, status=409)
    messages.success(request, _("Welcome. What you may do here is yours from now on."))
    return redirect("planner:today")


def _join_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = JoinForm(email=invitation.email, data=data, initial={"name": invitation.name})
    problem, status = "", 422 if form.is_bound else 200
    if form.is_valid():
        given = form.cleaned_data
        try:
            person = invitation_accept_new(
                invitation=invitation, name=given["name"], password=given["new_password"], now=timezone.now()
            )
        except PeopleError as error:
            problem, status = str(error), 409
        else:
            login(request, person, backend=BACKEND)
            messages.success(request, _("Welcome to Rota."))
            return redirect("planner:today")
    return _page(request, invitation, {"form": form, "problem": problem}, status=status)


def _page(request: HttpRequest, invitation: Invitation, more: dict[str, object], status: int = 200) -> HttpResponse:
    names = [] if invitation.is_owner else offered_names(invitation_offer(invitation))
    context = {"invitation": invitation, "names": names[:5], "others": max(0, len(names) - 5), **more}
    return TemplateResponse(request, "accounts/invitation.html", context, status=status)


def _closed(request: HttpRequest, invitation: Invitation | None, why: str, *, status: int) -> HttpResponse:
    context = {"invitation": invitation, "why": why}
    return TemplateResponse(request, "accounts/invitation_closed.html", context, status=status)
