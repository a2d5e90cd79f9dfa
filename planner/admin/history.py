"""The admin of the history. The library's own searches fields of a person that ours does not have."""

from __future__ import annotations

from auditlog.models import LogEntry
from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from highlevel.admin import ReadOnlyAdmin, pretty

admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class HistoryAdmin(ReadOnlyAdmin):
    list_display = ("timestamp", "object_repr", "content_type", "action", "actor")
    list_filter = ("action", "content_type", "timestamp")
    search_fields = ("object_repr", "object_pk", "actor__email", "actor__name")
    list_select_related = ("content_type", "actor")
    show_full_result_count = False
    fields = ("timestamp", "actor", "actor_email", "content_type", "object_pk", "object_repr", "action", "differences")
    readonly_fields = ("differences",)

    @admin.display(description=_("before and after"))
    def differences(self, entry: LogEntry) -> SafeString:
        return pretty(entry.changes or {})
