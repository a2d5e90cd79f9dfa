"""The tables of docs/reference/networks.md, made from the table that the code uses.

`python -m tests.planner.networks.page` writes them anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import django

from planner.networks.limits import GB, MB, FileRules, Limit, Network, Source, Unit, numbers
from planner.networks.sources import SOURCES
from planner.networks.table import DETAIL_LENGTHS, LOOSE, NETWORKS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "networks.md"
BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"
MEASURES = {
    "text": "text, characters",
    "encoded": "text, URL-encoded",
    "octets": "text, bytes",
    "hashtags": "hashtags",
    "files": "files",
    "pages": "pages",
    "weight": "all files",
    "count": "number",
    "size": "size",
    "seconds": "duration",
    "width": "width, pixels",
    "height": "height, pixels",
    "ratio": "width by height",
    "rate": "frames a second",
    "cover": "size of the cover",
    "comment": "follow-up comment, characters",
    "alt_text": "alternative text, characters",
    "least": "at least",
    "most": "at most",
    "images": "images",
    "videos": "videos",
}


def tables() -> str:
    """Everything between the two marks."""
    parts = [part for network in NETWORKS.values() for part in _network(network)]
    return "\n".join([*parts, *_details(), *_sources()])


def _network(network: Network) -> Iterator[str]:
    yield f"### {network.title}\n"
    if not network.supported:
        yield "HighLevel does not publish there for other programs: an account of this network is an error.\n"
        return
    yield f"{_remarks(network)}\n"
    yield "| kind | what | refused beyond | warned beyond | source |\n| --- | --- | --- | --- | --- |"
    for path, limit in numbers(network):
        kind, measure = "all", path
        if path.startswith("formats."):
            kind, _dot, measure = path.removeprefix("formats.").partition(".")
        yield f"| {kind} | {' › '.join(MEASURES[part] for part in measure.split('.'))} | {_row(limit, measure)} |"
    yield ""
    for kind, rules in network.formats.items():
        needs = f"needs {rules.needs.value}" if rules.needs.value != "nothing" else "needs nothing else"
        mixed = "" if rules.mixed or rules.images.count.forbids else ", images and videos not together"
        yield f"- `{kind}` {needs}{mixed}{_formats('images', rules.images)}{_formats('videos', rules.videos)}."
    yield ""


def _remarks(network: Network) -> str:
    counted = "graphemes" if network.unit is Unit.GRAPHEMES else "UTF-16 units, as browsers do"
    link = f", a link as {network.link_length}" if network.link_length else ""
    card = {
        True: "A link gets a card.",
        False: "A link gets no card.",
        None: "HighLevel does not say whether a link gets a card.",
    }
    comment = "" if network.comment else " There is no follow-up comment."
    return f"Counts {counted}{link}. {card[network.preview]}{comment}"


def _formats(name: str, rules: FileRules) -> str:
    if rules.count.forbids or not rules.formats.accepted:
        return ""
    unsure = f", unsure of {', '.join(rules.formats.unsure)}" if rules.formats.unsure else ""
    return f"; {name} are {', '.join(rules.formats.accepted)}{unsure}"


def _details() -> Iterator[str]:
    yield "### Settings of networks\n"
    yield "| setting | refused beyond | warned beyond | source |\n| --- | --- | --- | --- |"
    for path, limit in DETAIL_LENGTHS.items():
        yield f"| `{path}`, characters | {_row(limit, 'text')} |"
    for path, part in LOOSE.items():
        for rest, limit in numbers(part):
            what = f", {MEASURES[rest]}" if rest else ""
            yield f"| `{path}`{what} | {_row(limit, 'size' if 'thumbnail' in path else 'text')} |"
    yield ""


def _sources() -> Iterator[str]:
    yield "### Sources\n"
    for key, (title, address) in SOURCES.items():
        yield f"- **{key}**: [{title}]({address})"
    yield ""


def _row(limit: Limit, measure: str) -> str:
    stated = [each for each in (limit.lax, limit.strict) if each]
    said = "; ".join(f"{each.key}{f' “{each.quote}”' if each.quote else ''}" for each in stated)
    return f"{_value(limit.lax, measure)} | {_value(limit.strict, measure)} | {said}"


def _value(stated: Source | None, measure: str) -> str:
    if stated is None:
        return ""
    value = stated.value
    if "seconds" in measure:
        return f"{value:g} s" if value < 120 else f"{value / 60:g} min"
    if measure.rpartition(".")[2] in ("size", "weight", "cover"):
        return f"{value / GB:g} GB" if value >= GB else f"{value / MB:g} MB"
    return f"{value:,g}" if value < 10_000 else f"{int(value):,}"


def written(text: str, made: str) -> str:
    """The page with other tables."""
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{made}\n{END}{after}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    PAGE.write_text(written(PAGE.read_text(), tables()))
