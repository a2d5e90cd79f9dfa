"""The admin of posts, their results and their media."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from highlevel.admin import MirroredAdmin, ReadOnlyAdmin, ReadOnlyInline, pretty
from planner.models import Media, Post, PostBundle, PostTarget


class TargetInline(ReadOnlyInline):
    model = PostTarget
    fields = ("account", "status", "error", "network_post_id", "published_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PostTarget]:
        return super().get_queryset(request).select_related("account")


class MediaInline(ReadOnlyInline):
    model = Media
    fields = ("position", "kind", "url", "alt_text")


@admin.register(Post)
class PostAdmin(MirroredAdmin):
    list_display = ("beginning", "location", "status", "type", "display_at", "category", "source", "gone_at")
    list_filter = ("status", "type", "source", "approval_status", "display_at", ("gone_at", admin.EmptyFieldListFilter))
    search_fields = ("text", "remote_id", "location__name")
    list_select_related = ("location", "category")
    exclude = ("remote", "details")
    readonly_fields = ("settings", "payload")
    inlines = (TargetInline, MediaInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        return super().get_queryset(request).select_related("location", "category")

    @admin.display(description=_("text"))
    def beginning(self, post: Post) -> str:
        return Truncator(str(post)).chars(60)

    @admin.display(description=_("settings a network"))
    def settings(self, post: Post) -> SafeString:
        return pretty(post.details)


@admin.register(PostBundle)
class PostBundleAdmin(ReadOnlyAdmin):
    list_display = ("key", "created_at")
    search_fields = ("key",)
    show_full_result_count = False


@admin.register(PostTarget)
class PostTargetAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "post", "status", "error_start", "published_at", "remote_id")
    list_filter = ("status", ("account", admin.EmptyFieldListFilter))
    search_fields = ("remote_id", "account_remote_id", "network_post_id", "account__name", "error")
    list_select_related = ("account", "post")
    show_full_result_count = False
    exclude = ("remote", "insights")
    readonly_fields = ("reactions", "payload")

    @admin.display(description=_("error"), empty_value="–")
    def error_start(self, target: PostTarget) -> str | None:
        return Truncator(target.error).chars(80) or None

    @admin.display(description=_("likes, comments, shares"))
    def reactions(self, target: PostTarget) -> SafeString:
        return pretty(target.insights)

    @admin.display(description=_("as HighLevel sent it"))
    def payload(self, target: PostTarget) -> SafeString:
        return pretty(target.remote)


@admin.register(Media)
class MediaAdmin(ReadOnlyAdmin):
    list_display = ("url_start", "kind", "position", "post")
    list_filter = ("kind",)
    search_fields = ("url", "alt_text", "caption", "post__remote_id")
    list_select_related = ("post",)
    show_full_result_count = False
    exclude = ("remote",)
    readonly_fields = ("payload",)

    @admin.display(description=_("address"), ordering="url")
    def url_start(self, media: Media) -> str:
        return Truncator(media.url).chars(80)

    @admin.display(description=_("as HighLevel sent it"))
    def payload(self, media: Any) -> SafeString:
        return pretty(media.remote)
