"""What is forgotten, and when: a setting each, 0 days meaning never. Always in batches: a long table must not be locked
for long."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import QuerySet

from core import clock, triggers
from core.models import AuditRow, Event, Letter

BATCH = 2000  # rows in one statement
YEAR = timedelta(days=365)


def before(days: int) -> datetime | None:
    """What is older than this is forgotten; None where nothing is."""
    return clock.now() - timedelta(days=days) if days else None


def in_batches(old: QuerySet) -> int:
    """Deletes them; answers how many rows."""
    done = 0
    while pks := list(old.order_by().values_list("pk", flat=True)[:BATCH]):
        old.model._base_manager.filter(pk__in=pks).delete()
        done += len(pks)
    return done


def forget_events() -> int:
    """Those that were fanned out to whoever hears of them."""
    return _oldest(Event.objects.filter(fanned_out=True), "created_at", before(settings.EVENTS_KEEP_DAYS))


def forget_sessions() -> int:
    return in_batches(Session.objects.filter(expire_date__lt=clock.now()))


def forget_letters() -> int:
    """Read or not."""
    limit = before(settings.LETTERS_KEEP_DAYS)
    return in_batches(Letter.objects.filter(created_at__lt=limit)) if limit else 0


def forget_audit_rows() -> int:
    """Where the house does not keep them for good. It alone may lift the lock on them, a batch at a time."""
    return _oldest(AuditRow.objects.all(), "at", before(settings.AUDIT_KEEP_YEARS * YEAR.days))


def _oldest(rows: QuerySet, field: str, limit: datetime | None) -> int:
    """Of a table that only grows, so that the first rows are the oldest and no index on the time is needed."""
    done, old = 0, [0]
    while limit and old:
        first = rows.order_by("pk").values_list("pk", field)[:BATCH]
        old = [pk for pk, at in first if at < limit]
        _delete(rows.model, old)
        done += len(old)
    return done


def _delete(model: type, pks: list[int]) -> None:
    rows = model._base_manager.filter(pk__in=pks)
    if pks and getattr(model, "append_only", False):
        with triggers.lifted(connection, model._meta.db_table):
            rows.delete()
    else:
        rows.delete()
