from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and accounts")

    def ready(self) -> None:
        from accounts import mirror, outbox  # noqa: F401  register the pull steps and the changes of this floor
        from accounts.services import agency_notices  # noqa: F401  tells owners of a pause
