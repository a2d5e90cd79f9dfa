"""The WSGI application: finds the operation, checks the caller, applies faults, carries out, answers, keeps the log."""

import json
import traceback
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from werkzeug import Request, Response

from highlevel.sandbox.access import admit
from highlevel.sandbox.clock import iso
from highlevel.sandbox.faults import INSTEAD, Fault, spoil
from highlevel.sandbox.log import LARGEST_BODY
from highlevel.sandbox.operations import OPERATIONS, Call, Operation, Refusal, Reply, Router
from highlevel.sandbox.server import cut
from highlevel.sandbox.world import ORIGIN, World

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_HTML = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><h1>Service check</h1></body></html>"


class App:
    """One world behind HTTP."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._router = Router(OPERATIONS)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """WSGI."""
        with Request(environ) as request:
            response = self.respond(request)
        return response(environ, start_response)

    def respond(self, request: Request) -> Response:
        """The answer to one request."""
        match = self._router.match(request.method, request.path)
        if match is None:
            message = f"Cannot {request.method} {request.path}"
            return _json(404, {"statusCode": 404, "message": message, "error": "Not Found"}, {})
        operation, path = match
        if operation.page is not None:
            form = request.form.to_dict() if request.mimetype in _FORMS else {}
            self.world.tick()
            return operation.page(Call(self.world, operation, request, path, query=request.args.to_dict(), body=form))
        return Exchange(self.world, operation, path, request).run()


class Exchange:
    """One call of an operation, from the raw request to the answer."""

    def __init__(self, world: World, operation: Operation, path: dict[str, str], request: Request) -> None:
        self.world = world
        self.operation = operation
        self.request = request
        self.origin = request.host_url.rstrip("/")
        self.trace_id = str(uuid.uuid4())
        self.call = Call(world, operation, request, path, query=request.args.to_dict())
        self.headers: dict[str, str] = {}
        self.carried_out = False

    def run(self) -> Response:
        """Read, disturb, carry out, log."""
        try:
            self._read()
            unreadable = None
        except Refusal as refusal:
            unreadable = refusal
        fault = self.world.faults.take(self.operation.name, self.call.location_id, applies=self._applies)
        if fault is not None and fault.kind == "delay":
            self.world.stopping.wait(float(fault.detail.get("seconds", 1.0)))
        if fault is not None and fault.kind in INSTEAD:
            status, payload = self._instead(fault)
        elif unreadable is not None:
            status, payload = unreadable.status, self._refused(unreadable)
        else:
            if fault is not None and fault.kind == "repeat_page":
                self._first_page()
            status, payload = self._carry_out()
        return self._answer(status, payload, fault)

    def _read(self) -> None:
        request, operation = self.request, self.operation
        if request.mimetype in _FORMS:
            self.call.body = {name: values[-1] for name, values in request.form.lists()}
            self.call.files = request.files
        elif data := request.get_data():
            data = data.replace(self.origin.encode(), ORIGIN.encode())
            try:
                body = json.loads(data)
                # Half of a surrogate pair passes as JSON and can be neither kept nor sent.
                json.dumps(body, ensure_ascii=False).encode()
            except (ValueError, RecursionError) as problem:
                raise Refusal(400, f"Unexpected token in JSON: {problem}") from None
            if not isinstance(body, dict):
                raise Refusal(400, "The body must be a JSON object")
            self.call.body = body
        if operation.location:
            source = {"path": self.call.path, "query": self.call.query, "body": self.call.body}[operation.location]
            located = source.get("locationId")
            self.call.location_id = located if isinstance(located, str) else ""

    def _applies(self, kind: str) -> bool:
        if kind != "repeat_page":
            return True
        asked = {**self.call.query, **self.call.body}
        return str(asked.get("skip") or 0) not in ("0", "") or bool(asked.get("pageToken"))

    def _first_page(self) -> None:
        query, body = self.call.query, self.call.body
        query.pop("skip", None)
        query.pop("pageToken", None)
        if "skip" in body:
            body["skip"] = "0" if isinstance(body["skip"], str) else 0

    def _instead(self, fault: Fault) -> tuple[int, dict[str, Any]]:
        detail = fault.detail
        if fault.kind == "refuse":
            status = int(detail.get("status", 400))
            return status, self._refused(Refusal(status, detail.get("message", "The sandbox was told to refuse this")))
        if fault.kind == "rate_limit":
            self.headers.update(self.world.limits.exhausted())
            if detail.get("retry_after") is not None:
                self.headers["Retry-After"] = str(detail["retry_after"])
            return 429, self._plain(429, "Too Many Requests")
        if fault.kind == "unavailable":
            return 503, self._plain(503, "Service Unavailable")
        return 500, self._plain(500, "Internal server error")

    def _carry_out(self) -> tuple[int, dict[str, Any]]:
        world, call = self.world, self.call
        try:
            world.tick()
            admit(call, self.headers)
            if "Retry-After" in self.headers:
                return 429, self._plain(429, "Too Many Requests")
            with world.store.transaction():
                answer = self.operation.handler(call)
        except Refusal as refusal:
            return refusal.status, self._refused(refusal)
        except Exception:
            traceback.print_exc()
            return 500, self._plain(500, "The sandbox has a fault of its own; its terminal shows it")
        self.carried_out = True
        if isinstance(answer, Reply):
            self.headers |= {name: value.replace(ORIGIN, self.origin) for name, value in answer.headers.items()}
            return answer.status, {**answer.payload, "traceId": self.trace_id}
        status = self.operation.status
        return status, {"success": True, "statusCode": status, **answer, "traceId": self.trace_id}

    def _refused(self, refusal: Refusal) -> dict[str, Any]:
        return refusal.body(classic=self.operation.classic, trace_id=self.trace_id)

    def _plain(self, status: int, message: str) -> dict[str, Any]:
        return {"statusCode": status, "message": message, "traceId": self.trace_id}

    def _answer(self, status: int, payload: dict[str, Any], fault: Fault | None) -> Response:
        kind = fault.kind if fault else ""
        body = _dump(spoil(fault, payload) if fault else payload)
        dropped = kind in ("drop_before", "drop_after", "timeout_after")
        if kind == "server_error_after":
            status, body = 500, _dump(self._plain(500, "Internal server error"))
        if kind == "html" and fault:
            status = int(fault.detail.get("status", 200))
        self._keep(0 if dropped else status, payload, len(body), kind)
        if kind == "timeout_after" and fault:
            self.world.stopping.wait(float(fault.detail.get("seconds", 30.0)))
        if dropped:
            cut(self.request.environ["werkzeug.socket"])
            raise ConnectionAbortedError(kind)
        body = body.replace(ORIGIN.encode(), self.origin.encode())
        response = Response(body, status, self.headers, content_type="application/json; charset=utf-8")
        if kind == "html":
            response.data, response.content_type = _HTML, "text/html; charset=UTF-8"
        elif kind == "malformed":
            response.data = body[: len(body) // 2] + b"\x00}{" + body[len(body) // 2 :]
        elif kind == "truncated":
            # The length stays that of the whole body, the connection ends in its middle.
            response.response = self._half(body)
            response.content_length = len(body)
        return response

    def _half(self, body: bytes) -> Iterator[bytes]:
        yield body[: len(body) // 2]
        cut(self.request.environ["werkzeug.socket"])

    def _keep(self, status: int, payload: dict[str, Any], size: int, fault: str) -> None:
        sent = self.call.body
        self.world.log.add(
            at=iso(self.world.clock.timestamp()),
            method=self.request.method,
            path=self.request.path,
            operation=self.operation.name,
            location=self.call.location_id,
            status=status,
            fault=fault,
            carried_out=self.carried_out,
            trace_id=self.trace_id,
            query=self.call.query,
            body=sent
            if (self.request.content_length or 0) <= LARGEST_BODY
            else {"omitted": self.request.content_length},
            response=payload if size <= LARGEST_BODY else {"omitted": size},
        )


def _json(status: int, payload: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(_dump(payload), status, headers, content_type="application/json; charset=utf-8")


def _dump(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
