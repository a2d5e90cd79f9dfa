"""The admin of second factors: who has one, never the secret behind it. Somebody who lost theirs gets it deleted."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from highlevel.admin import ReadOnlyAdmin

admin.site.unregister([StaticDevice, TOTPDevice])


@admin.register(TOTPDevice, StaticDevice)
class SecondFactorAdmin(ReadOnlyAdmin):
    """`key`, and the codes of a static device, would let whoever reads them sign in as the person."""

    list_display = ("user", "name", "confirmed", "created_at", "last_used_at")
    list_filter = ("confirmed",)
    search_fields = ("user__email", "user__name", "name")
    list_select_related = ("user",)
    fields = ("user", "name", "confirmed", "created_at", "last_used_at")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)
