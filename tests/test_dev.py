"""The script ./dev by itself: what it installs, when, and what it says where it cannot."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from tests.databases import beside_sqlite_only

ROOT = Path(__file__).resolve().parent.parent
pytestmark = beside_sqlite_only("has no database")
PRINTS_WHAT_IT_GOT = """
import json, sys
from importlib.metadata import version
print(json.dumps({"arguments": sys.argv[1:], "prefix": sys.prefix, "little": version("little")}))
"""


def make_wheel(folder: Path, version: str) -> str:
    """A wheel `little` of one empty module in `folder`; returns its line for a hashed requirements file."""
    facts = f"little-{version}.dist-info"
    files = {
        "little.py": "",
        f"{facts}/METADATA": f"Metadata-Version: 2.1\nName: little\nVersion: {version}\n",
        f"{facts}/WHEEL": "Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [
        f"{name},sha256={urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},{len(text)}"
        for name, text in files.items()
    ]
    path = folder / f"little-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
        wheel.writestr(f"{facts}/RECORD", "\n".join([*record, f"{facts}/RECORD,,", ""]))
    return f"little=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Checkout:
    """A folder with the real ./dev, a lock of one small local package, and a config.dev that prints what it was given."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.wheels = folder / "rota", folder / "wheels"
        (self.folder / "config" / "dev").mkdir(parents=True)
        self.wheels.mkdir()
        shutil.copy(ROOT / "dev", self.folder / "dev")
        (self.folder / "config" / "__init__.py").touch()
        (self.folder / "config" / "dev" / "__init__.py").touch()
        (self.folder / "config" / "dev" / "__main__.py").write_text(PRINTS_WHAT_IT_GOT)
        self.lock("1.0")

    def lock(self, version: str) -> None:
        line = make_wheel(self.wheels, version)
        (self.folder / "requirements.txt").write_text(line)
        (self.folder / "requirements-dev.txt").write_text(line)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
        return {**kept, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), **more}

    def dev(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(self.folder / "dev"), *arguments]
        return subprocess.run(
            command, env=self.environment(**more), cwd="/", capture_output=True, text=True, timeout=100, check=False
        )


