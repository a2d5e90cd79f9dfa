"""The admin of categories and tags."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from highlevel.admin import MirroredAdmin
from planner.models import Category, Tag


@admin.register(Category)
class CategoryAdmin(MirroredAdmin):
    list_display = ("name", "colour", "location", "synced_at", "gone_at")
    list_filter = (("gone_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "remote_id", "location__name")

    @admin.display(description=_("colour"), ordering="primary_colour")
    def colour(self, category: Category) -> SafeString:
        return format_html("<code>{}</code>", category.primary_colour or "–")


@admin.register(Tag)
class TagAdmin(MirroredAdmin):
    list_display = ("name", "location", "synced_at", "gone_at")
    list_filter = (("gone_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "remote_id", "location__name")
