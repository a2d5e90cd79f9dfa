"""Taking steps in a draft: every move, copy and deletion, and undoing them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.access import ViewerRequest, signed_in
from queues.drafts import cycle_read
from queues.forms import StepForm
from queues.models import DraftStep
from queues.schedule import Cycle
from queues.services.errors import DraftClosed, DraftMoved, NoSuchItem, NoSuchPlace, QueueProblem
from queues.services.items import item_clone, item_delete, item_move, item_reset
from queues.services.steps import session_redo, session_undo
from queues.views.answers import Said, Window, editor_answer, places_of, refreshed
from queues.views.desk import Desk, desk_to_write, step
from queues.words import step_words


@signed_in
@require_POST
@vary_on_headers("HX-Request")
def queue_steps(request: ViewerRequest, queue_id: int) -> HttpResponse:
    """Take the step `do`, about one item or the ticked ones, and answer with the list as it is then."""
    desk = desk_to_write(request.user, queue_id)
    now = timezone.now()
    form = StepForm(request.POST)
    window = Window.read(request.POST)
    if not form.is_valid():
        said = Said(_("That cannot be done. Use the buttons of the list, or write a position as a number."), True)
        return editor_answer(request, desk, window=window, now=now, said=said, status=422)
    try:
        said = _take(desk, form.cleaned_data, request.user, now)
    except (DraftMoved, DraftClosed) as problem:
        said = Said(str(problem), True)
        return editor_answer(request, refreshed(desk), window=window, now=now, said=said, status=409)
    except QueueProblem as problem:
        return editor_answer(request, desk, window=window, now=now, said=Said(str(problem), True), status=422)
    return editor_answer(request, desk, window=window, now=now, said=said)


def _take(desk: Desk, given: dict[str, Any], actor: Any, now: datetime) -> Said:
    """Take the step. Raises what its verb raises."""
    verb, keys = given["verb"], given["keys"]
    common = {"version": given["version"], "actor": actor, "now": now}
    if verb in ("undo", "redo"):
        done: DraftStep = step(desk, session_undo if verb == "undo" else session_redo, **common)
        return Said(_undone(done) if verb == "undo" else _redone(done), keys=list(done.after["cycle"]["items"]))
    if not keys:
        raise NoSuchItem
    if verb in PLACES:
        step(desk, item_move, keys=keys, **PLACES[verb](desk, keys, given), **common)
        return _moved(desk, keys, given["pick"])
    deed = DEEDS.get(verb)
    if deed is None:
        raise NoSuchItem
    answer = step(desk, deed, keys=keys, **common)
    if verb == "clone":
        said = ngettext("%(number)d copy was made.", "%(number)d copies were made.", len(keys))
        return Said(said % {"number": len(keys)}, keys=answer)
    if verb == "delete":
        said = ngettext("%(number)d post was taken out.", "%(number)d posts were taken out.", len(keys))
        return Said(said % {"number": len(keys)})
    said = ngettext(
        "%(number)d post is as its original again.", "%(number)d posts are as their originals again.", len(keys)
    )
    return Said(said % {"number": len(keys)}, keys=keys)


def _cycle(desk: Desk) -> Cycle:
    return cycle_read(desk.session.cycle)


def _up(desk: Desk, keys: list[str], _given: dict[str, Any]) -> dict[str, Any]:
    first = min(places_of(_cycle(desk), keys), default=0)
    return {"place": max(0, first - 1)}


def _down(desk: Desk, keys: list[str], _given: dict[str, Any]) -> dict[str, Any]:
    cycle = _cycle(desk)
    places = places_of(cycle, keys)
    first, last = min(places, default=0), max(places, default=0)
    # A block with gaps closes up first, around the one that stands last.
    return {"place": min(len(cycle) - len(places), max(first + 1, last + 2 - len(places)))}


def _to(desk: Desk, keys: list[str], given: dict[str, Any]) -> dict[str, Any]:
    if not given.get("place"):
        raise NoSuchPlace(len(_cycle(desk)) - len(keys) + 1)
    return {"place": given["place"] - 1}


def _before(_desk: Desk, keys: list[str], given: dict[str, Any]) -> dict[str, Any]:
    return {"before": given["target"] or keys[0]}


def _after(desk: Desk, keys: list[str], given: dict[str, Any]) -> dict[str, Any]:
    """Just behind an item; dropping a block on a member of it moves nothing."""
    cycle, target = _cycle(desk), given["target"]
    if target in keys or target not in cycle.places:
        return {"before": keys[0]}
    here = cycle.places[target]
    return {"place": here + 1 - sum(place < here for place in places_of(cycle, keys))}


PLACES: dict[str, Callable[[Desk, list[str], dict[str, Any]], dict[str, Any]]] = {
    "up": _up,
    "down": _down,
    "top": lambda desk, keys, given: {"place": "top"},
    "bottom": lambda desk, keys, given: {"place": "bottom"},
    "to": _to,
    "before": _before,
    "after": _after,
}
DEEDS: dict[str, Callable[..., Any]] = {"clone": item_clone, "delete": item_delete, "reset": item_reset}


def _moved(desk: Desk, keys: list[str], picked: list[str]) -> Said:
    place = min(places_of(_cycle(desk), keys), default=0) + 1
    if len(keys) == 1:
        said = _("Moved to position %(place)d.") % {"place": place}
    else:
        words = ngettext(
            "%(number)d post moved to position %(place)d.", "%(number)d posts moved to position %(place)d.", len(keys)
        )
        said = words % {"number": len(keys), "place": place}
    return Said(said, keys=keys, picked=picked)


def _undone(done: DraftStep) -> str:
    return _("Undone: %(step)s.") % {"step": step_words(done)}


def _redone(done: DraftStep) -> str:
    return _("Done again: %(step)s.") % {"step": step_words(done)}
