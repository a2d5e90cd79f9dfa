"""./dev up: everything Rota needs, started in order and stopped together."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from config.dev import redis_server
from config.dev.environment import EnvironmentProblem, local_environment, uses_sandbox
from config.dev.keys import owner_password
from config.dev.messages import compile_stale
from config.dev.paths import LOGS, ROOT, VAR
from config.dev.ports import LOOPBACK, free_port, kept_port, listen
from config.dev.processes import ChildFailed, StopRequested, Supervisor
from config.dev.running import AlreadyRunning, Claim, Note, claim
from config.dev.sandbox import COMMAND as SANDBOX
from config.dev.sandbox import Announcement, highlevel_environment
from config.dev.statics import collect_when_stale

PORT = 8000
PATIENCE = 90.0
MANAGE = [sys.executable, str(ROOT / "manage.py")]
OWNER = "ana@harbour-pine.example"  # whom the example agency knows as its owner
PASSWORD = VAR / "owner-password"
UNFINISHED = VAR / "sandbox-unfinished"
FIRST_TASK = "highlevel.tasks.pull_locations_task"


class CannotStart(Exception):
    """Rota cannot start here; the text says why, and the cure."""


def main(arguments: list[str]) -> int:
    """Serve until Ctrl-C, SIGTERM or SIGHUP (exit code 0) or until a part fails (1). 2: it could not start."""
    options = _options(arguments)
    os.umask(0o077)
    try:
        with claim(VAR) as held:
            return _serve(options, held)
    except AlreadyRunning as other:
        where = f"at {other.note.address} (process {other.note.pid})" if other.note else "and is still starting"
        return _refuse(f"Rota is already running {where}. Stop that one first, or use it.")
    except (CannotStart, EnvironmentProblem, redis_server.NoRedisServerError) as problem:
        return _refuse(str(problem))


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev up", description=__doc__)
    parser.add_argument("--port", type=int, help=f"port of the web pages (default {PORT}, or the next free one)")
    parser.add_argument("--reset", action="store_true", help="forget the local database and the sandbox first")
    parser.add_argument(
        "--sandbox-scale", type=float, default=1.0, metavar="N", help="make a new sandbox N times as large"
    )
    return parser.parse_args(arguments)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def _serve(options: argparse.Namespace, held: Claim) -> int:
    with_sandbox = uses_sandbox()
    listening = _web_socket(options.port)
    address = f"http://{LOOPBACK}:{listening.getsockname()[1]}/"
    if options.reset:
        _reset()
    supervisor = Supervisor(LOGS)
    supervisor.listen()
    try:
        additions = {"PUBLIC_URL": os.environ.get("PUBLIC_URL") or address}
        if not os.environ.get("REDIS_URL"):
            additions["REDIS_URL"] = _start_redis(supervisor)
        sandbox = _start_sandbox(supervisor, options.sandbox_scale, address) if with_sandbox else None
        _prepare(supervisor, local_environment(**additions))
        if sandbox:
            additions |= _await_sandbox(supervisor, sandbox, options.sandbox_scale)
        env = local_environment(**additions)
        sign_in = _set_up(supervisor, env, with_sandbox)
        _start_product(supervisor, env, listening)
        _first_pull(supervisor, env)
        supervisor.until(lambda: _answers(address), seconds=PATIENCE, waiting_for="The web server")
        held.tell(Note(os.getpid(), address, additions))
        _tell(address, sign_in, env.get("HIGHLEVEL_BASE_URL", ""), with_sandbox)
        supervisor.watch()
    except StopRequested:
        _say("\nStopping ...")
        return 0
    except ChildFailed as problem:
        print(f"\n{problem}\nStopping everything else ...", file=sys.stderr, flush=True)
        return 1
    finally:
        supervisor.stop(first=("web", "worker", "beat"))
        listening.close()
        _say("Stopped.")


def _web_socket(wanted: int | None) -> socket.socket:
    """A socket on the port of the pages, held from the start so that no other program can take it meanwhile."""
    if wanted is not None and not 0 < wanted < 65536:
        raise CannotStart(f"{wanted} is no port. Use a number from 1 to 65535.")
    for port in [wanted] if wanted else range(PORT, PORT + 100):
        try:
            held = listen(port)
        except PermissionError:
            raise CannotStart(f"Port {port} is for the system's own servers. Choose one above 1023.") from None
        except OSError:
            continue
        if port not in (wanted, PORT):
            _say(f"Port {PORT} is taken by another program, so Rota uses {port}.")
        return held
    if wanted:
        raise CannotStart(f"Port {wanted} is taken by another program. Choose another with --port.")
    raise CannotStart(f"The ports {PORT} to {PORT + 99} are all taken. Choose another with --port.")


def _reset() -> None:
    """Remove the local database and the sandbox's data; what DATABASE_URL names is left alone."""
    for name in ("rota.sqlite3", "sandbox.sqlite3"):
        _remove_database(VAR / name)
    if not os.environ.get("DATABASE_URL"):
        PASSWORD.unlink(missing_ok=True)
    else:
        _say("--reset leaves the database of DATABASE_URL as it is.")


