"""Every request of the client and every answer of the sandbox against HighLevel's documents, operation by operation."""

from __future__ import annotations

import copy
import inspect
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from highlevel.api import OPERATIONS, HighLevel
from highlevel.api.resource import Resource
from tests.contract.conftest import VARIABLE, Recording
from tests.contract.documents import NAMES, Contract
from tests.contract.patches import PATCHES
from tests.contract.recorder import Exchange

pytestmark = pytest.mark.contract

DOCUMENTED = sorted(name for name, row in OPERATIONS.items() if row.documented)
SOCIAL_PLANNER_OPERATIONS = 45
ALL_OPERATIONS = 54

# What a request could hold according to the documents and the client leaves out.
NEVER_SENT = {
    # Pinterest's form has two keys that only HighLevel's own screens can fill.
    "attach-oauth-accounts": {"companyId", "originAccountType"},
}


def of_operation(contract: Contract, recording: Recording, name: str) -> Iterator[tuple[Exchange, dict[str, str]]]:
    """The recorded exchanges of one operation with the current version, and the values in their paths."""
    for exchange in recording.exchanges:
        found = contract.operation_of(exchange.method, exchange.path)
        if found is not None and found[0].name == name and exchange.headers.get("version") == "v3":
            yield exchange, found[1]


def request_faults(contract: Contract, name: str, exchange: Exchange, path: dict[str, str]) -> list[str]:
    """What is wrong with a recorded request."""
    return list(
        contract.request_faults(
            contract.operations[name],
            path=path,
            query=exchange.query,
            headers=exchange.headers,
            body=exchange.body,
            has_body=bool(exchange.sent),
            content_type=exchange.content_type,
        )
    )


def answer_faults(contract: Contract, name: str, exchange: Exchange, path: dict[str, str]) -> list[str]:
    """What is wrong with a recorded answer."""
    body = exchange.answer if exchange.answer_type == "application/json" else None
    return list(
        contract.answer_faults(
            contract.operations[name],
            status=exchange.status,
            path=path,
            body=body,
            content_type=exchange.answer_type,
        )
    )


def test_the_client_knows_every_documented_operation_as_it_is_documented(contract):
    documented = {name: (one.method, one.path) for name, one in contract.operations.items()}
    assert documented == {name: (row.method, row.path) for name, row in OPERATIONS.items() if row.documented}


def test_no_operation_is_missing(contract, recording):
    by_document = [one.document for one in contract.operations.values()]
    assert by_document.count("social-planner") == SOCIAL_PLANNER_OPERATIONS
    assert len(by_document) == ALL_OPERATIONS
    seen = {name for name in contract.operations if any(True for _ in of_operation(contract, recording, name))}
    assert seen == set(contract.operations)


def test_every_method_of_the_client_was_used(recording):
    with HighLevel("http://127.0.0.1:9", location_id="loc") as client:
        offered = {
            f"{resource}.{method}"
            for resource, value in vars(client).items()
            if isinstance(value, Resource)
            for method, _ in inspect.getmembers(value, inspect.ismethod)
            if not method.startswith("_")
        }
    assert offered - recording.methods == set()


@pytest.mark.parametrize("name", DOCUMENTED)
def test_requests_are_as_documented(contract, recording, name):
    exchanges = list(of_operation(contract, recording, name))
    assert exchanges
    assert [fault for exchange, path in exchanges for fault in request_faults(contract, name, exchange, path)] == []


