"""Environment variables: what is read, and what a wrong value is answered with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import Environment

ROOT = Path(__file__).resolve().parent.parent.parent


def refused(read, text: str) -> str:
    with pytest.raises(ImproperlyConfigured) as caught:
        read(Environment({"THING": text}))
    return str(caught.value)


def test_an_absent_variable_has_its_default():
    env = Environment({})
    assert env.text("THING", "a thing", default="x") == "x"
    assert env.number("COUNT", "a count", default="5") == 5
    assert env.names("NAMES", "names", default="a, b,") == ["a", "b"]
    assert env.flag("ON", "a switch") is False
    assert set(env.variables) == {"THING", "COUNT", "NAMES", "ON"}


def test_a_blank_variable_counts_as_absent():
    assert Environment({"THING": "  "}).text("THING", "a thing", default="x") == "x"


def test_a_required_variable_is_asked_for_with_its_cure():
    with pytest.raises(ImproperlyConfigured, match=r"THING is not set\. Make one\."):
        Environment({}).text("THING", "a thing", default=None, cure="Make one.")


@pytest.mark.parametrize("text", ["1", "true", "YES", "on"])
def test_a_flag_is_on(text):
    assert Environment({"THING": text}).flag("THING", "a switch") is True


@pytest.mark.parametrize("text", ["0", "False", "no", "OFF"])
def test_a_flag_is_off(text):
    assert Environment({"THING": text}).flag("THING", "a switch", default="true") is False


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [
        (lambda env: env.flag("THING", "a switch"), "perhaps", "neither true nor false"),
        (lambda env: env.number("THING", "a count", default="1"), "many", "'many' is not a whole number"),
        (lambda env: env.number("THING", "a count", default="1", least=1), "0", "0 is below 1"),
        (lambda env: env.url("THING", "a place", default=None, schemes=("https",)), "ftp://x", "it starts with 'ftp'"),
        (lambda env: env.url("THING", "a place", default=None, schemes=("https",)), "x", "'no scheme'"),
        (lambda env: env.mapping("THING", "a table", cure="Write JSON."), "{", "it is not JSON"),
        (lambda env: env.mapping("THING", "a table", cure="Write JSON."), '{"a": 1}', "not an object of texts"),
        (lambda env: env.mapping("THING", "a table", cure="Write JSON."), "[]", "not an object of texts"),
    ],
)
def test_a_wrong_value_is_refused_with_name_reason_and_cure(read, text, words):
    sentence = refused(read, text)
    assert sentence.startswith("THING cannot be used: ")
    assert words in sentence
    assert sentence.endswith(".")


def test_an_address_loses_its_last_slash():
    assert Environment({"THING": "https://x/"}).url("THING", "a place", default=None, schemes=("https",)) == "https://x"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "foo://somewhere"),
        ("REDIS_URL", "amqp://somewhere"),
        ("HIGHLEVEL_BASE_URL", "ftp://somewhere"),
        ("HIGHLEVEL_LOCATION_TOKENS", "pit-1"),
        ("PULL_EVERY_MINUTES", "often"),
        ("LOG_LEVEL", "LOUD"),
        ("ENCRYPTION_KEYS", "short"),
    ],
)
def test_the_product_stops_at_start_and_names_the_variable(name, value):
    env = {"PATH": os.environ["PATH"], "DEBUG": "true", name: value}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert name in done.stderr
    assert "Use " in done.stderr or "Make one" in done.stderr or "Write " in done.stderr


@pytest.mark.parametrize(
    ("extra", "id"),
    [
        ({"HIGHLEVEL_BASE_URL": "http://highlevel.example.com"}, "rota.E002"),
        ({"HIGHLEVEL_BASE_URL": "http://localhost.example.com"}, "rota.E002"),
        ({"HIGHLEVEL_TOKEN": "pit-1"}, "rota.E003"),
        ({"HIGHLEVEL_CLIENT_ID": "app-1"}, "rota.W001"),
        ({"OUTBOX_SETTLING_SECONDS": "90"}, "rota.E005"),
    ],
)
def test_settings_that_do_not_fit_together_are_named(extra, id):
    env = {"PATH": os.environ["PATH"], "DEBUG": "true", **extra}
    command = [sys.executable, "manage.py", "check", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert id in done.stderr
