"""Who signed a delivery. The bytes are those that came over the wire; JSON that was written anew proves nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.conf import settings

HEADER = "X-GHL-Signature"
OLD_HEADER = "X-WH-Signature"


def is_signed(body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether HighLevel signed these bytes.

    With the new header only that one counts, so that nobody can fall back to the older kind; the older one alone counts
    where HIGHLEVEL_WEBHOOK_RSA_KEYS names a key for it.
    """
    if signature := headers.get(HEADER):
        return _fits_ed25519(body, signature)
    if signature := headers.get(OLD_HEADER):
        return _fits_rsa(body, signature)
    return False


def ed25519_key(text: str) -> Ed25519PublicKey:
    """A public key from base64: its 32 bytes, or the DER that a PEM file holds. Raises ValueError for all else."""
    data = _bytes_of(text)
    if len(data) == 32:
        return Ed25519PublicKey.from_public_bytes(data)
    key = _der_key(data)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("it is not an Ed25519 key")
    return key


def rsa_key(text: str) -> RSAPublicKey:
    """A public key from PEM or its base64. Raises ValueError for anything else."""
    key = _der_key(_bytes_of(text))
    if not isinstance(key, RSAPublicKey):
        raise ValueError("it is not an RSA key")
    return key


def _fits_ed25519(body: bytes, signature: str) -> bool:
    return any(_verifies(key, signature, body) for key in _ed25519_keys(tuple(settings.HIGHLEVEL_WEBHOOK_KEYS)))


def _fits_rsa(body: bytes, signature: str) -> bool:
    return any(_verifies_rsa(key, signature, body) for key in _rsa_keys(tuple(settings.HIGHLEVEL_WEBHOOK_RSA_KEYS)))


def _verifies(key: Ed25519PublicKey, signature: str, body: bytes) -> bool:
    try:
        key.verify(base64.b64decode(signature, validate=True), body)
    except (InvalidSignature, ValueError):
        return False
    return True


def _verifies_rsa(key: RSAPublicKey, signature: str, body: bytes) -> bool:
    try:
        key.verify(base64.b64decode(signature, validate=True), body, PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=8)
def _ed25519_keys(texts: tuple[str, ...]) -> tuple[Ed25519PublicKey, ...]:
    return tuple(map(ed25519_key, texts))


@lru_cache(maxsize=8)
def _rsa_keys(texts: tuple[str, ...]) -> tuple[RSAPublicKey, ...]:
    return tuple(map(rsa_key, texts))


def _bytes_of(text: str) -> bytes:
    """Base64 with or without the first and last line of a PEM file, and with its line ends or `\\n` for them."""
    lines = text.replace("\\n", "\n").strip().splitlines()
    inner = "".join(line.strip() for line in lines if not line.startswith("-----"))
    try:
        return base64.b64decode(inner, validate=True)
    except binascii.Error:
        raise ValueError("it is not base64") from None


def _der_key(data: bytes) -> object:
    try:
        return load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("it is not a public key") from None
