"""The states of a post, in HighLevel's words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PostStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    SCHEDULED = "scheduled", _("Scheduled")
    PENDING = "pending", _("Waiting")
    IN_PROGRESS = "in_progress", _("Going out")
    PUBLISHED = "published", _("Published")
    NOTIFICATION_SENT = "notification_sent", _("Sent to the phone")
    FAILED = "failed", _("Failed")
    DELETED = "deleted", _("Deleted")
    UNKNOWN = "unknown", _("Unknown")

    @classmethod
    def read(cls, text: str) -> "PostStatus":
        """HighLevel's word as one of ours; a word that is new to us is UNKNOWN, and stays readable in `remote`."""
        return cls(text) if text in cls.values else cls.UNKNOWN
