"""The Accounts page: what is connected, until when, and what depends on it."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, signed_in
from accounts.filters import AccountFilterForm
from accounts.models import Platform
from accounts.selectors.accounts import SORTS, URGENCY, AccountFilters, AccountList, account_list_page, group_picker

PAGE = "accounts/account_list.html"
REGION = {"swaps": "accounts", "filter_form": "account-filters"}


@signed_in
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def account_list(request: ViewerRequest) -> HttpResponse:
    """The list with its filters; `pick` and `find` open the choices of the group filter."""
    piece = request.htmx.target if request.htmx and not request.htmx.history_restore_request else None
    form = AccountFilterForm(request.GET)
    form.is_valid()
    filters = _filters(request, form)
    picker = None
    if request.GET.get("pick") == "group":
        picker = group_picker(filters, find=request.GET.get("find", "").replace("\0", "")[:100])
    if piece and piece.startswith("choices-"):
        return TemplateResponse(request, "accounts/_picker.html", {"picker": picker, **REGION})
    number = request.GET.get("page", "")
    accounts = account_list_page(filters, number=number, now=timezone.now())
    unread = [] if not number or number.isdecimal() else [_("“%s” is not the number of a page.") % number[:60]]
    context = {
        "filters": filters,
        "problems": [*form.problems, *unread],
        "picker": picker,
        **REGION,
        "list": accounts,
        "everywhere": request.scope.location is None,
        "here": filters.address(),
        "clear": filters.cleared().address(),
        "networks": [(value, label, value in filters.networks) for value, label in Platform.choices],
        "sorts": SORTS,
        "columns": _columns(filters),
        "tallied": _tallied(filters, accounts),
    }
    if piece not in ("results", "accounts"):
        return TemplateResponse(request, PAGE, context)
    answer = TemplateResponse(request, f"{PAGE}#{piece}", context)
    answer["HX-Push-Url"] = request.path + filters.address(page=str(accounts.page.number) if number else "")
    return answer


def _columns(filters: AccountFilters) -> list[dict[str, str]]:
    """The heads of the table: the way a column is sorted, and the address that sorts by it or turns it round."""
    sortable = {"name": "name", "client": "client", "health": URGENCY, "expires": "expires", "checked": "checked"}
    labels = {
        "name": _("Account"),
        "client": _("Client"),
        "health": _("Health"),
        "expires": _("Expires"),
        "risk": _("Planned"),
        "groups": _("Groups"),
        "checked": _("Last checked"),
        "actions": "",
    }
    if filters.scope.location is not None:
        del labels["client"]
    columns = []
    for name, label in labels.items():
        column = {"name": name, "label": label, "href": "", "order": ""}
        if name in sortable:
            sort = sortable[name]
            here = sort == filters.sort
            turned = here and not filters.backwards and sort != URGENCY
            column["href"] = replace(filters, sort=sort, backwards=turned).address()
            column["order"] = ("descending" if filters.backwards else "ascending") if here else ""
        columns.append(column)
    return columns


def _tallied(filters: AccountFilters, accounts: AccountList) -> list[dict[str, object]]:
    """The number in each state, as links that show only those."""
    every = {"health": "all", "number": accounts.total, "label": _("in all"), "on": not filters.health}
    entries: list[dict[str, object]] = [{**every, "href": replace(filters, health=()).address()}]
    for health, number in accounts.tally:
        only = (health.value,)
        href = replace(filters, health=only).address()
        entry = {"health": health.value, "number": number, "label": health.label, "on": filters.health == only}
        entries.append({**entry, "href": href})
    return entries


def _filters(request: ViewerRequest, form: AccountFilterForm) -> AccountFilters:
    data = form.cleaned_data
    sort = data.get("sort") or URGENCY
    return AccountFilters(
        scope=request.scope,
        words=data.get("q") or (),
        networks=tuple(data["network"]),
        health=tuple(data["health"]),
        groups=tuple(data["group"]),
        sort=sort.removeprefix("-"),
        backwards=sort.startswith("-"),
    )