@pytest.mark.parametrize("name", DOCUMENTED)
def test_answers_are_as_documented(contract, recording, name):
    exchanges = list(of_operation(contract, recording, name))
    assert {exchange.status // 100 for exchange, _ in exchanges} <= {2, 3}
    assert [fault for exchange, path in exchanges for fault in answer_faults(contract, name, exchange, path)] == []


@pytest.mark.parametrize("name", DOCUMENTED)
def test_everything_that_may_be_sent_can_be_sent(contract, recording, name):
    operation = contract.operations[name]
    sent: set[str] = set()
    for exchange, _ in of_operation(contract, recording, name):
        sent |= set(exchange.query) | set(exchange.body or ())
    possible = contract.body_properties(operation) | {one["name"] for one in operation.parameters("query")}
    assert possible - sent == NEVER_SENT.get(name, set())


def test_every_multipart_part_says_what_it_is(recording):
    parts = [
        part
        for exchange in recording.exchanges
        if exchange.content_type == "multipart/form-data"
        for part in exchange.parts.values()
    ]
    assert parts
    assert all("content-type" in part for part in parts)


def again(recording: Recording, exchange: Exchange, *, token: str = "", sent: bytes | None = None) -> Exchange:
    """The same request once more, with another token or body."""
    target = exchange.path + (f"?{exchange.raw_query}" if exchange.raw_query else "")
    headers = {**exchange.headers, "authorization": f"Bearer {token}"} if token else exchange.headers
    return recording.pass_on(exchange.method, target, headers, exchange.sent if sent is None else sent)


@pytest.mark.parametrize("token", ["unknown", "without scopes"])
@pytest.mark.parametrize("name", [name for name in DOCUMENTED if OPERATIONS[name].bearer])
def test_refused_tokens_are_answered_as_documented(contract, recording, token, name):
    exchange, path = next(of_operation(contract, recording, name))
    of_agency = OPERATIONS[name].path.startswith("/oauth/")
    bare = recording.bare_agency_token if of_agency else recording.bare_location_token
    refused = again(recording, exchange, token="nobody" if token == "unknown" else bare)
    assert refused.status == 401
    assert answer_faults(contract, name, refused, path) == []


def test_refused_bodies_are_answered_as_documented(contract, recording):
    tried = set()
    for name in DOCUMENTED:
        exchange, path = next(of_operation(contract, recording, name))
        if exchange.content_type != "application/json":
            continue
        for body in ({**exchange.body, "surprise": 1}, {}):
            refused = again(recording, exchange, sent=json.dumps(body).encode())
            assert (name, refused.status) == (name, 422)
            assert answer_faults(contract, name, refused, path) == []
        tried.add(name)
    assert tried == {name for name, one in contract.operations.items() if contract.takes_json(one)}


def test_the_judge_sees_what_is_wrong_with_a_request(contract, recording):
    exchange, path = next(of_operation(contract, recording, "get-posts"))
    operation = contract.operations["get-posts"]

    def faults(**changes: Any) -> list[str]:
        asked = {
            "path": path,
            "query": exchange.query,
            "headers": exchange.headers,
            "body": exchange.body,
            "has_body": True,
            "content_type": exchange.content_type,
        }
        return list(contract.request_faults(operation, **{**asked, **changes}))

    without = {name: value for name, value in exchange.body.items() if name != "includeUsers"}
    assert faults() == []
    assert faults(body={**exchange.body, "limit": 10}) == ["body.limit: 10 is not of type 'string'"]
    assert faults(body={**exchange.body, "sort": "up"})[0].startswith("body: Additional properties")
    assert faults(body=without) == ["body: 'includeUsers' is a required property"]
    assert faults(query={"page": "1"}) == ["query page: not documented"]
    assert faults(headers={"authorization": "Bearer x"}) == ["header version: missing"]
    assert faults(headers={"version": "v3"}) == ["header Authorization: missing"]
    assert faults(content_type="text/plain")[0].startswith("body: text/plain is not one of")


def test_the_judge_sees_what_is_wrong_with_an_answer(contract, recording):
    exchange, path = next(of_operation(contract, recording, "get-posts"))
    operation = contract.operations["get-posts"]

    def faults(status: int, body: Any) -> list[str]:
        return list(
            contract.answer_faults(operation, status=status, path=path, body=body, content_type="application/json")
        )

    spoiled = copy.deepcopy(exchange.answer)
    spoiled["results"]["posts"][0]["displayDate"] = "yesterday"
    del spoiled["results"]["posts"][1]["locationId"]
    spoiled["results"]["count"] = "7"
    assert faults(201, exchange.answer) == []
    assert len(faults(201, spoiled)) == 3
    assert faults(200, exchange.answer) == ["status 200: not one of ['201', '400', '401', '422']"]
    assert faults(422, {"message": "one text"}) == ["answer.message: 'one text' is not of type 'array'"]


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.apply.__name__.strip("_"))
def test_every_patch_is_still_needed(contract, patch):
    assert patch.reason
    folder = Path(os.environ[VARIABLE])
    changed = []
    for name in NAMES:
        if patch.document in (name, "*"):
            document = json.loads((folder / f"{name}.openapi.json").read_text())
            before = copy.deepcopy(document)
            patch.apply(document)
            changed.append(document != before)
    assert all(changed)
