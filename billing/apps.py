from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from billing import triggers


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Money")

    def ready(self) -> None:
        post_migrate.connect(install_triggers, sender=self)


def install_triggers(using: str, **_: object) -> None:
    triggers.install(connections[using])
