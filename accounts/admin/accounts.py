"""The admin of connected accounts and their groups."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountGroup, ConnectAttempt, ConnectedAccount
from accounts.services.connect_problems import problem_words
from highlevel.admin import MirroredAdmin, ReadOnlyAdmin, pretty


@admin.register(ConnectedAccount)
class ConnectedAccountAdmin(MirroredAdmin):
    list_display = ("__str__", "platform", "type", "location", "state", "expires_at", "synced_at", "gone_at")
    list_filter = ("platform", "type", "is_expired", "missing_permission", ("gone_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "remote_id", "profile_id", "origin_id", "location__name")

    @admin.display(description=_("state"), ordering="expires_at")
    def state(self, account: ConnectedAccount) -> str:
        return str(account.health(timezone.now()).label)


@admin.register(AccountGroup)
class AccountGroupAdmin(MirroredAdmin):
    list_display = ("name", "location", "size", "gone_at")
    list_filter = (("gone_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "remote_id", "location__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccountGroup]:
        found: QuerySet[AccountGroup] = super().get_queryset(request)
        return found.annotate(number=Count("accounts"))

    @admin.display(description=_("accounts"), ordering="number")
    def size(self, group: AccountGroup) -> int:
        return int(group.number)  # type: ignore[attr-defined]


@admin.register(ConnectAttempt)
class ConnectAttemptAdmin(ReadOnlyAdmin):
    """Tries at connecting an account. What the network offered may hold its tokens, so only the number is shown."""

    list_display = ("location", "platform", "state", "user", "created_at", "finished_at", "went_wrong")
    list_filter = ("state", "platform", "created_at")
    search_fields = ("location__name", "user__email", "remote_account_id", "problem")
    list_select_related = ("location", "user")
    exclude = ("choices", "results", "problem")
    readonly_fields = ("offered", "became", "went_wrong")

    @admin.display(description=_("offered"))
    def offered(self, attempt: ConnectAttempt) -> int:
        return len(attempt.choices)

    @admin.display(description=_("results"))
    def became(self, attempt: ConnectAttempt) -> SafeString:
        return pretty(attempt.results)

    @admin.display(description=_("what went wrong"))
    def went_wrong(self, attempt: ConnectAttempt) -> str:
        return problem_words(attempt.problem)
