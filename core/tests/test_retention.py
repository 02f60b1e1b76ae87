"""What the house forgets on its beat, and what it keeps."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, transaction

from core import audit, clock, events, retention
from core.models import AuditRow, Event
from core.tasks import forget_old

pytestmark = pytest.mark.django_db


def happened() -> set[str]:
    return set(Event.objects.values_list("name", flat=True))


def test_events_are_forgotten_after_their_days(later):
    events.record("old.fact", subject="x")
    Event.objects.update(fanned_out=True)
    later(days=29)
    forget_old()
    assert happened() == {"old.fact"}
    later(days=2)
    Event.objects.update(created_at=clock.now() - timedelta(days=31))
    events.record("new.fact", subject="x")
    Event.objects.filter(name="new.fact").update(created_at=clock.now())
    assert forget_old() == 1
    assert happened() == {"new.fact"}


def test_events_that_were_not_told_yet_are_kept(later):
    for name in ("read.fact", "unread.fact"):
        events.record(name, subject="x")
    Event.objects.filter(name="read.fact").update(fanned_out=True)
    later(days=31)
    assert forget_old() == 1
    assert happened() == {"unread.fact"}


def test_no_days_at_all_means_for_good(later, settings):
    settings.EVENTS_KEEP_DAYS = 0
    events.record("old.fact", subject="x")
    later(days=4000)
    assert forget_old() == 0


def test_a_long_table_goes_in_batches(later, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 3)
    events.record_all([("old.fact", {})] * 10, subject="x")
    Event.objects.update(fanned_out=True)
    later(days=31)
    assert forget_old() == 10


def test_sessions_that_are_over_are_forgotten(later):
    for key, days in (("short", 1), ("long", 20)):
        Session.objects.create(session_key=key, session_data="", expire_date=clock.now() + timedelta(days=days))
    later(days=2)
    assert forget_old() == 1
    assert Session.objects.get().session_key == "long"


def test_audit_rows_are_kept_for_good_unless_a_house_says_otherwise(staff, later, settings):
    audit.record(staff, "look", staff)
    later(days=3 * 365)
    assert forget_old() == 0
    settings.AUDIT_KEEP_YEARS = 2
    audit.record(staff, "wink", staff)
    assert forget_old() == 1
    assert AuditRow.objects.get().verb == "wink"
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditRow.objects.all().delete()
