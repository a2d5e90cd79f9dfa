"""The admin of drafts: edit sessions, what they hold, their steps and who is in them."""

from __future__ import annotations

from django.contrib import admin

from highlevel.admin import ReadOnlyAdmin
from queues.models import DraftItem, DraftStep, EditSession, SessionPerson


@admin.register(EditSession)
class EditSessionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "queue", "state", "interruption", "version", "opened_by", "opened_at", "closed_at")
    list_filter = ("state", "interruption")
    search_fields = ("queue__remote_id", "queue__category__name", "queue__location__name")
    list_select_related = ("queue__category", "opened_by")
    exclude = ("base", "cycle")


@admin.register(DraftItem)
class DraftItemAdmin(ReadOnlyAdmin):
    list_display = ("key", "session", "reset")
    search_fields = ("key", "session__queue__category__name")
    list_select_related = ("session__queue__category",)


@admin.register(DraftStep)
class DraftStepAdmin(ReadOnlyAdmin):
    list_display = ("number", "session", "kind", "count", "title", "actor", "at")
    list_filter = ("kind",)
    search_fields = ("title", "session__queue__category__name")
    list_select_related = ("session__queue__category", "actor")
    exclude = ("before", "after")


@admin.register(SessionPerson)
class SessionPersonAdmin(ReadOnlyAdmin):
    list_display = ("user", "session", "joined_at", "seen_at")
    search_fields = ("user__email", "session__queue__category__name")
    list_select_related = ("session__queue__category", "user")
