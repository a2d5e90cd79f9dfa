"""Translations: sentences out of the sources (extract), catalogues for gettext (compile), a check that none lacks."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from config.dev.paths import ROOT

LOCALE = ROOT / "config" / "locale"
DOMAIN = "django"
SOURCES = ("config", "highlevel", "accounts", "planner", "queues", "templates")
KEYWORDS: dict[str, tuple[Any, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "_n": (1, 2),
    "_t": None,
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
COMMENTS = ("Translators:",)


def main(arguments: list[str]) -> int:
    """Run one action. The exit code is 1 when `check` finds a sentence without a translation."""
    parser = argparse.ArgumentParser(prog="./dev messages", description=__doc__)
    parser.add_argument("action", choices=["extract", "compile", "check"])
    actions: dict[str, Callable[[], int]] = {"extract": _extract_all, "compile": _compile_all, "check": _check_all}
    return actions[parser.parse_args(arguments).action]()


def languages() -> list[str]:
    """The languages that have a folder under config/locale; the sources themselves are in English."""
    return sorted(path.name for path in LOCALE.iterdir() if path.is_dir())


def compile_stale(locale: Path = LOCALE) -> list[Path]:
    """Write the .mo file of every catalogue that is newer than it; returns those written."""
    written = []
    for source in sorted(locale.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parent.parent.name, domain=DOMAIN, abort_invalid=True)
        made = io.BytesIO()
        write_mo(made, catalog)
        fresh = target.with_suffix(f".{os.getpid()}.mo")
        fresh.write_bytes(made.getvalue())
        fresh.replace(target)
        written.append(target)
    return written


def sentences(root: Path = ROOT, sources: Iterable[str] = SOURCES) -> Catalog:
    """Every sentence in the sources, with the files (not the lines) that hold it."""
    template = Catalog(domain=DOMAIN, project="Rota", charset="utf-8", fuzzy=False)
    for path in _files(root, sources):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # templatize keeps the indentation of comments and blocks, which Python would refuse.
            text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
        found = extract("python", io.BytesIO(text.encode()), KEYWORDS, COMMENTS, options={"encoding": "utf-8"})
        for _line, message, comments, context in found:
            name = path.relative_to(root).as_posix()
            template.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return template


def lacking(catalog: Catalog, template: Catalog) -> list[str]:
    """The sentences of `template` that `catalog` does not translate, in full and for sure."""
    missing = []
    for message in template:
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
        held = catalog.get(key, message.context)
        texts = (held.string if isinstance(held.string, (list, tuple)) else [held.string]) if held else []
        if held is None or held.fuzzy or not texts or not all(texts):
            missing.append(key)
    return missing


def _files(root: Path, sources: Iterable[str]) -> Iterator[Path]:
    for source in sources:
        for path in sorted((root / source).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def _catalog(language: str) -> Catalog:
    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.is_file():
        return Catalog(locale=language, domain=DOMAIN, project="Rota", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)


def _extract_all() -> int:
    template = sentences()
    for language in languages():
        catalog = _catalog(language)
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False, keep_user_comments=True)
        catalog.obsolete.clear()
        path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=120, sort_output=True, omit_header=False, include_lineno=False)
        print(f"{path.relative_to(ROOT)}: {len(catalog)} sentences, {len(lacking(catalog, template))} to translate")
    return 0


def _compile_all() -> int:
    for path in compile_stale():
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


def _check_all() -> int:
    template = sentences()
    missing = {language: lacking(_catalog(language), template) for language in languages()}
    for language, keys in missing.items():
        for key in keys:
            print(f"{language}: no translation of {key!r}", file=sys.stderr)
    if any(missing.values()):
        print("Run ./dev messages extract, then fill in the catalogues under config/locale.", file=sys.stderr)
        return 1
    return 0
