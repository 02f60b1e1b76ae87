"""The checks are as good as what they find: each usual way to write metering is caught, and ours is not."""

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from billing import minutes
from billing.ledger import account_of
from billing.minutes import Due
from billing.tests import mutants
from billing.tests.checks import complaints
from billing.tests.worlds import give
from core import clock
from rooms.models import Stay
from rooms.services import metering
from rooms.tests.crowd import Crowd

pytestmark = pytest.mark.django_db(transaction=True)


class Accident(Exception):
    """The process is killed here."""


def accident() -> None:
    raise Accident


@pytest.fixture
def dues(viewer) -> list[Due]:
    """Four stays of one person with coins for all of them; each is at its first minute."""
    give(viewer, 100)
    payer, now = account_of(viewer).pk, clock.now()
    return [Due(f"play:s{n}:0", "play", f"s{n}", now, payer, 10) for n in range(4)]


@transaction.atomic
def settle(dues, now, meanwhile=mutants.nothing):
    """Ours."""
    minutes.settle(dues, now)
    meanwhile()


def doubled_beat(way, dues):
    for _ in range(2):
        with transaction.atomic():
            way(dues, clock.now())


def side_by_side(way, dues, together, **more):
    together([partial(way, [due], clock.now(), **more) for due in dues])


def killed(way, dues, **more):
    with pytest.raises(Accident):
        way(dues, clock.now(), meanwhile=accident, **more)


def test_a_doubled_beat_finds_the_way_that_charges_per_call(dues):
    doubled_beat(settle, dues)
    assert complaints() == set()
    doubled_beat(mutants.settle_per_call, dues)
    assert complaints() == {"doubled"}


def test_a_race_finds_the_way_that_reads_and_writes_balances(dues, together):
    side_by_side(settle, dues[:2], together)
    assert complaints() == set()
    both_have_read = threading.Barrier(2)
    side_by_side(mutants.settle_select_check_write, dues[2:], together, meanwhile=both_have_read.wait)
    assert complaints() == {"account"}  # coins were lost, and yet all balances together are nothing


def test_a_kill_finds_the_way_that_writes_the_minute_and_the_coins_apart(dues):
    killed(settle, dues)
    assert complaints() == set()
    killed(mutants.settle_in_two_transactions, dues)
    assert complaints() == {"minutes", "unpaid"}


def test_a_kill_finds_the_way_that_tells_before_the_commit(dues):
    told = []

    def settle_then_tell(dues, now, tell, meanwhile):
        with transaction.atomic():
            for key in minutes.settle(dues, now).outcomes:
                transaction.on_commit(partial(tell, key))
            meanwhile()

    killed(settle_then_tell, dues, tell=told.append)
    assert complaints(told) == set()
    killed(mutants.settle_and_tell, dues, tell=told.append)
    assert complaints(told) == {"told what is not"}


def test_a_wrong_clock_finds_the_way_that_believes_the_worker(monkeypatch):
    Crowd("people", stays=2).come()
    metering.charge_due()
    assert complaints() == set()
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", mutants.clock_of_a_worker(ahead=timedelta(minutes=3)))
        Stay.objects.update(last_seen=clock.now())
        metering.charge_due()
    assert complaints() == {"early"}
