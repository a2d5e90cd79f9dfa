"""Fetching what people and files point to: https, public addresses only, bounded in size and time.

Nothing else in Rota opens an address that came from outside.
"""

from planner.fetching.fetch import Fetched, Fetcher, Head, Stream, fetch, fetcher
from planner.fetching.judging import judge, trusted_origins
from planner.fetching.problems import (
    BadAddress,
    BadCertificate,
    FetchProblem,
    NoServer,
    NotFound,
    NotHttps,
    NotOpen,
    PrivateAddress,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
    Unresolved,
    WrongType,
)

__all__ = [
    "BadAddress",
    "BadCertificate",
    "FetchProblem",
    "Fetched",
    "Fetcher",
    "Head",
    "NoServer",
    "NotFound",
    "NotHttps",
    "NotOpen",
    "PrivateAddress",
    "Stream",
    "TooLarge",
    "TooManyRedirects",
    "TooSlow",
    "Unreachable",
    "Unresolved",
    "WrongType",
    "fetch",
    "fetcher",
    "judge",
    "trusted_origins",
]
