from celery import shared_task
from django.core.cache import cache

from core import clock, events, idempotency, series

TICK = "beat:tick"


@shared_task(name="core.tick")
def tick() -> None:
    """Leaves the time of the last beat for `/readyz`."""
    cache.set(TICK, clock.now().isoformat(), timeout=3600)


@shared_task(name="core.forget_calls")
def forget_calls() -> int:
    """Answers kept for a day, for whoever sends a call again."""
    return idempotency.forget()


@shared_task(name="core.forget_events")
def forget_events() -> int:
    """What was told to everybody who asked is kept for settings.EVENT_KEEP_DAYS."""
    return events.forget()


@shared_task(name="core.keep_series")
def keep_series() -> int:
    """How the house stood in the minute that is over, for the charts of the dashboard."""
    return series.keep()
