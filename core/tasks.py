from celery import shared_task
from django.core.cache import cache

from core import clock, idempotency, retention, series

TICK = "beat:tick"


@shared_task(name="core.tick")
def tick() -> None:
    """Leaves the time of the last beat for `/readyz`."""
    cache.set(TICK, clock.now().isoformat(), timeout=3600)


@shared_task(name="core.forget_calls")
def forget_calls() -> int:
    """Answers kept for a day, for whoever sends a call again."""
    return idempotency.forget()


@shared_task(name="core.forget_old")
def forget_old() -> int:
    """Events, letters, sessions that are over, and audit rows where they are not kept for good."""
    done = retention.forget_events() + retention.forget_sessions()
    return done + retention.forget_letters() + retention.forget_audit_rows()


@shared_task(name="core.keep_series")
def keep_series() -> int:
    """How the house stood in the minute that is over, for the charts of the dashboard."""
    return series.keep()
