"""The command line: `python -m highlevel.sandbox --port 8800 --data sandbox.db`."""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable

from highlevel.sandbox.box import Sandbox
from highlevel.sandbox.clock import parse_iso


def main() -> None:
    """Serve until SIGTERM or SIGINT. Prints one line of JSON, who and where it is, as soon as it answers."""
    parser = argparse.ArgumentParser(prog="highlevel.sandbox", description="A stand-in for HighLevel.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--data", help="file that keeps everything; without it all is forgotten at the end")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the example agency, 1 is the usual one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--agency", choices=("example", "empty"), default="example")
    parser.add_argument("--now", type=parse_iso, help="ISO instant at which the sandbox's clock starts")
    parser.add_argument("--no-rate-limit", action="store_true")
    parser.add_argument("--webhook-url", help="where webhooks of the app are sent")
    options = parser.parse_args()
    stop = threading.Event()
    # Filling a large agency takes a while, and nothing of it is kept when that is cut short.
    _on_signal(lambda: sys.exit(130))
    limits: dict[str, None] = {"rate_limit": None} if options.no_rate_limit else {}
    box = Sandbox(
        host=options.host,
        port=options.port,
        data=options.data,
        scale=options.scale,
        seed=options.seed,
        agency=options.agency,
        now=options.now,
        **limits,
    )
    if options.webhook_url:
        box.world.settings["webhook_url"] = options.webhook_url
    _on_signal(stop.set)
    with box:
        names = ("url", "company_id", "client_id", "client_secret", "agency_token", "control_key", "webhook_key")
        print(json.dumps({name: getattr(box, name) for name in names}), flush=True)
        stop.wait()


def _on_signal(action: Callable[[], object]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: action())


if __name__ == "__main__":
    main()
