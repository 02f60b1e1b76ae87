from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import sessions  # noqa: F401  (its receivers tell the sockets of a sign-out)
