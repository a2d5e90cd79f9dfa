"""The documents to judge by, and one tour of the client through the sandbox, recorded."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from highlevel.sandbox import Sandbox
from tests.contract.documents import Contract, load_contract
from tests.contract.recorder import Exchange, Recorder
from tests.contract.tour import Tour
from tests.contract.walks import WALKS

VARIABLE = "HIGHLEVEL_OPENAPI_DIR"


@pytest.fixture(scope="session")
def contract() -> Contract:
    """HighLevel's documents; skips, with the reason, where nobody has said where they are."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} is not set: it names the folder with HighLevel's OpenAPI documents")
    return load_contract(folder)


@dataclass(frozen=True)
class Recording:
    """What passed, which methods of the client were used, and a way to ask the same sandbox more."""

    exchanges: tuple[Exchange, ...]
    methods: frozenset[str]
    pass_on: Callable[[str, str, dict[str, str], bytes], Exchange]
    bare_location_token: str
    bare_agency_token: str


@pytest.fixture(scope="session")
def recording(contract: Contract) -> Iterator[Recording]:
    """The whole tour, taken once."""
    with Sandbox(agency="example", rate_limit=None) as box, Recorder(box.url) as recorder:
        tour = Tour(box, recorder.url, box.location_ids[0])
        tour.run(WALKS)
        yield Recording(
            exchanges=tuple(recorder.exchanges),
            methods=frozenset(tour.taken),
            pass_on=recorder.pass_on,
            bare_location_token=box.location_token(tour.location_id, scopes=()),
            bare_agency_token=box.private_token(scopes=()),
        )
