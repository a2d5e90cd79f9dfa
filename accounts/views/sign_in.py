"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import login, logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import everyone
from accounts.forms import SignInForm
from accounts.views.second_factor import sign_in_wants_code

NEXT = "next"


@everyone
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. A right answer leads to `next` when that is an address of ours, else to Today; for
    somebody with a second factor to its code first."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_way_on(request))
    form = SignInForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        wanted = sign_in_wants_code(request, form.user, _asked(request))
        if wanted is not None:
            return wanted
        login(request, form.user)
        return HttpResponseRedirect(_way_on(request))
    if getattr(request, "axes_locked_out", False):
        return locked_out(request)
    context = {"form": form, "next": _asked(request)}
    return TemplateResponse(request, "accounts/sign_in.html", context, status=422 if form.is_bound else 200)


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """What django-axes answers after too many wrong passwords."""
    return TemplateResponse(request, "accounts/sign_in_paused.html", {"next": _asked(request)}, status=429).render()


@everyone
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("accounts:sign_in")


@everyone
@require_safe
def admin_door(request: HttpRequest) -> HttpResponse:
    """Stands before the admin's own sign-in page, so that there is one door, and it is throttled."""
    if request.user.is_authenticated:
        raise PermissionDenied(_("The admin is open to staff only."))
    return redirect_to_login(request.GET.get(NEXT) or reverse("admin:index"))


def _asked(request: HttpRequest) -> str:
    return request.POST.get(NEXT) or request.GET.get(NEXT) or ""


def _way_on(request: HttpRequest) -> str:
    asked = _asked(request)
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if ours else resolve_url("planner:today")
