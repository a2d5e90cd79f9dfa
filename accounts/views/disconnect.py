"""Disconnecting an account: what depends on it first, then the question, then how it goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect, HttpResponseStopPolling

from accounts.access import ViewerRequest, require_role, signed_in
from accounts.models import ConnectedAccount, Role
from accounts.selectors.disconnecting import Question, disconnect_progress, disconnect_question
from accounts.services.disconnecting import account_disconnect, disconnection_undo
from highlevel.outbox import NotPossible

PAGE = "accounts/disconnect.html"
LEAVE = "leave"


class DisconnectForm(forms.Form):
    """Whether to go ahead, and with whom what is planned goes on."""

    plans = forms.ChoiceField(
        required=False,
        error_messages={"invalid_choice": gettext_lazy("This account cannot take over. Choose one that is listed.")},
    )

    def __init__(self, data: Any, question: Question) -> None:
        super().__init__(data)
        self.question = question
        others = [(str(account.pk), str(account)) for account in question.successors]
        self.fields["plans"].choices = [(LEAVE, _("Leave them")), *others]  # type: ignore[attr-defined]

    def clean_plans(self) -> ConnectedAccount | None:
        """The account that takes over, None to leave things as they are."""
        chosen = self.cleaned_data["plans"]
        if not chosen and self.question.movable and self.question.successors:
            raise forms.ValidationError(_("Choose what becomes of what is planned on this account."))
        return next((account for account in self.question.successors if str(account.pk) == chosen), None)


@signed_in
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request", "HX-Target")
def disconnect(request: ViewerRequest, account_id: int) -> HttpResponse:
    """The question, with what depends on the account; once it is answered, how the disconnection goes."""
    account = _account(request, account_id)
    progress = disconnect_progress(account, number=request.GET.get("page", ""))
    if progress is not None or account.gone_at is not None:
        if request.method == "POST":
            return _onward(request, account)
        return _progress(request, account, progress)
    question = disconnect_question(account, now=timezone.now())
    form = DisconnectForm(request.POST if request.method == "POST" else None, question)
    if form.is_valid():
        now = timezone.now()
        account_disconnect(account=account, actor=request.user, now=now, move_to=form.cleaned_data["plans"])
        return _onward(request, account)
    context = {"account": account, "question": question, "form": form}
    status = 422 if form.is_bound else 200
    piece = request.htmx and not request.htmx.history_restore_request
    return TemplateResponse(request, f"{PAGE}#question" if piece else PAGE, context, status=status)


@signed_in
@require_POST
def disconnect_undo(request: ViewerRequest, account_id: int) -> HttpResponse:
    """Take a disconnection back that has not been sent."""
    account = _account(request, account_id)
    progress = disconnect_progress(account, number="")
    try:
        if progress is None:
            raise NotPossible
        undone = disconnection_undo(change=progress.change, now=timezone.now())
    except NotPossible:
        messages.warning(request, _("It was too late to take this back: HighLevel has been told already."))
        return _onward(request, account)
    said = _("%(account)s stays connected.") % {"account": account}
    if undone.stays:
        stays = ngettext("%(n)d post had moved already.", "%(n)d posts had moved already.", undone.stays)
        said = _("%(first)s %(then)s") % {"first": said, "then": stays % {"n": undone.stays}}
    messages.success(request, said)
    address = reverse("accounts:account_list")
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _account(request: ViewerRequest, account_id: int) -> ConnectedAccount:
    """The account, gone ones too. Strangers get 404, all but managers 403."""
    visible = ConnectedAccount.objects.visible_to(request.user).select_related("location")
    account = get_object_or_404(visible.defer("remote", "location__remote"), pk=account_id)
    require_role(request.user, account.location, Role.MANAGER)
    return account


def _progress(request: ViewerRequest, account: ConnectedAccount, progress: Any) -> HttpResponse:
    context = {"account": account, "progress": progress, "now": timezone.now()}
    polls = request.htmx and request.htmx.target == "disconnecting"
    if not polls:
        return TemplateResponse(request, PAGE, context)
    over = progress is None or progress.settled
    status = HttpResponseStopPolling.status_code if over else 200
    return TemplateResponse(request, f"{PAGE}#disconnecting", context, status=status)


def _onward(request: ViewerRequest, account: ConnectedAccount) -> HttpResponse:
    address = reverse("accounts:disconnect", args=[account.pk])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
