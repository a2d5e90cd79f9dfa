"""The admin of category queues and their items."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from highlevel.admin import MirroredAdmin, ReadOnlyAdmin
from queues.models import CategoryQueue, QueueItem, QueueOffer


@admin.register(CategoryQueue)
class CategoryQueueAdmin(MirroredAdmin):
    list_display = ("remote_id", "category", "location", "status", "total_posts", "last_scheduled_at", "gone_at")
    list_filter = ("status", ("gone_at", admin.EmptyFieldListFilter))
    search_fields = ("remote_id", "category__name", "location__name")
    list_select_related = ("location", "category")


@admin.register(QueueItem)
class QueueItemAdmin(MirroredAdmin):
    list_display = ("beginning", "queue", "location", "order", "scheduled_at", "has_errors", "gone_at")
    list_filter = ("has_errors", ("gone_at", admin.EmptyFieldListFilter))
    search_fields = ("text", "remote_id", "location__name")
    list_select_related = ("location", "queue__category")

    @admin.display(description=_("text"))
    def beginning(self, item: Any) -> str:
        return Truncator(str(item)).chars(60)


@admin.register(QueueOffer)
class QueueOfferAdmin(ReadOnlyAdmin):
    list_display = ("category", "published_posts", "checked_at")
    search_fields = ("category__name", "category__location__name")
    list_select_related = ("category",)
