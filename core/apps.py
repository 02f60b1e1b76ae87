from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("House")

    def ready(self) -> None:
        from core import sessions, staff_door, staff_groups, triggers  # noqa: F401  (sessions, staff_door: receivers)

        post_migrate.connect(triggers.after_migrate, dispatch_uid="append_only")
        post_migrate.connect(staff_groups.after_migrate, dispatch_uid="staff_groups")
