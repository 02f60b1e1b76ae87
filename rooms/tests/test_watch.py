"""The watch over who has gone holds whatever happens in whatever order, and the usual ways to write it are caught."""

from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from core import clock
from core.models import Event
from rooms.flows import LEASE, StayState
from rooms.models import Stay
from rooms.services import leases, stays
from rooms.tasks import sweep_stays
from rooms.tests.watch import Watch

RUNS = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    print_blob=False,
    database=None,
    report_multiple_bugs=False,
    phases=[Phase.generate],  # whoever wants the shortest story adds Phase.shrink
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
def test_call17_call18_the_watch_holds_whatever_happens_in_whatever_order():
    run_state_machine_as_test(Watch, settings=RUNS)


def lose_whatever_is_there(*, sid, connection):
    """No sequence: a close counts, whichever socket it was."""
    stays.lose(sid=sid, connection=Stay.objects.get(sid=sid).connection)


def expire_what_was_seen(stay):
    """No compare-and-set: what the sweeper saw a moment ago is taken to be so."""
    Stay.objects.filter(pk=stay.pk).update(state=StayState.ENDED, ended_at=clock.now())


def renew_by_a_clock_of_ones_own(*, signs):
    """The worker's clock, which is a minute slow."""
    at = clock.now() - timedelta(minutes=1)
    Stay.objects.filter(sid__in=[sign.sid for sign in signs]).update(deadline=at + LEASE, last_seen=at)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("verb", "mutant"),
    [("lose", lose_whatever_is_there), ("expire", expire_what_was_seen), ("renew", renew_by_a_clock_of_ones_own)],
)
def test_the_usual_mistakes_are_caught(verb, mutant):
    wrong = type("Wrong", (Watch,), {verb: staticmethod(mutant)})
    with pytest.raises(AssertionError):
        run_state_machine_as_test(wrong, settings=RUNS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_call17_a_return_at_the_same_instant_wins_cleanly_over_two_sweepers(channel, viewer, later, together, attempt):
    stay = stays.join(actor=viewer, cid=channel.cid, connection="old")
    stays.lose(sid=stay.sid, connection="old")
    later(seconds=31)
    back = partial(stays.join, actor=viewer, cid=channel.cid, connection="new")
    *_, came = together([sweep_stays, sweep_stays, back])
    came.refresh_from_db()
    assert (came.state, came.connection) == (StayState.UP, "new")
    told = Event.objects.filter(name="audience.left").count()
    assert told == (0 if came.sid == stay.sid else 1)
    assert leases.renew(signs=[leases.Sign(came.sid, "new")]) == {}