def answer(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout where ./dev has installed once; tests that use it leave it whole."""
    made = Checkout(tmp_path_factory.mktemp("installed"))
    done = made.dev("manage", "first")
    assert "Installing requirements.txt" in done.stderr
    assert answer(done)["arguments"] == ["manage", "first"]
    return made


def test_it_hands_over_inside_its_environment(installed: Checkout) -> None:
    done = installed.dev("manage", "--flag", "two words", "")
    assert answer(done)["arguments"] == ["manage", "--flag", "two words", ""]
    assert answer(done)["prefix"] == str(installed.folder / ".venv")


def test_it_installs_nothing_when_the_lock_has_not_changed(installed: Checkout) -> None:
    done = installed.dev("manage", PIP_FIND_LINKS="/nowhere")
    assert answer(done)["little"] == "1.0"
    assert done.stderr == ""


def test_a_changed_lock_is_installed_and_the_test_tools_only_when_needed(checkout: Checkout) -> None:
    answer(checkout.dev("manage"))
    checkout.lock("2.0")
    done = checkout.dev("manage")
    assert answer(done)["little"] == "2.0"
    assert "requirements-dev.txt" not in done.stderr
    assert "requirements-dev.txt" in checkout.dev("lint").stderr
    assert checkout.dev("manage").stderr == ""


def test_an_installation_that_was_killed_is_started_over(checkout: Checkout) -> None:
    command = [sys.executable, str(checkout.folder / "dev"), "manage"]
    with subprocess.Popen(command, env=checkout.environment(), stderr=subprocess.PIPE, start_new_session=True) as first:
        assert first.stderr is not None
        first.stderr.readline()
        time.sleep(0.3)
        os.killpg(first.pid, signal.SIGKILL)
    assert (checkout.folder / "var" / "install-unfinished").exists()
    done = checkout.dev("manage")
    assert answer(done)["little"] == "1.0"
    assert "Making the virtual environment" in done.stderr
    assert not (checkout.folder / "var" / "install-unfinished").exists()


def test_two_at_once_do_not_install_into_each_other(checkout: Checkout) -> None:
    command = [sys.executable, str(checkout.folder / "dev"), "manage"]
    pair = [
        subprocess.Popen(command, env=checkout.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    ends = [process.communicate(timeout=100) for process in pair]
    assert [json.loads(output)["little"] for output, _ in ends] == ["1.0", "1.0"]
    assert sum("Installing" in errors for _, errors in ends) == 1


def test_a_file_that_does_not_match_its_hash_is_refused(checkout: Checkout) -> None:
    wrong = "little==1.0 --hash=sha256:" + "0" * 64 + "\n"
    (checkout.folder / "requirements.txt").write_text(wrong)
    done = checkout.dev("manage")
    assert done.returncode == 2
    assert "The packages could not be installed" in done.stderr
    checkout.lock("1.0")
    assert answer(checkout.dev("manage"))["little"] == "1.0"


def test_uv_is_passed_over_where_pip_is_configured(checkout: Checkout) -> None:
    path, calls = failing_uv(checkout.folder)
    assert answer(checkout.dev("manage", PATH=path))["little"] == "1.0"
    assert not calls.exists()


def test_pip_takes_over_where_uv_fails(checkout: Checkout) -> None:
    path, calls = failing_uv(checkout.folder)
    script = checkout.folder / "dev"
    script.write_text(script.read_text().replace('"/etc/', '"/nowhere/'))
    lock = checkout.folder / "requirements.txt"
    lock.write_text(f"--no-index\n--find-links {checkout.wheels}\n{lock.read_text()}")
    plain = {name: value for name, value in checkout.environment(PATH=path).items() if not name.startswith("PIP_")}
    plain["HOME"] = str(checkout.folder)
    command = [sys.executable, str(script), "manage"]
    done = subprocess.run(command, env=plain, capture_output=True, text=True, timeout=100, check=False)
    assert answer(done)["little"] == "1.0"
    assert "--require-hashes" in calls.read_text()
    assert "uv could not do it" in done.stderr


def failing_uv(folder: Path) -> tuple[str, Path]:
    """A PATH that begins with a `uv` which only notes its arguments and fails; and the file of those notes."""
    tools = folder / "tools"
    tools.mkdir()
    (tools / "uv").write_text(f'#!/bin/sh\necho "$@" >> "{tools}/calls"\nexit 1\n')
    (tools / "uv").chmod(0o755)
    return f"{tools}{os.pathsep}{os.environ['PATH']}", tools / "calls"


def test_an_old_python_is_told_so_in_one_sentence(checkout: Checkout) -> None:
    script = checkout.folder / "dev"
    script.write_text(script.read_text().replace("LEAST = (3, 11)", "LEAST = (3, 99)"))
    done = checkout.dev("up")
    assert done.returncode == 2
    assert done.stderr.startswith("Rota needs Python 3.99 or newer, and this is Python 3.")
    assert len(done.stderr.splitlines()) == 1


def test_a_python_without_venv_is_told_what_to_install(checkout: Checkout) -> None:
    stripped = checkout.folder / "stripped"
    stripped.mkdir()
    (stripped / "ensurepip.py").write_text("raise ImportError('not shipped')")
    done = checkout.dev("manage", PYTHONPATH=str(stripped))
    assert done.returncode == 2
    assert "apt install python3-venv" in done.stderr
    assert answer(checkout.dev("manage"))["little"] == "1.0"


def test_help_and_unknown_verbs_need_no_installation(checkout: Checkout) -> None:
    shown = checkout.dev("help")
    assert shown.returncode == 0
    for verb in ("up", "test", "lint", "bench", "sandbox", "manage", "messages", "lock"):
        assert f"./dev {verb}" in shown.stdout
    assert checkout.dev().stdout == shown.stdout
    unknown = checkout.dev("dance")
    assert unknown.returncode == 2
    assert "knows no 'dance'" in unknown.stderr
    assert not (checkout.folder / ".venv").exists()


def test_every_verb_of_the_script_exists_behind_it() -> None:
    from config.dev.__main__ import MODULES

    shown = subprocess.run(
        [sys.executable, str(ROOT / "dev"), "help"], capture_output=True, text=True, check=True
    ).stdout
    listed = {line.split()[1] for line in shown.splitlines() if line.startswith("  ./dev ")}
    assert listed - {"help"} == set(MODULES)
    for module in MODULES.values():
        assert (ROOT / "config" / "dev" / f"{module}.py").is_file()
