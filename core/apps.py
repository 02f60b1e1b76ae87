from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("House")

    def ready(self) -> None:
        from core import sessions  # noqa: F401  (its receivers tell the sockets of a sign-out)
