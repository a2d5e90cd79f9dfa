"""One account's copy of a post."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ConnectedAccount
from planner.models.post import Post
from planner.models.status import PostStatus


class PostTarget(models.Model):
    """What became of a post on one account.

    HighLevel keeps a row of its own per account only for some posts. `remote_id` names that row; it is empty when the
    post's own row speaks for the account. `account` is empty when the account is not connected any more;
    `account_remote_id` still says which one it was.
    """

    Status = PostStatus

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="targets", verbose_name=_("post"))
    account = models.ForeignKey(
        ConnectedAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("account"),
    )
    account_remote_id = models.CharField(_("HighLevel account id"), max_length=255)
    remote_id = models.CharField(_("HighLevel id"), max_length=255, blank=True, default="")
    status = models.CharField(_("status"), max_length=32, choices=PostStatus)
    error = models.TextField(_("error"), blank=True, default="")
    network_post_id = models.CharField(_("id on the network"), max_length=255, blank=True, default="")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    insights = models.JSONField(_("likes, comments, shares"), default=dict, blank=True)
    remote = models.JSONField(_("as HighLevel sent it"), default=dict, blank=True)
    remote_hash = models.CharField(max_length=64, default="", blank=True, editable=False)
    remote_updated_at = models.DateTimeField(_("changed in HighLevel"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("result on an account")
        verbose_name_plural = _("results on accounts")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PostStatus.values), name="target_status_known"),
            models.UniqueConstraint(
                fields=("post", "account_remote_id", "remote_id"), name="target_one_an_account_and_row"
            ),
        ]
        indexes = [
            models.Index(fields=("remote_id",), name="target_of_remote_row"),  # a pull finds the row of a child
        ]

    def __str__(self) -> str:
        return str(self.account or self.account_remote_id)
