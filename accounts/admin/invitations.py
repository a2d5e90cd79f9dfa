"""The admin of invitations: who was asked to join, and what became of it. Links are made and ended on People."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation
from highlevel.admin import ReadOnlyAdmin


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """The digest of the link is of no use to anybody, so it is not shown."""

    list_display = ("email", "name", "role", "is_owner", "places", "invited_by", "created_at", "expires_at", "ended")
    list_filter = (
        "role",
        "is_owner",
        ("accepted_at", admin.EmptyFieldListFilter),
        ("revoked_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("email", "name", "invited_by__email", "accepted_by__email", "locations__name")
    list_select_related = ("invited_by",)
    date_hierarchy = "created_at"
    fields = (
        "email",
        "name",
        "role",
        "is_owner",
        "locations",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "accepted_by",
        "revoked_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        found: QuerySet[Invitation] = super().get_queryset(request)
        return found.annotate(number=Count("locations", distinct=True))

    @admin.display(description=_("locations"), ordering="number")
    def places(self, invitation: Invitation) -> int:
        return int(invitation.number)  # type: ignore[attr-defined]

    @admin.display(description=_("ended"))
    def ended(self, invitation: Invitation) -> str:
        if invitation.accepted_at:
            return str(_("accepted"))
        return str(_("taken back")) if invitation.revoked_at else ""
