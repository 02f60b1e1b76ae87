"""Alarms about what cannot be settled. Each stands until its subject is settled after all."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from billing.models import Unsettled

log = logging.getLogger(__name__)


def alarm(what: str, subject: str, error: Exception, now: datetime) -> None:
    """Whoever watches the logs hears of it, and staff find it at their desk. Again for each try."""
    words = f"{type(error).__name__}: {error}"[:200]
    log.error("ALARM: %s of %s cannot be settled", what, subject, exc_info=error)
    facts = {"error": words, "tried_at": now}
    _row, made = Unsettled.objects.get_or_create(what=what, subject=subject, defaults={**facts, "since": now})
    if not made:
        Unsettled.objects.filter(what=what, subject=subject).update(**facts, tries=F("tries") + 1)


def settled(what: str, subjects: Iterable[str]) -> None:
    Unsettled.objects.filter(what=what, subject__in=list(subjects)).delete()


def count() -> int:
    return Unsettled.objects.count()
