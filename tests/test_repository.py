"""What holds for the repository as a whole: sizes, addresses, versions, and that everything is documented."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.core.management import get_commands

from config import settings as product_settings

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 400
LOCKS = ("requirements.txt", "requirements-dev.txt")
OUR_APPS = ("config", "highlevel", "accounts", "planner", "queues")
TEXTS = {".py", ".html", ".css", ".js", ".md", ".txt", ".in", ".toml", ".yaml", ".yml", ".po", ".svg", ""}
# Written apart, so that this file does not find itself.
MACHINE = re.compile("|".join(["/wo" + "rk/", "/tmp/" + "brief", "/ro" + "ot/", "/ho" + r"me/(?!rota\b)\w+/"]))
INDEXES = re.compile("|".join(["py" + r"pi\.org", "python" + "hosted", r"registry\." + "npm", "find" + "-links="]))


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that is committed or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted({name for name in listed.stdout.split("\0") if name})
    return tuple(ROOT / name for name in names if (ROOT / name).is_file())


@cache
def reference() -> str:
    """All reference pages as one text."""
    return "\n".join(path.read_text() for path in sorted((ROOT / "docs" / "reference").glob("**/*.md")))


def undocumented(names: set[str]) -> list[str]:
    """The names that no reference page writes as code."""
    return sorted(name for name in names if f"`{name}`" not in reference() and f"`{name} " not in reference())


@pytest.mark.parametrize("name", LOCKS)
def test_locks_are_hashed_and_name_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert re.findall(r"https?://\S+|--(?:index-url|extra-index-url|find-links)\S*|file:\S+", text) == []
    pins = re.findall(r"(?m)^([A-Za-z0-9][\w.\-]*)(?:\[[\w,\-]+\])?==\S+(.*)$", text)
    assert len(pins) > 10
    assert [pin for pin, rest in pins if not rest.rstrip().endswith("\\")] == []


def test_what_both_locks_pin_they_pin_alike() -> None:
    pins = [
        dict(re.findall(r"(?m)^([A-Za-z0-9][\w.\-]*)(?:\[.*?\])?==(\S+)", (ROOT / name).read_text())) for name in LOCKS
    ]
    assert {
        name: (version, pins[1][name]) for name, version in pins[0].items() if pins[1].get(name, version) != version
    } == {}


def test_every_wanted_package_is_pinned() -> None:
    for wanted, lock in (("requirements.in", LOCKS[0]), ("requirements-dev.in", LOCKS[1])):
        held = set(re.findall(r"(?m)^([A-Za-z0-9][\w.\-]*)(?:\[.*?\])?==", (ROOT / lock).read_text().lower()))
        names = re.findall(r"(?m)^([A-Za-z0-9][\w.\-]*)", (ROOT / wanted).read_text().lower())
        assert [name for name in names if name.replace("_", "-") not in held] == []


def test_no_file_is_too_long() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path.suffix in {".py", ".html", ".css", ".js"} and "migrations" not in path.parts
        if (lines := len(path.read_text().splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_file_knows_a_machine_or_a_package_index() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in tracked()
        if path.suffix in TEXTS
        for pattern in (MACHINE, INDEXES)
        for hit in pattern.finditer(path.read_text(errors="replace"))
    ]
    assert found == []


def test_no_compiled_or_private_file_is_tracked() -> None:
    unwanted = {".mo", ".pyc", ".sqlite3", ".log"}
    assert [path.name for path in tracked() if path.suffix in unwanted or "var" in path.relative_to(ROOT).parts] == []


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    newest = re.search(r"(?m)^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text())
    assert newest is not None
    assert newest.group(1) == project["version"]


def test_everything_names_the_same_oldest_python() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    oldest = project["project"]["requires-python"].removeprefix(">=")
    script = ast.parse((ROOT / "dev").read_text())
    least = next(
        ast.literal_eval(node.value)
        for node in script.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LEAST"
    )
    assert ".".join(map(str, least)) == oldest
    assert project["tool"]["mypy"]["python_version"] == oldest
    assert project["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"
    assert f"FROM python:{oldest}-" in (ROOT / "Dockerfile").read_text()
    assert f"Python {oldest}" in (ROOT / "README.md").read_text()


def test_every_setting_is_documented() -> None:
    declared = product_settings.env.variables
    assert "SECRET_KEY" in declared
    assert undocumented(set(declared)) == []


def test_every_documented_setting_exists() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    named = set(re.findall(r"(?m)^\| `([A-Z][A-Z0-9_]+)`", page))
    assert named
    assert named - set(product_settings.env.variables) == set()


def test_every_command_is_documented() -> None:
    ours = {name for name, app in get_commands().items() if app in OUR_APPS}
    assert ours
    assert undocumented(ours) == []


def test_every_task_is_documented() -> None:
    for app in OUR_APPS:
        if find_spec(f"{app}.tasks"):
            import_module(f"{app}.tasks")
    ours = {name for name in current_app.tasks if name.split(".")[0] in OUR_APPS}
    assert ours
    assert undocumented(ours) == []


def test_every_event_is_documented() -> None:
    events = {
        hit
        for path in tracked()
        if path.suffix in {".py", ".html", ".js"}
        and path.relative_to(ROOT).parts[0] in {*OUR_APPS, "templates", "static"}
        for hit in re.findall(r"\b(?:highlevel|accounts|planner|queues|sync):[a-z]+-[a-z]+\b", path.read_text())
    }
    assert undocumented(events) == []


def test_every_error_of_the_client_is_documented() -> None:
    tree = ast.parse((ROOT / "highlevel" / "api" / "errors.py").read_text())
    errors = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    assert "RemoteError" in errors
    assert undocumented(errors) == []


def test_every_verb_is_documented() -> None:
    script = ast.parse((ROOT / "dev").read_text())
    verbs = next(
        ast.literal_eval(node.value)
        for node in script.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "VERBS"
    )
    page = (ROOT / "docs" / "reference" / "dev.md").read_text()
    assert [verb for verb in verbs if f"`./dev {verb}" not in page] == []


@pytest.mark.parametrize("name", ["Procfile", "compose.yaml", "config/dev/up.py", "tests/servers.py"])
def test_every_queue_has_a_worker(name: str) -> None:
    used = {settings.CELERY_TASK_DEFAULT_QUEUE, *(route["queue"] for route in settings.CELERY_TASK_ROUTES.values())}
    lists = re.findall(r"\b[a-z]+(?:,[a-z]+)+\b", (ROOT / name).read_text())
    assert [served for served in lists if used <= set(served.split(","))], f"no worker in {name} serves {used}"


def test_relative_links_of_the_documentation_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in tracked()
        if page.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_column_of_an_agency_file_is_in_the_reference() -> None:
    columns = import_module("planner.imports.columns")
    assert undocumented({column.header for column in columns.AGENCY}) == []
