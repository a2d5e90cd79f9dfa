"""Saved views: keeping filters under a name, and changing or forgetting them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ViewerRequest, signed_in
from planner.forms import PostFilterForm
from planner.models import SavedView
from planner.selectors.post_filters import read_filters
from planner.selectors.saved_views import saved_view_page
from planner.services.saved_views import NameTaken, saved_view_change, saved_view_delete, saved_view_make


class ViewForm(forms.Form):
    name = forms.CharField(
        max_length=60,
        error_messages={
            "required": gettext_lazy("Give the view a name."),
            "max_length": gettext_lazy("The name is longer than 60 characters."),
        },
    )
    shared = forms.BooleanField(required=False)
    is_default = forms.BooleanField(required=False)

    @property
    def problems(self) -> list[str]:
        return [str(sentence) for sentences in self.errors.values() for sentence in sentences]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_list(request: ViewerRequest) -> HttpResponse:
    """All saved views; a POST keeps the filters of the address under a name."""
    if request.method != "POST":
        page = saved_view_page(request.user, number=request.GET.get("page", ""))
        return TemplateResponse(request, "planner/saved_view_list.html", {"page": page})
    filter_form = PostFilterForm(request.GET)
    filter_form.is_valid()
    filters, _strange = read_filters(request.scope, filter_form.cleaned_data)
    form = ViewForm(request.POST)
    if form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            saved_view_make(person=request.user, filters=filters.kept(), now=timezone.now(), **data)
        except NameTaken as reason:
            messages.warning(request, str(reason))
        else:
            messages.info(request, _("The view “%(name)s” is kept.") % {"name": data["name"]})
    for sentence in form.problems:
        messages.warning(request, sentence)
    return redirect(reverse("planner:post_list") + filters.address())


@signed_in
@require_POST
def saved_view(request: ViewerRequest, view_id: int) -> HttpResponse:
    """Change one's own view, or with `do=delete` forget it."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=view_id)
    if view.person_id != request.user.pk:
        raise PermissionDenied(_("Only whoever made a view may change it."))
    if request.POST.get("do") == "delete":
        saved_view_delete(view=view)
        messages.info(request, _("The view “%(name)s” is gone. Its posts stay.") % {"name": view.name})
        return redirect("planner:saved_view_list")
    form = ViewForm(request.POST)
    if form.is_valid():
        try:
            saved_view_change(view=view, **form.cleaned_data)
        except NameTaken as reason:
            messages.warning(request, str(reason))
        else:
            messages.info(request, _("The view is changed."))
    for sentence in form.problems:
        messages.warning(request, sentence)
    return redirect("planner:saved_view_list")
