"""What a forecast says, as sentences for people: what will happen, and where to do something about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from queues.forecast import Forecast
from queues.models import CategoryQueue
from queues.schedule import Touch
from queues.selectors.forecasts import QueueForecast

SHOWN = 3  # sentences of one kind
WORDS = 32  # letters of a text that is spoken of


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence with its tone and icon, and where it leads."""

    tone: str
    icon: str
    text: str
    href: str = ""
    action: str = ""


def forecast_notes(found: QueueForecast, queue: CategoryQueue) -> list[Note]:
    """The sentences, what is worst first; what is in order is said too."""
    if found.forecast.standstill:
        return []
    return [
        *_expiries(found, queue),
        *_collisions(found, queue),
        *_returns(found, queue),
        *_clocks(found, queue),
        *_in_order(found.forecast),
    ]


def _expiries(found: QueueForecast, queue: CategoryQueue) -> Iterator[Note]:
    for one in found.forecast.expiries:
        account = found.accounts.get(one.account)
        words = ngettext(
            "%(account)s expires %(day)s: %(number)d slot at risk.",
            "%(account)s expires %(day)s: %(number)d slots at risk.",
            one.times,
        )
        if one.expires_at <= found.forecast.start:
            words = ngettext(
                "%(account)s expired %(day)s: %(number)d slot at risk.",
                "%(account)s expired %(day)s: %(number)d slots at risk.",
                one.times,
            )
        about = {"account": account or one.account, "day": _day(queue, one.expires_at), "number": one.times}
        href = f"{reverse('accounts:account_list')}?location={queue.location_id}"
        yield Note("bad", "unplug", words % about, href, _("Reconnect"))


def _collisions(found: QueueForecast, queue: CategoryQueue) -> Iterator[Note]:
    for one in found.forecast.collisions[:SHOWN]:
        about = {
            "text": _text(found, one.outing.key),
            "account": found.accounts.get(one.account) or one.account,
            "at": _moment(queue, one.outing.at),
        }
        yield Note("warn", "copy", _("%(at)s: “%(text)s” meets another post on %(account)s.") % about)
    yield from _rest(len(found.forecast.collisions), "copy")


def _returns(found: QueueForecast, queue: CategoryQueue) -> Iterator[Note]:
    returns = found.forecast.returns
    if len(returns) > SHOWN:
        soonest = min(returns, key=lambda one: one.outing.at - one.before)
        words = ngettext(
            "%(number)d post comes back within %(days)d days, the soonest after %(least)d.",
            "%(number)d posts come back within %(days)d days, the soonest after %(least)d.",
            len(returns),
        )
        least = (soonest.outing.at - soonest.before).days
        change = reverse("queues:queue_settings", args=[queue.pk])
        numbers = {"number": len(returns), "days": queue.returns_within_days, "least": least}
        yield Note("warn", "repeat", words % numbers, change, _("Change the days"))
        return
    for one in returns:
        about: dict[str, str | int] = {
            "text": _text(found, one.outing.key),
            "days": (one.outing.at - one.before).days,
            "wanted": queue.returns_within_days,
        }
        yield Note(
            "warn", "repeat", _("“%(text)s” returns after %(days)d days; you asked for at least %(wanted)d.") % about
        )


def _clocks(found: QueueForecast, queue: CategoryQueue) -> Iterator[Note]:
    for one in found.forecast.clock_touches[:SHOWN]:
        about = {"at": _moment(queue, one.outing.at), "text": _text(found, one.outing.key)}
        if one.slot.touch is Touch.FIRST_OF_TWO:
            words = _("%(at)s comes twice that night; “%(text)s” goes out at the first.")
        else:
            words = _("The clocks go forward: “%(text)s” goes out at %(at)s.")
        yield Note("info", "clock", words % about)


def _in_order(found: Forecast) -> Iterator[Note]:
    if not found.collisions:
        yield Note("ok", "check", _("No post meets another one on its account."))
    if not found.expiries:
        yield Note("ok", "check", _("No account expires before its posts."))
    if not found.returns:
        yield Note("ok", "check", _("No post comes back too soon."))


def _rest(number: int, icon: str) -> Iterator[Note]:
    more = number - SHOWN
    if more > 0:
        words = ngettext("And %(number)d more like this.", "And %(number)d more like these.", more)
        yield Note("warn", icon, words % {"number": more})


def _text(found: QueueForecast, key: str) -> str:
    said = " ".join(found.texts.get(key, "").split())
    return Truncator(said).chars(WORDS) if said else _("Post without text")


def _day(queue: CategoryQueue, instant: datetime) -> str:
    return date_format(queue.location.local(instant), _("j M"))


def _moment(queue: CategoryQueue, instant: datetime) -> str:
    return date_format(queue.location.local(instant), _("D j M, H:i"))
