"""Workers die at every moment of charging, and the ledger is as if none had. `bin/bench billing --faults` does it
longer."""

from functools import partial

import pytest
from django.db import connection

from billing import audit
from billing.ledger import account_of
from billing.models import Account, Minute, Outcome, Transfer
from billing.services import topups
from core import clock
from core.actors import SYSTEM
from rooms.flows import StayState
from rooms.models import Stay
from rooms.tests import trial
from rooms.tests.crowd import Crowd
from rooms.tests.killpoints import POINTS
from rooms.tests.worker import CUT, KILLED, Job, run_all

pytestmark = pytest.mark.django_db(transaction=True)
ACTS = ("die", "cut") if connection.vendor == "postgresql" else ("die",)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_dies_charges_each_minute_once_or_leaves_it_to_the_next(point, act):
    crowd = Crowd("people", stays=12, channels=3, poor=4, poor_minutes=0)
    now = crowd.come()
    job = {"database": connection.settings_dict["NAME"], "now": now, "batch": 5}
    (code,) = run_all([Job(**job, point=point, act=act, turn=2)])
    assert code == (KILLED if act == "die" else CUT)
    batches = 2 if point in ("after commit", "after send") else 1
    assert Minute.objects.count() == 5 * batches  # whole ones, and no half
    assert audit.differences() == []
    assert run_all([Job(**job)]) == [0]
    outcomes = list(Minute.objects.values_list("outcome", flat=True))
    assert (outcomes.count(Outcome.CHARGED), outcomes.count(Outcome.INSUFFICIENT)) == (9, 3)
    assert audit.differences() == []


def test_eight_workers_and_two_beats_that_die_all_the_time_leave_the_ledger_that_one_leaves(db):
    verdict, counts = trial.tried("short", ACTS, stays=60, minutes=7)
    assert verdict.clean, verdict
    assert verdict.charged > 200
    assert counts["kills"] > 5


def test_of_twenty_stays_of_a_payer_with_coins_for_one_minute_one_is_charged_by_eight_workers_at_once(viewer):
    Crowd("places", stays=20, channels=20).come()
    topups.give(actor=SYSTEM, user=viewer, coins=10, reason="for a minute", key="1")
    Stay.objects.update(user=viewer, person=f"u{viewer.pk}")
    run_all([Job(connection.settings_dict["NAME"], clock.now(), nudges=2, batch=5)] * 8)
    states = list(Stay.objects.values_list("state", flat=True))
    assert (states.count(StayState.UP), states.count(StayState.ENDED)) == (1, 19)
    assert Minute.objects.filter(outcome=Outcome.CHARGED).count() == 1
    assert (Account.objects.get(owner=viewer).balance, audit.differences()) == (0, [])


def test_fifty_identical_top_ups_at_once_give_once(viewer, together):
    give = partial(topups.give, actor=SYSTEM, user=viewer, coins=30, reason="a mistake of ours", key="ticket 7")
    assert len({row.pk for row in together([give] * 50)}) == 1
    assert (account_of(viewer).balance, Transfer.objects.count()) == (30, 1)