def _remove_database(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _start_redis(supervisor: Supervisor) -> str:
    port, password = free_port(), redis_server.new_password()
    url = redis_server.address(port, password)
    with tempfile.TemporaryFile() as given:
        given.write(redis_server.configuration(port, password, VAR))
        given.seek(0)
        child = supervisor.start("redis", [redis_server.valkey_binary(), "-"], stdin=given)
    redis_server.await_answer(url, child.process)
    return url


def _start_sandbox(supervisor: Supervisor, scale: float, address: str) -> Announcement:
    """Start the sandbox on the port it had last time; it sends its webhooks to Rota at `address`. Data that were never
    finished are made anew."""
    data = VAR / "sandbox.sqlite3"
    if UNFINISHED.exists():
        _remove_database(data)
    if not data.exists():
        _say("Making the example agency in the sandbox ...")
        UNFINISHED.touch()
    port = kept_port("sandbox", VAR / "ports.json")
    places = ["--port", str(port), "--data", str(data), "--scale", str(scale)]
    places += ["--webhook-url", f"{address}webhooks/highlevel/"]
    child = supervisor.start("sandbox", [*SANDBOX, *places], stdout=subprocess.PIPE)
    return Announcement(child.process)


def _await_sandbox(supervisor: Supervisor, announcement: Announcement, scale: float) -> dict[str, str]:
    seconds = PATIENCE * max(1, scale)
    note = supervisor.until(lambda: announcement.note, seconds=seconds, waiting_for="The sandbox")
    UNFINISHED.unlink(missing_ok=True)
    return highlevel_environment(note)


def _prepare(supervisor: Supervisor, env: dict[str, str]) -> None:
    """Bring translations, database and static files up to date."""
    compile_stale()
    _say("Preparing the database ...")
    supervisor.run("migrate", [*MANAGE, "migrate", "--noinput"], env=env)
    collect = [*MANAGE, "collectstatic", "--noinput", "--clear"]
    collect_when_stale(lambda: supervisor.run("collectstatic", collect, env=env), ROOT / "var" / "static-stamp")


def _set_up(supervisor: Supervisor, env: dict[str, str], with_sandbox: bool) -> str:
    """Store credentials and plan the pulls. Returns how to sign in: on the sandbox an owner of our own, made once."""
    command = [*MANAGE, "setup"]
    if not with_sandbox:
        supervisor.run("setup", command, env=env)
        return "as an owner, made by ./dev manage createsuperuser"
    password = owner_password(PASSWORD)
    supervisor.run(
        "setup",
        [*command, "--owner-email", OWNER, "--owner-name", "Ana Lindqvist", f"--owner-password={password}"],
        env=env,
    )
    return f"{OWNER}, password {password}"


def _start_product(supervisor: Supervisor, env: dict[str, str], listening: socket.socket) -> None:
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    quick = ["--without-mingle", "--without-gossip"]
    supervisor.start(
        "worker",
        [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2", *quick, "--queues", "push,pull,celery"],
        env=env,
    )
    supervisor.start("beat", [*celery, "beat", "--loglevel", "INFO", "--pidfile", ""], env=env)
    web = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"fd://{listening.fileno()}"]
    threads = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket"]
    supervisor.start("web", [*web, *threads], env=env, pass_fds=(listening.fileno(),))


def _first_pull(supervisor: Supervisor, env: dict[str, str]) -> None:
    """Ask the worker to look for locations and pull them now, without waiting for beat."""
    call = [sys.executable, "-m", "celery", "-A", "config", "call", FIRST_TASK]
    supervisor.run("pull", call, env=env)


def _answers(address: str) -> bool | None:
    """True once the web server gives any answer below 500."""
    try:
        with urllib.request.urlopen(address, timeout=3):  # noqa: S310, our own loopback address
            return True
    except urllib.error.HTTPError as answer:
        return True if answer.code < 500 else None
    except OSError:
        return None


def _tell(address: str, sign_in: str, highlevel: str, with_sandbox: bool) -> None:
    kind = "a sandbox, nothing is published" if with_sandbox else "the real service"
    lines = ["", "Rota is running.", "", f"  Open       {address}", f"  Sign in    {sign_in}"]
    lines += [f"  HighLevel  {highlevel} ({kind})", f"  Logs       {LOGS}", "  Stop       Ctrl-C", ""]
    _say("\n".join(lines))


def _say(text: str) -> None:
    print(text, flush=True)
