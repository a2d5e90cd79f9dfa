"""Each number of the table: at the limit, one within, one beyond."""

from __future__ import annotations

import pytest

from planner.networks import Code, Content, Finding, Level, check
from planner.networks.limits import numbers
from planner.networks.sources import SOURCES
from planner.networks.table import DETAIL_LENGTHS, LOOSE, NETWORKS
from tests.planner.networks.numbers import Number, every_number, written
from tests.planner.networks.stage import KINDS, NOW, account, plain

EVERY = every_number()


def judged(content: Content, platform: str) -> list[Finding]:
    return check(content, [account(platform)], now=NOW)


def test_every_number_of_the_table_is_tested_and_no_other() -> None:
    held = {}
    for platform, network in NETWORKS.items():
        for path, limit in numbers(network):
            format, _dot, measure = path.removeprefix("formats.").partition(".")
            line = f"{platform} {format} {measure}" if path.startswith("formats.") else f"{platform} - {path}"
            held[line] = limit
    held |= {f"- {path} length": limit for path, limit in DETAIL_LENGTHS.items()}
    for path, part in LOOSE.items():
        name = path.replace(" ", "-")
        if path in ("linkedin.poll.options", "pinterest.pinterestBoards.boards", "instagram.collaborators"):
            held |= {f"- {name} {rest or 'most'}": limit for rest, limit in numbers(part)}
        else:
            held |= {
                f"- {name} {'size' if path == 'media.thumbnail' else 'length'}": limit for _, limit in numbers(part)
            }
    values = {
        line: tuple(stated.value if stated else None for stated in (limit.lax, limit.strict))
        for line, limit in held.items()
    }
    assert values == written()
    assert {stated.key for limit in held.values() for stated in (limit.lax, limit.strict) if stated} <= set(SOURCES)
    contradictions = [limit for limit in held.values() if limit.lax and limit.strict]
    assert len(contradictions) >= 10
    assert all(limit.strict and limit.strict.quote for limit in contradictions)


@pytest.mark.parametrize(("platform", "format"), KINDS, ids=str)
def test_nothing_speaks_against_a_plain_post(platform: str, format: str) -> None:
    assert judged(plain(platform, format), platform) == []


@pytest.mark.parametrize("number", EVERY, ids=str)
def test_number(number: Number) -> None:
    at, within, beyond = (judged(content, number.platform) for content in number.around)
    level = Level.ERROR if number.error else Level.WARNING
    assert number.code not in {each.code for each in at + within if each.level is level}
    assert not [each for each in at if each.level is Level.ERROR]
    assert {each.code for each in within if each.level is Level.ERROR} == (
        {Code.MEDIA_MISSING} if number.needed else set()
    )
    assert number.code in {each.code for each in beyond if each.level is level}
    if not number.error:
        assert not [each for each in beyond if each.level is Level.ERROR]
    assert all(each.sentence and "%(" not in each.sentence for each in beyond)
