"""The only module that knows HTTP: address, token, timeouts, retries for seconds, the log line, bounded bodies."""

from __future__ import annotations

import json
import logging
import math
import random as random_source
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import quote, urlsplit

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter

from highlevel.api.errors import (
    BadCredentials,
    LocationInactive,
    MissingScope,
    RateLimited,
    RemoteDown,
    RemoteError,
    TransientError,
    Unreachable,
    error_for,
    silence,
    unreadable,
)
from highlevel.api.exchange import Attempt, Call, Reply, RequestBudget, Scalar
from highlevel.api.limits import Lane
from highlevel.api.multipart import Multipart
from highlevel.api.operations import Kind, Operation

__all__ = ["USER_AGENT", "Call", "Transport"]

log = logging.getLogger("highlevel.api")

# Cloudflare in front of HighLevel turns away the names of common HTTP libraries with "error code: 1010".
USER_AGENT = "Rota/0.1 (content desk for HighLevel)"
WAIT_WHEN_UNTOLD = 10.0  # seconds; HighLevel counts in intervals of ten and names no instant of reset
LONGEST_TRACE_ID = 100
TRACE_HEADERS = ("x-trace-id", "x-request-id", "traceid")


class _Bearer(requests.auth.AuthBase):
    # An auth object, not a header: requests would replace a bare header by what it finds in a netrc file.
    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Transport:
    """Sends calls. Safe to share between threads.

    `token` is the bearer token, or a function that gives the current one. `refresh` gets the token that was refused
    with 401 and returns a new one; it is asked once a call, and not when a scope or an inactive location is the cause.
    `resource` names the location or company whose request budget is spent. `patience` bounds the wait for that budget,
    and the time within which a call is repeated. Times are in seconds.
    """

    def __init__(
        self,
        *,
        base_url: str,
        token: str | Callable[[], str] | None = None,
        refresh: Callable[[str], str] | None = None,
        version: str = "v3",
        user_agent: str = USER_AGENT,
        limiter: RequestBudget | None = None,
        lane: Lane = Lane.BACKGROUND,
        resource: str = "app",
        on_response: Callable[[Attempt], None] | None = None,
        connect_timeout: float = 3.0,
        read_timeout: float = 10.0,
        attempts: int = 3,
        patience: float = 20.0,
        backoff: float = 0.5,
        max_body: int = 64 * 1024 * 1024,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = random_source.random,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(
                f"The address of HighLevel must start with http:// or https:// and name a host: {base_url!r}"
            )
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._refresh = refresh
        self._headers = {"Accept": "application/json", "Version": version, "User-Agent": user_agent}
        self._limiter = limiter
        self._lane = lane
        self._resource = resource
        self._on_response = on_response
        self._timeout = (connect_timeout, read_timeout)
        self._attempts = attempts
        self._patience = patience
        self._backoff = backoff
        self._max_body = max_body
        self._sleep = sleep
        self._clock = clock
        self._random = random
        self._counting = threading.Lock()
        self.requests_sent = 0
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_connections=4, pool_maxsize=32))

    def close(self) -> None:
        """Give back the connections."""
        self._session.close()

    def send(self, call: Call) -> Reply:
        """Send, repeat what may be repeated for seconds, and return the answer or raise a RemoteError."""
        began = self._clock()
        number, renewed = 0, False
        while True:
            number += 1
            token = self._current_token() if call.operation.bearer else None
            try:
                return self._attempt(call, token, number)
            except BadCredentials as error:
                if renewed or token is None or self._refresh is None or not _new_token_may_help(error):
                    raise
                renewed = True
                fresh = self._refresh(token)
                if not callable(self._token):
                    self._token = fresh
            except TransientError as error:
                pause = self._pause(call.operation, error, number)
                if pause is None or self._clock() - began + pause > self._patience:
                    raise
                self._sleep(pause)

    def _current_token(self) -> str | None:
        return self._token() if callable(self._token) else self._token

    def _pause(self, operation: Operation, error: TransientError, number: int) -> float | None:
        """Seconds until this call may be repeated here, or None when that is not for us to do."""
        answered_wait = isinstance(error, RateLimited) and error.status is not None and error.code != "daily_limit"
        never_arrived = type(error) is Unreachable
        harmless = isinstance(error, RemoteDown) and operation.kind is Kind.READ and error.code != "blocked_at_edge"
        if number >= self._attempts or not (answered_wait or never_arrived or harmless):
            return None
        jitter: float = self._random() * self._backoff * 2 ** (number - 1)
        return (error.retry_after or 0.0) + jitter

    def _attempt(self, call: Call, token: str | None, number: int) -> Reply:
        mark = "" if self._limiter is None else self._limiter.wait(self._resource, self._lane, most=self._patience)
        began = self._clock()
        status: int | None = None
        request_id: str | None = None
        failure: RemoteError | None = None
        try:
            status, headers, content = self._exchange(call, token)
            reply = self._reply(call, status, headers, content, mark)
            request_id = reply.request_id
            return reply
        except RemoteError as error:
            failure, status, request_id = error, error.status, error.request_id
            raise
        finally:
            self._record(Attempt(call.operation.name, number, self._clock() - began, status, request_id, failure))

    def _record(self, attempt: Attempt) -> None:
        if not isinstance(attempt.error, Unreachable):
            with self._counting:
                self.requests_sent += 1
        log.info(
            "operation=%s attempt=%d status=%s ms=%.0f request_id=%s%s",
            attempt.operation,
            attempt.number,
            attempt.status or "-",
            attempt.seconds * 1000,
            attempt.request_id or "-",
            f" error={attempt.error.code}" if attempt.error else "",
        )
        if self._on_response is not None:
            self._on_response(attempt)

    def _exchange(self, call: Call, token: str | None) -> tuple[int, Mapping[str, str], bytes]:
        operation = call.operation
        target = self._base_url + operation.path.format_map({name: _segment(one) for name, one in call.path.items()})
        headers = dict(self._headers)
        data: Any = call.form
        if call.body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(call.body, separators=(",", ":")).encode()
        if call.files is not None:
            data = Multipart(call.files)
            headers["Content-Type"] = data.content_type
        if call.page:
            headers["Accept"] = "text/html, application/json"
        try:
            with self._session.request(
                operation.method,
                target,
                params={name: _query_text(value) for name, value in call.query.items() if value is not None},
                data=data,
                headers=headers,
                auth=_Bearer(token),
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                return response.status_code, response.headers, self._bounded(operation, response)
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            if _never_arrived(error):
                raise Unreachable("HighLevel cannot be reached", operation=operation.name) from error
            if _timed_out(error):
                raise silence(operation, "HighLevel did not answer in time", code="timeout") from error
            raise silence(operation, "the connection broke before the answer was complete") from error
        except requests.exceptions.ContentDecodingError as error:
            raise unreadable(operation, "the answer could not be unpacked") from error

    def _bounded(self, operation: Operation, response: requests.Response) -> bytes:
        content = bytearray()
        for chunk in response.iter_content(64 * 1024):
            content += chunk
            if len(content) > self._max_body:
                raise unreadable(operation, "the answer is longer than we read", status=response.status_code)
        return bytes(content)

    def _reply(self, call: Call, status: int, headers: Mapping[str, str], content: bytes, mark: str) -> Reply:
        body = _parsed(content)
        request_id = _trace_id(body, headers)
        retry_after = _retry_after(headers)
        if self._limiter is not None:
            self._limiter.observe(self._resource, status=status, headers=headers, retry_after=retry_after, mark=mark)
        if status == 429 and retry_after is None:
            retry_after = WAIT_WHEN_UNTOLD
        refused = _refused_inside(body)
        if not 200 <= status < 300 or refused is not None:
            if call.page and 300 <= status < 400:
                return Reply(call.operation, status, headers, body, _text(content), request_id)
            raise error_for(
                call.operation,
                status=refused or status,
                body=body,
                request_id=request_id,
                retry_after=retry_after,
                daily_limit_spent=headers.get("X-RateLimit-Daily-Remaining") == "0",
                unparsed=body is None and bool(content.strip()),
            )
        if content.strip() and body is None and not call.page:
            raise unreadable(call.operation, "the answer is not JSON", status=status, request_id=request_id)
        return Reply(call.operation, status, headers, body, _text(content) if call.page else "", request_id)


def _new_token_may_help(error: BadCredentials) -> bool:
    return error.status == 401 and not isinstance(error, (MissingScope, LocationInactive))


def _segment(value: str) -> str:
    """An id as one segment of a path. Raises ValueError for what would lead to another path."""
    if value in ("", ".", ".."):
        raise ValueError(f"This cannot be an id at HighLevel: {value!r}")
    return quote(value, safe="")


def _query_text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _never_arrived(error: requests.RequestException) -> bool:
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.ProxyError)):
        return True
    first = error.args[0] if error.args else None
    reason = getattr(first, "reason", first)
    if isinstance(reason, urllib3.exceptions.SSLError):
        return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in reason.args)
    return isinstance(reason, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError))


def _timed_out(error: requests.RequestException) -> bool:
    first = error.args[0] if error.args else None
    return isinstance(error, requests.Timeout) or isinstance(first, urllib3.exceptions.ReadTimeoutError)


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")


def _refused_inside(body: Any) -> int | None:
    """The status of an answer whose envelope says `success: false`, whatever its HTTP status says."""
    if not isinstance(body, dict) or body.get("success") is not False:
        return None
    status = body.get("statusCode")
    return status if isinstance(status, int) and status >= 400 else 400


def _trace_id(body: Any, headers: Mapping[str, str]) -> str | None:
    """The trace id, fit for a log line."""
    named = body.get("traceId") if isinstance(body, dict) else None
    found = named if isinstance(named, str) else next((headers[one] for one in TRACE_HEADERS if one in headers), "")
    return "".join(letter for letter in found if letter.isprintable())[:LONGEST_TRACE_ID] or None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from either form of the header; a date counts from the answer's own Date, not from our clock."""
    value = headers.get("Retry-After", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            span = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date", ""))
        except (TypeError, ValueError):
            return None
        seconds = span.total_seconds()
    return max(seconds, 0.0) if math.isfinite(seconds) else None
