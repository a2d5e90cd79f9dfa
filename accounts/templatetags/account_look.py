"""How a connected account looks in the list. Whole cells are made here: a page has fifty of each."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models.connected_account import Health
from accounts.selectors.accounts import AccountLine
from accounts.templatetags.look import HEALTH_LOOK, icon, moment, zone_note

register = template.Library()

PLANNED = "&status=scheduled&status=pending&status=in_progress&status=in_review&sort=oldest"


@register.simple_tag
def account_state(line: AccountLine) -> SafeString:
    """The state as colour, icon and words; one that runs out says in how many days."""
    tone, symbol = HEALTH_LOOK[line.health]
    return format_html('<span class="tag tag-{}">{}{}</span>', tone, icon(symbol, 12), line.words)


@register.simple_tag
def account_end(line: AccountLine) -> SafeString:
    """When the account stops being able to post, on the client's clock; the zone where that is not the viewer's."""
    end, place = line.account.expires_at, line.account.location
    if end is None:
        unknown = _("date unknown") if line.health == Health.EXPIRED else _("no end known")
        return format_html('<span class="faint">{}</span>', unknown)
    zone = zone_note(end, place)
    note = format_html(' <span class="faint small">{}</span>', zone) if zone else ""
    return format_html("{}{}", moment(end, place), note)


@register.simple_tag
def account_plans(line: AccountLine) -> SafeString:
    """How many posts are planned on the account, how many of them are at risk and from when, with links to them; and
    the queues that post on it, with their first date."""
    if not line.impact.planned and not line.impact.feeds:
        return format_html('<span class="faint">{}</span>', _("nothing planned"))
    return format_html("{}{}", _posts(line), _feeds(line))


def _posts(line: AccountLine) -> SafeString:
    impact, account = line.impact, line.account
    if not impact.planned:
        return SafeString("")
    posts = f"{reverse('planner:post_list')}?location={account.location_id}&account={account.pk}{PLANNED}"
    planned = ngettext("%(number)d post", "%(number)d posts", impact.planned) % {"number": impact.planned}
    whole = format_html('<a class="link" href="{}">{}</a>', posts, planned)
    if not impact.at_risk or impact.risk_at is None or line.risk_from is None:
        return whole
    number = {"number": impact.at_risk}
    return format_html(
        '{} <p class="small"><a class="link tone-bad" href="{}">{}</a> <span class="muted">{}</span></p>',
        whole,
        f"{posts}&start={line.risk_from.isoformat()}",
        ngettext("%(number)d post at risk", "%(number)d posts at risk", impact.at_risk) % number,
        _("from %(date)s") % {"date": date_format(line.risk_from, _("j M"))},
    )


def _feeds(line: AccountLine) -> SafeString:
    feeds, place = line.impact.feeds, line.account.location
    if not feeds:
        return SafeString("")
    shown = [("tone-bad" if feed.risk_at else "muted", feed.words(place)) for feed in feeds]
    return format_html(
        '<p class="small">{} {}</p>',
        ngettext("Queue:", "Queues:", len(feeds)),
        format_html_join("; ", '<span class="{}" dir="auto">{}</span>', shown),
    )


@register.simple_tag
def account_actions(line: AccountLine) -> SafeString:
    """What the viewer may do about the account."""
    account = line.account
    if not (line.is_leaving or line.may_manage):
        return SafeString("")
    leave = reverse("accounts:disconnect", args=[account.pk])
    if line.is_leaving:
        parting = '<a class="link small" href="{}">{}<span class="hidden"> {}</span></a>'
        return format_html(parting, leave, _("Being disconnected"), account)
    return format_html(
        '<span class="account-actions"><a class="button" data-connect href="{}?reconnect={}">{}{}'
        '<span class="hidden"> {}</span></a><a class="button" data-opens="disconnect" href="{}" hx-get="{}"'
        ' hx-target="#disconnect-body">{}{}<span class="hidden"> {}</span></a></span>',
        reverse("accounts:connect"),
        account.pk,
        icon("refresh-cw", 14),
        _("Reconnect"),
        account,
        leave,
        leave,
        icon("unplug", 14),
        _("Disconnect"),
        account,
    )
