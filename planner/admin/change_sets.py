"""The admin of bulk actions and saved views."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from highlevel.admin import ReadOnlyAdmin, pretty
from planner.models import ChangeSet, ChangeSetItem, SavedView


@admin.register(ChangeSet)
class ChangeSetAdmin(ReadOnlyAdmin):
    list_display = ("name", "actor", "kind", "state", "total", "created_at", "finished_at")
    list_filter = ("kind", "state", "created_at")
    search_fields = ("name", "actor__email", "actor__name")
    list_select_related = ("actor",)
    show_full_result_count = False


@admin.register(ChangeSetItem)
class ChangeSetItemAdmin(ReadOnlyAdmin):
    list_display = ("title", "set", "state", "position", "problem")
    list_filter = ("state",)
    search_fields = ("title", "set__name")
    list_select_related = ("set",)
    show_full_result_count = False
    exclude = ("before", "after")
    readonly_fields = ("differences",)

    @admin.display(description=_("before and after"))
    def differences(self, item: ChangeSetItem) -> SafeString:
        return pretty({"before": item.before, "after": item.after})


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    list_display = ("name", "person", "shared", "is_default", "filters")
    list_filter = ("shared",)
    search_fields = ("name", "person__email", "filters")
    list_select_related = ("person",)
    show_full_result_count = False
