"""The admin of what people have typed and not saved yet."""

from __future__ import annotations

from django.contrib import admin

from highlevel.admin import ReadOnlyAdmin
from planner.models import ComposerDraft


@admin.register(ComposerDraft)
class ComposerDraftAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "person", "location", "post", "subject", "updated_at")
    search_fields = ("person__email", "location__name")
    list_select_related = ("person", "location", "post")
    exclude = ("base",)
