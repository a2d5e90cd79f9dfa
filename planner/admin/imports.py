"""The admin of imports, their rows and parts, remembered columns, and keys of scripts."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from highlevel.admin import ReadOnlyAdmin, pretty
from planner.models import ApiKey, CsvImport, CsvRow, HeaderMapping, ImportPart


@admin.register(CsvImport)
class CsvImportAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "kind", "engine", "origin", "state", "total_rows", "person", "created_at")
    list_filter = ("state", "engine", "origin", "kind", "created_at")
    search_fields = ("file_name", "key", "location__name")
    list_select_related = ("person",)
    show_full_result_count = False
    exclude = ("layout", "headers", "mapping")
    readonly_fields = ("read_as",)

    @admin.display(description=_("headers"))
    def read_as(self, found: CsvImport) -> SafeString:
        return pretty(found.headers)


@admin.register(CsvRow)
class CsvRowAdmin(ReadOnlyAdmin):
    list_display = ("csv_import", "number", "state", "location", "error")
    list_filter = ("state",)
    search_fields = ("csv_import__file_name", "location__name")
    list_select_related = ("csv_import", "location")
    show_full_result_count = False
    exclude = ("raw", "plan", "problems", "failure", "remote", "posts")
    readonly_fields = ("stood", "planned", "found", "failed", "sent")

    @admin.display(description=_("as it stood in the file"))
    def stood(self, row: CsvRow) -> SafeString:
        return pretty(row.raw)

    @admin.display(description=_("plan"))
    def planned(self, row: CsvRow) -> SafeString:
        return pretty(row.plan)

    @admin.display(description=_("problems"))
    def found(self, row: CsvRow) -> SafeString:
        return pretty(row.problems)

    @admin.display(description=_("failure"))
    def failed(self, row: CsvRow) -> SafeString:
        return pretty(row.failure)

    @admin.display(description=_("as HighLevel sent it"))
    def sent(self, row: CsvRow) -> SafeString:
        return pretty(row.remote)


@admin.register(ImportPart)
class ImportPartAdmin(ReadOnlyAdmin):
    list_display = ("csv_import", "number", "location", "remote_id", "status", "rows_count", "polled_at")
    list_filter = ("status",)
    search_fields = ("csv_import__file_name", "remote_id", "location__name")
    list_select_related = ("csv_import", "location")
    show_full_result_count = False


@admin.register(HeaderMapping)
class HeaderMappingAdmin(ReadOnlyAdmin):
    list_display = ("digest", "kind", "person", "used_at")
    list_filter = ("kind",)
    search_fields = ("digest", "person__email")
    list_select_related = ("person",)


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    list_display = ("name", "hint", "person", "created_at", "used_at", "revoked_at")
    list_filter = ("revoked_at",)
    search_fields = ("name", "hint", "person__email")
    list_select_related = ("person",)
