"""The admin of people and of who works where."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, User
from highlevel.admin import pretty


class PersonCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")


class PersonChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        stays = given.get("is_owner", False) and given.get("is_active", False)
        owners = User.objects.filter(is_owner=True, is_active=True)
        if not stays and list(owners.values_list("pk", flat=True)) == [self.instance.pk]:
            raise ValidationError(_("This is the last owner of the agency. Make somebody else an owner first."))
        return given


@admin.register(User)
class PersonAdmin(UserAdmin):
    """People sign in by e-mail; an owner reaches every location, others those they are members of."""

    form = PersonChangeForm
    add_form = PersonCreationForm
    list_display = ("email", "name", "is_owner", "is_staff", "is_active", "locations_count", "last_login")
    list_filter = ("is_owner", "is_staff", "is_active", "language")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Reads Rota in"), {"fields": ("language", "timezone")}),
        (
            _("Is allowed to"),
            {"fields": ("is_active", "is_owner", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        found: QuerySet[User] = super().get_queryset(request)
        return found.annotate(held=Count("memberships", distinct=True))

    @admin.display(description=_("memberships"), ordering="held")
    def locations_count(self, person: User) -> int:
        return int(person.held)  # type: ignore[attr-defined]


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin):
    """Who works in a location and as whom. Name and e-mail are HighLevel's; the person and the role are Rota's."""

    list_display = ("__str__", "location", "user", "role", "email", "remote_id", "gone_at")
    list_filter = ("role", ("user", admin.EmptyFieldListFilter), ("gone_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "email", "remote_id", "user__email", "location__name")
    list_select_related = ("location", "user")
    autocomplete_fields = ("location", "user")
    fields = ("location", "user", "role")
    mirrored = ("name", "email", "remote_id", "remote_updated_at", "synced_at", "gone_at", "payload")

    def get_fields(self, request: HttpRequest, obj: Member | None = None) -> tuple[str, ...]:
        return (*self.fields, *self.mirrored) if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Member | None = None) -> tuple[str, ...]:
        return ("location", *self.mirrored) if obj else ()

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:
        """Somebody added here acts as nobody in HighLevel until a pull or a person says who."""
        obj.remote_id = obj.remote_id or None
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        """A member of HighLevel would come back with the next pull; taking the person off it is what helps."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.remote_id is None)

    @admin.display(description=_("as HighLevel sent it"))
    def payload(self, member: Member) -> SafeString:
        return pretty(member.remote)
