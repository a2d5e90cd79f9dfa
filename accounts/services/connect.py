"""The life of a sign-in: begun by a person for one client and network, answered once by the popup, or gone wrong."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from datetime import datetime, timedelta

from accounts.models import ConnectAttempt, ConnectedAccount, Platform, User
from accounts.services.connect_problems import ConnectProblem, problem_of
from accounts.services.connect_wire import sign_in_address
from accounts.services.people_binding import acts_as
from highlevel.api import RemoteError
from highlevel.models import Location

log = logging.getLogger("accounts.connect")

NETWORKS = (
    Platform.GOOGLE,
    Platform.FACEBOOK,
    Platform.INSTAGRAM,
    Platform.LINKEDIN,
    Platform.TIKTOK,
    Platform.TIKTOK_BUSINESS,
    Platform.YOUTUBE,
    Platform.PINTEREST,
    Platform.THREADS,
)
NOT_OFFERED = (Platform.BLUESKY,)  # named by HighLevel's documents, answered with an error
ANSWER_WITHIN = timedelta(minutes=30)
USABLE_FOR = timedelta(hours=12)  # how long the page of an attempt is kept open to its owner

# What HighLevel gives is opaque, but goes into a path.
ACCOUNT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:~-]{0,254}")

State = ConnectAttempt.State


def connect_begin(
    *,
    user: User,
    session_key: str,
    location: Location,
    platform: str,
    reconnects: ConnectedAccount | None,
    now: datetime,
) -> tuple[ConnectAttempt, str]:
    """Begin to connect: the attempt, and the nonce that the page holds and Rota keeps only as a digest.

    Raises ConnectProblem: network_unknown, not_offered, nobody (no HighLevel user speaks for the person there), gone.
    """
    if platform in NOT_OFFERED:
        raise ConnectProblem("not_offered")
    if platform not in NETWORKS:
        raise ConnectProblem("network_unknown")
    if reconnects is not None and (reconnects.location_id, reconnects.platform) != (location.pk, platform):
        raise ConnectProblem("gone")
    if acts_as(user=user, location=location) is None:
        raise ConnectProblem("nobody")
    nonce = secrets.token_urlsafe(32)
    attempt = ConnectAttempt.objects.create(
        nonce_digest=digest(nonce),
        session_digest=digest(session_key),
        user=user,
        location=location,
        platform=platform,
        reconnects=reconnects,
        created_at=now,
    )
    log.info("connect begun: attempt=%s location=%s platform=%s", attempt.pk, location.pk, platform)
    return attempt, nonce


def connect_start(*, attempt: ConnectAttempt, session_key: str, now: datetime) -> str:
    """Step 1: the address for the popup; may be asked again as long as nobody has answered.

    Raises RemoteError, and ConnectProblem: nonce_session, over, nobody, no_address, not_secure.
    """
    if attempt.session_digest != digest(session_key):
        raise noted(attempt, "nonce_session")
    if attempt.state != State.STARTED or now - attempt.created_at > ANSWER_WITHIN:
        raise noted(attempt, "over")
    user_id = acts_as(user=attempt.user, location=attempt.location)
    if user_id is None:
        raise noted(attempt, "nobody")
    try:
        return sign_in_address(attempt, user_id=user_id, now=now)
    except ConnectProblem as problem:
        raise noted(attempt, problem.code) from None
    except RemoteError as error:
        log.warning("connect start failed: attempt=%s %s", attempt.pk, error)
        ConnectAttempt.objects.filter(pk=attempt.pk, state=State.STARTED).update(problem=problem_of(error))
        raise


def connect_report(
    *, attempt: ConnectAttempt, session_key: str, nonce: str, account_id: str, now: datetime
) -> ConnectAttempt:
    """Take the popup's answer, once; then step 2 can be asked. An empty account id is a refusal and ends the attempt.

    Raises ConnectProblem: nonce_unknown, nonce_person, nonce_location, nonce_network, nonce_attempt, nonce_session,
    nonce_old, answered, refused, no_account. Only the last two change the attempt.
    """
    held = ConnectAttempt.objects.filter(nonce_digest=digest(nonce)).first()
    if wrong := _mismatch(held, attempt):
        raise noted(attempt, wrong)
    if attempt.session_digest != digest(session_key):
        raise noted(attempt, "nonce_session")
    if now - attempt.created_at > ANSWER_WITHIN:
        raise noted(attempt, "nonce_old")
    problem = "" if ACCOUNT_ID.fullmatch(account_id) else "no_account" if account_id else "refused"
    unanswered = ConnectAttempt.objects.filter(pk=attempt.pk, state=State.STARTED, nonce_used_at=None)
    if problem:
        taken = unanswered.update(nonce_used_at=now, state=State.FAILED, problem=problem, finished_at=now)
    else:
        taken = unanswered.update(nonce_used_at=now, state=State.CHOOSING, problem="", remote_account_id=account_id)
    if not taken:
        raise noted(attempt, "answered")
    if problem:
        raise noted(attempt, problem)
    log.info("connect answered: attempt=%s", attempt.pk)
    attempt.refresh_from_db()
    return attempt


def connect_trouble(*, attempt: ConnectAttempt, trouble: str) -> None:
    """Keep what the browser saw go wrong (one of TROUBLES); the sign-in may still be finished."""
    log.warning("connect trouble: attempt=%s platform=%s trouble=%s", attempt.pk, attempt.platform, trouble)
    ConnectAttempt.objects.filter(pk=attempt.pk, state=State.STARTED).update(problem=trouble)


def noted(attempt: ConnectAttempt, code: str) -> ConnectProblem:
    """The problem, written to the log."""
    log.warning("connect stopped: attempt=%s platform=%s problem=%s", attempt.pk, attempt.platform, code)
    return ConnectProblem(code)


def digest(secret: str) -> str:
    """What is kept of a nonce or a session key."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _mismatch(held: ConnectAttempt | None, attempt: ConnectAttempt) -> str:
    """Why a nonce is not the attempt's own; empty if it is."""
    if held is None:
        return "nonce_unknown"
    if held.pk == attempt.pk:
        return ""
    if held.user_id != attempt.user_id:
        return "nonce_person"
    if held.location_id != attempt.location_id:
        return "nonce_location"
    return "nonce_network" if held.platform != attempt.platform else "nonce_attempt"
