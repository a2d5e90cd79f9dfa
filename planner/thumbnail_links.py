"""Addresses of small copies: signed, so that only pages of ours decide what is fetched."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.signing import Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare

_signer = Signer(salt="planner.thumbnail")


def thumbnail_address(url: str, size: int) -> str:
    """Where a browser gets the small copy of a picture; the same for the same picture, so that it can be kept."""
    return f"{reverse('planner:thumbnail')}?{urlencode({'url': url, 'size': size, 'key': _signature(url, size)})}"


def is_ours(url: str, size: int, key: str) -> bool:
    """Whether `thumbnail_address` wrote this."""
    return constant_time_compare(_signature(url, size), key)


def _signature(url: str, size: int) -> str:
    return _signer.signature(f"{size} {url}")
