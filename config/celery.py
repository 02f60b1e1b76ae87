"""The worker. Its schedule is CELERY_BEAT_SCHEDULE in settings."""

import os

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("footlight")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def tick_at_once(**_: object) -> None:
    """The house is ready when beat and worker are, not five seconds later."""
    app.send_task("core.tick", expires=5)
