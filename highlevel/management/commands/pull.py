"""manage.py pull: bring locations up to date now."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from highlevel.api import RemoteError
from highlevel.causes import cause_in_words
from highlevel.models import Location, SyncRun
from highlevel.pull import locations_find, pull_ask, pull_location


class Command(BaseCommand):
    help = "Asks for locations to be brought up to date; with --wait does it here and says how it went."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--location", help="one location, by its HighLevel id")
        which.add_argument("--all", action="store_true", help="every active location (the default)")
        parser.add_argument("--wait", action="store_true", help="pull in this process, one location after the other")

    def handle(self, *args: Any, **options: Any) -> None:
        locations = self._locations(options["location"])
        if not options["wait"]:
            runs = pull_ask(locations=locations, now=timezone.now())
            self.stdout.write(f"{len(runs)} locations are waiting for a worker.")
            return
        failed = [location for location in locations if not self._pull(location)]
        if failed:
            raise CommandError(f"{len(failed)} of {len(locations)} locations are not up to date.")

    def _locations(self, remote_id: str | None) -> list[Location]:
        if remote_id:
            found = list(Location.objects.filter(remote_id=remote_id))
            if not found:
                raise CommandError(f"There is no location {remote_id}. Known ones are listed in the admin.")
            return found
        try:
            locations_find(now=timezone.now())
        except RemoteError as error:
            self.stderr.write(f"The agency's locations could not be read: {cause_in_words(error.code)} ({error})")
        return list(Location.objects.active())

    def _pull(self, location: Location) -> bool:
        run = pull_location(location_id=location.pk, kind=SyncRun.Kind.ASKED)
        while run is not None and run.state == SyncRun.State.WAITING:
            run = pull_location(location_id=location.pk, kind=SyncRun.Kind.ASKED)
        if run is None:
            self.stdout.write(f"{location}: another pull is at work.")
            return True
        counts = run.counts.values()
        seen, written = sum(part["seen"] for part in counts), sum(part["written"] for part in counts)
        unreadable = sum(part["unreadable"] for part in counts)
        words = f" {cause_in_words(run.error_code, unreadable=unreadable)}" if run.error_code else ""
        where = f" [{run.error_operation}: {run.error_detail}]" if run.error_detail else ""
        figures = f"{run.requests} requests, {seen} seen, {written} written"
        self.stdout.write(f"{location}: {run.get_state_display()}, {figures}.{words}{where}")
        return run.state == SyncRun.State.DONE
