"""Who may do what: version, token, scope, location, rate limit, and the shape of the request, in that order."""

from highlevel.sandbox import tokens
from highlevel.sandbox.fields import Fields
from highlevel.sandbox.operations import Call, Refusal
from highlevel.sandbox.tokens import Token

VERSIONS = ("v3", "2021-07-28", "2021-04-15")
_NOTHING = Fields()


def admit(call: Call, headers: dict[str, str]) -> None:
    """Let a call through or raise Refusal. Fills in the caller's token and the rate limit's `headers`.

    When the rate limit is used up the headers hold `Retry-After`, and the call must be answered with 429.
    """
    operation = call.operation
    if operation.version:
        _check_version(call)
    if operation.token is not None:
        call.token = _token_of(call)
        resource = call.token.location_id or call.token.company_id
        allowance = call.world.limits.use(call.token.app_id, resource, call.now.date().isoformat())
        headers.update(allowance.headers)
        if not allowance.allowed:
            headers["Retry-After"] = str(allowance.retry_after)
            return
        _check_rights(call, call.token)
    _check_shape(call)


def _check_version(call: Call) -> None:
    version = call.request.headers.get("Version")
    if not version:
        raise Refusal(401, "version header was not found.")
    if version not in VERSIONS:
        raise Refusal(401, "version header is invalid.")


def _token_of(call: Call) -> Token:
    scheme, _, secret = call.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Refusal(401, "Invalid token: access token is missing")
    token = tokens.find(call.world, secret.strip())
    if token is None or token.purpose not in ("access", "private"):
        raise Refusal(401, "Invalid token: access token is invalid")
    return token


def _check_rights(call: Call, token: Token) -> None:
    operation = call.operation
    if operation.token != "any" and operation.token != token.kind:  # noqa: S105 - a kind, not a secret
        raise Refusal(401, "The token's user type is not allowed to access this route.")
    if operation.scope and not token.has(operation.scope):
        raise Refusal(401, "The token is not authorized for this scope.")
    if operation.location and token.kind == "location" and call.location_id:
        check_location(call, call.location_id)
    if token.location_id:
        held = call.world.store.get("location", token.location_id)
        if held is None or not held.get("active", True):
            raise Refusal(401, "Location is not active")


def check_location(call: Call, location_id: str) -> None:
    """Refuse a location that the token does not speak for."""
    token = call.bearer
    if token.kind == "location" and token.location_id != location_id:
        raise Refusal(401, "The token does not have access to this location.")


def _check_shape(call: Call) -> None:
    operation = call.operation
    complaints = (operation.query or _NOTHING).complaints(call.query)
    if call.request.method != "GET":
        is_form = call.request.mimetype in ("multipart/form-data", "application/x-www-form-urlencoded")
        allowed = (operation.form if is_form and operation.form else operation.body) or _NOTHING
        complaints += allowed.complaints(call.body)
    if complaints:
        raise Refusal(422, complaints)
