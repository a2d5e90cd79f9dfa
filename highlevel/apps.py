from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HighLevelConfig(AppConfig):
    name = "highlevel"
    verbose_name = _("HighLevel")

    def ready(self) -> None:
        from highlevel.outbox import tasks  # noqa: F401  Celery finds tasks only in an app's own tasks module
