"""A round of the beat is held up by no single row and by nobody who holds a channel."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client

from billing import audit, checks
from billing.ledger import BANK, account_of, house, transfer
from billing.models import Minute, Outcome, Unsettled
from core import clock
from core.errors import NotFound
from core.health import NotWell
from rooms.models import Channel, Stay
from rooms.services import meter, rounds
from rooms.tasks import charge_minutes
from rooms.tests.crowd import Crowd

settled_in_bulk = pytest.mark.django_db
at_once = pytest.mark.django_db(transaction=True)


def break_one(crowd: Crowd, viewer) -> Stay:
    """A key that its first minute's transfer needs is taken: the database refuses whatever it stands in."""
    stay = crowd.stays_now().order_by("pk")[3]
    facts = {"source": house(BANK), "target": account_of(viewer), "amount": 1, "kind": "top_up"}
    transfer(key=f"play:{stay.sid}:0:host", **facts)
    return stay


def paid(crowd: Crowd) -> int:
    sids = crowd.stays_now().values("sid")
    return Minute.objects.filter(subject__in=sids, outcome=Outcome.CHARGED).count()


@pytest.fixture
def crowd(db) -> Crowd:
    some = Crowd("people", stays=8, channels=2)
    some.come()
    return some


@settled_in_bulk
def test_one_stay_that_cannot_be_settled_is_left_out_and_all_others_are_charged(crowd, viewer, caplog):
    bad = break_one(crowd, viewer)
    assert charge_minutes() == 7
    assert (paid(crowd), audit.differences()) == (7, [])
    assert not Minute.objects.filter(subject=bad.sid).exists()
    assert f"ALARM: minutes of {bad.sid} cannot be settled" in caplog.text


@settled_in_bulk
def test_staff_see_what_is_left_out_and_so_does_whoever_watches_the_house(crowd, viewer, staff):
    bad = break_one(crowd, viewer)
    charge_minutes()
    row = Unsettled.objects.get()
    assert (row.what, row.subject, row.tries) == ("minutes", bad.sid, 1)
    assert "IntegrityError" in row.error
    with pytest.raises(NotWell, match="1 could not be settled"):
        checks.settling()
    assert b"footlight_unsettled_rows 1.0" in Client().get("/metrics").content
    desk = Client()
    desk.force_login(staff)
    assert bad.sid in desk.get("/admin/billing/unsettled/").content.decode()


@settled_in_bulk
def test_it_is_tried_again_later_and_the_alarm_goes_when_it_is_settled(crowd, viewer, later, monkeypatch):
    bad = crowd.stays_now().first()
    real = meter.Meter._dues

    def broken(self, stay, *rest):
        if stay.pk == bad.pk:
            raise ZeroDivisionError
        return real(self, stay, *rest)

    with monkeypatch.context() as breaking:
        breaking.setattr(meter.Meter, "_dues", broken)
        charge_minutes(), charge_minutes()
        assert Unsettled.objects.get().tries == 1  # not with every beat
        later(minutes=5, seconds=1)
        charge_minutes()
        assert Unsettled.objects.get().tries == 2
    later(minutes=5, seconds=1)
    crowd.show_life(clock.now())
    charge_minutes()
    checks.settling()
    assert Minute.objects.filter(subject=bad.sid, outcome=Outcome.CHARGED).count() == 10 + 1


@settled_in_bulk
def test_a_refusal_of_our_own_is_left_out_like_any_other_error(crowd, monkeypatch):
    bad = crowd.stays_now().first()
    real = meter._next

    def refuse(stay):
        if stay.pk == bad.pk:
            raise NotFound()
        return real(stay)

    monkeypatch.setattr(meter, "_next", refuse)
    assert charge_minutes() == 7
    assert paid(crowd) == 7


@contextmanager
def held(channel: Channel):
    """Somebody else joins and joins: the channel is locked all the time, in another connection."""
    there, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Channel.objects.select_for_update().get(pk=channel.pk)
                there.set()
                done.wait(20)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert there.wait(5)
    try:
        yield done
    finally:
        done.set()
        holder.join()


rows_are_locked = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no rows")


@rows_are_locked
@at_once
def test_a_channel_that_is_held_holds_up_no_other_however_many_of_its_stays_are_due(monkeypatch):
    monkeypatch.setattr(rounds, "BATCH", 3)
    crowd = Crowd("people", stays=12, channels=2)
    crowd.come()
    first = crowd.stays_now().order_by("next_minute_at", "pk").first().channel
    Stay.objects.filter(channel=first).update(next_minute_at=clock.now() - timedelta(seconds=5))
    with held(first):
        assert charge_minutes() == 6
    assert charge_minutes() == 6


@rows_are_locked
@at_once
def test_who_is_late_is_waited_for(later, monkeypatch):
    monkeypatch.setattr(rounds, "WAIT", 10.0)
    crowd = Crowd("people", stays=4)
    crowd.come()
    channel = Channel.objects.get()
    with held(channel) as done:
        later(seconds=29)
        assert charge_minutes() == 0  # passed by
        later(seconds=2)
        threading.Timer(0.5, done.set).start()
        assert charge_minutes() == 4


@rows_are_locked
@at_once
def test_who_holds_a_channel_for_ever_holds_up_the_beat_for_a_moment_only(later, monkeypatch, caplog):
    monkeypatch.setattr(rounds, "WAIT", 0.2)
    crowd = Crowd("people", stays=4, channels=2)
    crowd.come()
    later(seconds=31)
    with held(Channel.objects.first()):
        assert charge_minutes() == 2
    assert "are late" in caplog.text
    assert charge_minutes() == 2
