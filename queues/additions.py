"""What queues add to Today and to the palette."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.scope import Scope
from planner.additions import Hit, Hits, Need, Needs, hit_source, need_source
from queues.models import CategoryQueue
from queues.selectors.urgent import DRY, ERRORS, EXPIRY, GONE, Urgent, urgent_queues

SHOWN = 5  # lines on Today
FOUND = 6  # lines in the palette


@need_source
def urgent_needs(scope: Scope, now: datetime) -> Needs:
    """Queues that hurt today or within days."""
    found = urgent_queues(scope.locations(), now=now)
    shown = [_need(one) for one in found[:SHOWN]]
    more = _("%(shown)d of %(total)d troubles of queues shown. See all queues")
    about = {"shown": len(shown), "total": len(found)}
    return Needs(shown, len(found), reverse("queues:queue_list"), more % about)


@hit_source
def queue_hits(user: User, text: str) -> Hits:
    """Queues whose category or client has every word. One query."""
    wanted = Q()
    for word in text.split():
        wanted &= Q(category__name__icontains=word) | Q(location__name__icontains=word)
    rows = CategoryQueue.objects.visible_to(user).present().filter(wanted).exclude(category=None)
    columns = ("pk", "category__name", "category__primary_colour", "location__name")
    found = rows.order_by("category__name", "location__name", "pk").values_list(*columns)[:FOUND]
    hits = [Hit(name, client, colour, reverse("queues:queue_edit", args=[pk])) for pk, name, colour, client in found]
    return Hits(_("Queues"), hits)


def _need(one: Urgent) -> Need:
    queue = one.queue
    address, action = reverse("queues:queue_edit", args=[queue.pk]), _("Open the queue")
    about: dict[str, str | int] = {"queue": str(queue), "number": one.count}
    if one.at is not None:
        about["at"] = date_format(queue.location.local(one.at), _("D j M, H:i"))
    tone, icon = "bad", "refresh-cw"
    if one.kind == DRY:
        words = _("The queue %(queue)s runs and has nothing to publish.")
    elif one.kind == ERRORS:
        tone, icon, address = "warn", "triangle-alert", f"{address}?errors=1"
        words = ngettext(
            "%(number)d post of the queue %(queue)s has an error.",
            "%(number)d posts of the queue %(queue)s have errors.",
            one.count,
        )
    elif one.kind == EXPIRY:
        icon = "unplug"
        words = ngettext(
            "%(number)d post of the queue %(queue)s meets an account that does not work then, first on %(at)s.",
            "%(number)d posts of the queue %(queue)s meet accounts that do not work then, first on %(at)s.",
            one.count,
        )
    elif one.kind == GONE:
        words = _("The queue %(queue)s is gone from HighLevel. What was drafted for it is kept here to read.")
        icon = "trash-2"
    else:
        words = _("A draft of the queue %(queue)s was not saved: something came in between.")
    return Need(queue.location, words % about, tone, icon, address, action)
