"""The admin of locations, credentials and pulls, and what the admins of all mirrored rows share."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from highlevel.models import Change, Credential, Location, PullPage, PullState, SyncRun, WebhookEvent
from highlevel.pull.ask import pull_ask

admin.site.site_title = admin.site.site_header = "Rota"
admin.site.index_title = _("Rota: every row behind the pages")
admin.site.site_url = "/"


def pretty(value: Any) -> SafeString:
    """JSON as readable text; whatever it holds is escaped."""
    return format_html("<pre>{}</pre>", json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True))


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only code writes: they can be searched and read."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class MirroredAdmin(ReadOnlyAdmin):
    """Rows that copy HighLevel's. The next pull would undo an edit, so there is none."""

    exclude: ClassVar[tuple[str, ...]] = ("remote",)
    readonly_fields: ClassVar[tuple[str, ...]] = ("payload",)
    list_select_related: ClassVar[tuple[str, ...]] = ("location",)
    show_full_result_count = False

    @admin.display(description=_("as HighLevel sent it"))
    def payload(self, row: Any) -> SafeString:
        return pretty(row.remote)


class ReadOnlyInline(admin.TabularInline):
    """Rows that belong to the one on the page."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Location)
class LocationAdmin(admin.ModelAdmin):
    """Name and zone are HighLevel's; the colour, and whether the location is worked for, are Rota's."""

    list_display = ("name", "timezone", "is_active", "pulled_at", "last_run", "paused_at", "gone_at", "remote_id")
    list_filter = (
        "is_active",
        ("paused_at", admin.EmptyFieldListFilter),
        ("gone_at", admin.EmptyFieldListFilter),
        "paused_code",
        "timezone",
    )
    search_fields = ("name", "remote_id")
    readonly_fields = (
        "name",
        "timezone",
        "remote_id",
        "company_id",
        "pulled_at",
        "next_pull_at",
        "paused_at",
        "paused_code",
        "paused_detail",
        "gone_at",
        "created_at",
        "payload",
    )
    fields = ("colour", "is_active", *readonly_fields)
    actions = ("pull_now",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Location]:
        runs = SyncRun.objects.filter(location=OuterRef("pk")).order_by("-started_at", "-pk")
        found: QuerySet[Location] = super().get_queryset(request)
        return found.annotate(run_state=Subquery(runs.values("state")[:1]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Location | None = None) -> bool:
        return False

    @admin.display(description=_("last pull"), ordering="run_state")
    def last_run(self, location: Location) -> str:
        state = location.run_state  # type: ignore[attr-defined]
        return str(SyncRun.State(state).label) if state else gettext("never")

    @admin.display(description=_("as HighLevel sent it"))
    def payload(self, location: Location) -> SafeString:
        return pretty(location.remote)

    @admin.action(description=_("Pull now"), permissions=["change"])
    def pull_now(self, request: HttpRequest, locations: QuerySet[Location]) -> None:
        """Ask for a pull of the chosen locations that are worked for."""
        chosen = list(locations)
        asked = [location for location in chosen if location.is_active and location.gone_at is None]
        pull_ask(locations=asked, now=timezone.now())
        number = len(asked)
        sentence = ngettext(
            "%d location is being brought up to date.", "%d locations are being brought up to date.", number
        )
        self.message_user(request, sentence % number, messages.SUCCESS if number else messages.WARNING)
        if left := len(chosen) - number:
            sentence = ngettext(
                "%d location is not worked for and was left out.",
                "%d locations are not worked for and were left out.",
                left,
            )
            self.message_user(request, sentence % left, messages.WARNING)


@admin.register(Credential)
class CredentialAdmin(ReadOnlyAdmin):
    """Which tokens there are, how long they last, and whether HighLevel takes them; never the tokens themselves."""

    list_display = ("__str__", "level", "kind", "state", "expires_at", "access", "refresh", "updated_at")
    list_filter = ("level", "kind", "state")
    search_fields = ("company_id", "location__name", "location__remote_id")
    list_select_related = ("location",)
    fields = (
        "level",
        "kind",
        "company_id",
        "location",
        "access",
        "refresh",
        "scopes",
        "expires_at",
        "state",
        "problem",
        "created_at",
        "updated_at",
    )
    readonly_fields = ("access", "refresh")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Credential]:
        """Without the secrets: a page that never loads them cannot show them, and a lost key cannot break it."""
        has = {"has_access": ~Q(access_token=""), "has_refresh": ~Q(refresh_token="")}
        found: QuerySet[Credential] = super().get_queryset(request)
        return found.defer("access_token", "refresh_token").annotate(**has)

    @admin.display(description=_("access token"))
    def access(self, credential: Credential) -> str:
        return gettext("stored") if credential.has_access else gettext("none")  # type: ignore[attr-defined]

    @admin.display(description=_("refresh token"))
    def refresh(self, credential: Credential) -> str:
        return gettext("stored") if credential.has_refresh else gettext("none")  # type: ignore[attr-defined]


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    """What each pull did."""

    list_display = (
        "location",
        "state",
        "kind",
        "started_at",
        "took",
        "requests",
        "error_operation",
        "error_code",
        "trace_id",
    )
    list_filter = ("state", "kind", "error_operation", "started_at")
    search_fields = ("location__name", "location__remote_id", "trace_id", "error_code", "error_detail")
    list_select_related = ("location",)
    show_full_result_count = False
    exclude = ("counts",)
    readonly_fields = ("took", "rows")

    @admin.display(description=_("took"))
    def took(self, run: SyncRun) -> str:
        return gettext("%.1f s") % run.duration.total_seconds() if run.duration else "–"

    @admin.display(description=_("rows seen and written a step"))
    def rows(self, run: SyncRun) -> SafeString:
        return pretty(run.counts)


@admin.register(PullState)
class PullStateAdmin(ReadOnlyAdmin):
    """Where each step of each location stands."""

    list_display = ("location", "step", "pulled_at", "resumes")
    list_filter = ("step",)
    search_fields = ("location__name", "location__remote_id", "step")
    list_select_related = ("location",)
    exclude = ("cursor",)
    readonly_fields = ("place",)

    @admin.display(description=_("cut short"), boolean=True)
    def resumes(self, state: PullState) -> bool:
        return bool(state.cursor)

    @admin.display(description=_("resume from"))
    def place(self, state: PullState) -> SafeString:
        return pretty(state.cursor)


@admin.register(PullPage)
class PullPageAdmin(ReadOnlyAdmin):
    """Pages of a listing that is under way, or was cut short."""

    list_display = ("location", "step", "listing", "skip", "kept_at")
    search_fields = ("state__location__name", "listing")
    list_select_related = ("state__location",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PullPage]:
        found: QuerySet[PullPage] = super().get_queryset(request)
        return found.select_related("state__location")

    @admin.display(description=_("location"), ordering="state__location__name")
    def location(self, page: PullPage) -> str:
        return page.state.location.name

    @admin.display(description=_("step"), ordering="state__step")
    def step(self, page: PullPage) -> str:
        return page.state.step


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    """What Rota tells HighLevel, and what became of it."""

    list_display = (
        "operation",
        "subject",
        "location",
        "state",
        "attempts",
        "actor",
        "not_before",
        "error_code",
        "trace_id",
    )
    list_filter = ("state", "operation", "error_code", "created_at")
    search_fields = ("subject", "operation", "trace_id", "location__name", "actor__email", "error_detail")
    list_select_related = ("location", "actor")
    show_full_result_count = False
    exclude = ("payload", "base", "outcome")
    readonly_fields = ("sent", "seen", "came_of_it")

    @admin.display(description=_("payload"))
    def sent(self, change: Change) -> SafeString:
        return pretty(change.payload)

    @admin.display(description=_("base version"))
    def seen(self, change: Change) -> SafeString:
        return pretty(change.base)

    @admin.display(description=_("outcome"))
    def came_of_it(self, change: Change) -> SafeString:
        return pretty(change.outcome)


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    """What HighLevel told Rota."""

    list_display = ("type", "webhook_id", "state", "received_at", "handled_at")
    list_filter = ("state", "type", "received_at")
    search_fields = ("webhook_id", "type", "problem")
    show_full_result_count = False
    exclude = ("body",)
    readonly_fields = ("told",)

    @admin.display(description=_("body"))
    def told(self, event: WebhookEvent) -> SafeString:
        return pretty(event.body)
