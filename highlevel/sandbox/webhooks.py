"""The webhooks that HighLevel sends to an app: signed with Ed25519 over the bytes, in a thread, and never repeated."""

import base64
import http.client
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from highlevel.sandbox import tokens
from highlevel.sandbox.clock import iso
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import World, hash_of

SIGNATURE_HEADER = "X-GHL-Signature"
SECONDS = 10


@dataclass(frozen=True)
class Delivery:
    """One webhook that was sent. `status` is the answer's, 0 when nobody answered."""

    type: str
    body: bytes
    signature: str
    status: int

    def as_dict(self) -> dict[str, Any]:
        """JSON for the control endpoint."""
        return {"type": self.type, "body": json.loads(self.body), "signature": self.signature, "status": self.status}


def public_key(world: World) -> str:
    """What the receiver checks signatures with: 32 bytes in base64, the same for the same seed."""
    raw = _key(world).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def sign(world: World, body: bytes) -> str:
    """The signature of the bytes, in base64."""
    return base64.b64encode(_key(world).sign(body)).decode()


def send(world: World, events: Sequence[dict[str, Any]]) -> threading.Thread | None:
    """Send the events one after the other to the setting `webhook_url`; None when it is empty.

    Each is a body with `type`; timestamp and webhookId are added. The thread ends when all are answered.
    """
    address = str(world.settings["webhook_url"])
    if not address or not events:
        return None
    stamp = iso(world.clock.now())
    bodies = [{"timestamp": stamp, "webhookId": world.new_id(), **event} for event in events]
    thread = threading.Thread(target=_deliver, args=(world, address, bodies), name="sandbox webhooks", daemon=True)
    thread.start()
    return thread


def about_app(agency: Document, kind: str, location_id: str = "", **more: Any) -> dict[str, Any]:
    """The body of INSTALL or UNINSTALL, for the agency or one of its locations."""
    place = {"locationId": location_id, "installType": "Location"} if location_id else {"installType": "Company"}
    known = {"appId": agency["appId"], "companyId": agency["id"], "userId": agency["ownerId"]}
    return {"type": kind, **known, **place, "companyName": agency["name"], **more}


def about_location(doc: Document, kind: str) -> dict[str, Any]:
    """The body of LocationCreate or LocationUpdate."""
    names = ("id", "companyId", "name", "email", "phone", "address", "city", "state", "country", "timezone")
    return {"type": kind, **{name: doc[name] for name in names if doc.get(name)}}


def uninstall(world: World, agency: Document, location_id: str = "") -> int:
    """Take the app out of a location (or, with "", of the agency): its tokens end. Returns how many there were."""
    with world.store.transaction():
        chosen = [world.store.get("location", location_id)] if location_id else world.store.find("location")
        for doc in chosen:
            if doc and doc.get("installed"):
                world.store.update("location", doc["id"], {**doc, "installed": False, "installedAt": None})
        places = [location_id] if location_id else ["", *(doc["id"] for doc in chosen if doc)]
        ended = sum(tokens.revoke(world, location_id=place) for place in places)
    send(world, [about_app(agency, "UNINSTALL", location_id)])
    return ended


def _deliver(world: World, address: str, bodies: list[dict[str, Any]]) -> None:
    for body in bodies:
        raw = json.dumps(body, ensure_ascii=False).encode()
        signature = sign(world, raw)
        status = _post(address, raw, signature)
        world.deliveries.append(Delivery(body["type"], raw, signature, status))


def _post(address: str, body: bytes, signature: str) -> int:
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature}
        connection.request("POST", parts.path or "/", body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _key(world: World) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hash_of(world.seed, "webhook key"))
