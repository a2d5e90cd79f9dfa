"""A forgotten password: Django's own views with pages of ours, and a mail that a worker sends."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import views
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.views.decorators.debug import sensitive_post_parameters

from accounts.access import everyone
from accounts.people_forms import ForgottenForm, NewPasswordForm
from accounts.services.people_passwords import password_reset as reset
from accounts.services.people_passwords import reset_allowed
from accounts.tasks import password_reset_task


class _Ask(views.PasswordResetView):
    """Asks for an e-mail. The answer is the same whether or not somebody signs in with it."""

    form_class = ForgottenForm  # type: ignore[assignment]
    template_name = "accounts/password_forgotten.html"
    success_url = reverse_lazy("accounts:password_reset_done")
    http_method_names = ["get", "head", "post"]

    def form_valid(self, form: Any) -> HttpResponse:
        email = str(form.cleaned_data["email"]).lower()
        if not reset_allowed(email=email, address=self.request.META.get("REMOTE_ADDR", "")):
            return TemplateResponse(self.request, "accounts/password_paused.html", status=429)
        password_reset_task.delay(email, f"{self.request.scheme}://{self.request.get_host()}")
        return redirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        answer = super().form_invalid(form)
        answer.status_code = 422
        return answer


class _Sent(views.PasswordResetDoneView):
    """Says that a mail is on its way, if the e-mail is known."""

    template_name = "accounts/password_sent.html"
    http_method_names = ["get", "head"]


class _Confirm(views.PasswordResetConfirmView):
    """Takes the new password of whoever follows the link; the token moves from the address into the session first."""

    form_class = NewPasswordForm  # type: ignore[assignment]
    template_name = "accounts/password_new.html"
    success_url = reverse_lazy("accounts:password_reset_complete")
    http_method_names = ["get", "head", "post"]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """A link that was used, has expired or is cut off has gone."""
        if not self.validlink:
            kwargs["status"] = 410
        return super().render_to_response(context, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        reset(person=form.user, password=form.cleaned_data["new_password"])
        self.request.session.pop(views.INTERNAL_RESET_SESSION_TOKEN, None)
        return redirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        answer = super().form_invalid(form)
        answer.status_code = 422
        return answer


class _Done(views.PasswordResetCompleteView):
    """Leads on to the sign-in page."""

    template_name = "accounts/password_done.html"
    http_method_names = ["get", "head"]


password_reset = everyone(_Ask.as_view())
password_reset_sent = everyone(_Sent.as_view())
password_reset_confirm = everyone(sensitive_post_parameters("new_password")(_Confirm.as_view()))
password_reset_complete = everyone(_Done.as_view())
