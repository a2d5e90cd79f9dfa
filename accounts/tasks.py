"""What workers do about people. Each task takes short texts or ids and calls one service."""

from __future__ import annotations

from celery import shared_task

from accounts.services.agency_notices import pause_mail
from accounts.services.people_passwords import reset_send


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def password_reset_task(email: str, origin: str) -> None:
    """Mail a link for a new password to whoever signs in with the e-mail; a second run mails a second link."""
    reset_send(email=email, origin=origin)


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=60, time_limit=90)
def pause_mail_task(location_ids: list[int], total: int, code: str, whole_company: bool) -> None:
    """Mail the owners that locations were paused; `location_ids` are those that the mail names."""
    pause_mail(location_ids=location_ids, total=total, code=code, whole_company=whole_company)
