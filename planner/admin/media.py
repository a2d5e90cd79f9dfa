"""The admin of uploads, and of the checks before posts are due."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from highlevel.admin import ReadOnlyAdmin, pretty
from planner.models import MediaUpload, PostCheck


@admin.register(MediaUpload)
class MediaUploadAdmin(ReadOnlyAdmin):
    list_display = ("name", "location", "mime", "size", "state", "person", "created_at", "settled_at")
    list_filter = ("state", "mime", "created_at", ("file", admin.EmptyFieldListFilter))
    search_fields = ("name", "remote_id", "key", "location__name")
    list_select_related = ("location", "person")
    show_full_result_count = False
    exclude = ("facts",)
    readonly_fields = ("measured",)

    @admin.display(description=_("measured"))
    def measured(self, upload: MediaUpload) -> SafeString:
        return pretty(upload.facts)


@admin.register(PostCheck)
class PostCheckAdmin(ReadOnlyAdmin):
    list_display = ("post", "kind", "ok", "checked_at", "claimed_at")
    list_filter = ("ok", "kind", "checked_at")
    search_fields = ("post__remote_id", "post__location__name")
    list_select_related = ("post",)
    show_full_result_count = False
    exclude = ("findings",)
    readonly_fields = ("found",)

    @admin.display(description=_("found"))
    def found(self, check: PostCheck) -> SafeString:
        return pretty(check.findings)
