"""Many at once: constraints and locks settle it, not luck."""

from functools import partial

import pytest

from core.errors import Full, IllegalMove
from core.guests import new_guest
from rooms import selectors
from rooms.flows import ChannelState
from rooms.models import Broadcast, Channel, Stay
from rooms.services import channels, stays
from rooms.tasks import sweep_stays

pytestmark = pytest.mark.django_db(transaction=True)


def test_fifty_joins_for_two_places_let_two_in(channel, host, together):
    channels.update(actor=host, cid=channel.cid, max_people=2)
    joins = [partial(stays.join, actor=new_guest(), cid=channel.cid, connection=str(n)) for n in range(50)]
    outcomes = together(joins)
    assert sum(isinstance(outcome, Stay) for outcome in outcomes) == 2
    assert sum(isinstance(outcome, Full) for outcome in outcomes) == 48
    assert selectors.people(channel) == 2


def test_ten_tabs_of_one_person_make_one_stay(channel, viewer, together):
    together([partial(stays.join, actor=viewer, cid=channel.cid, connection=str(n)) for n in range(10)])
    assert Stay.objects.filter(channel=channel).count() == 1


def test_a_person_who_arrives_ten_times_at_once_goes_live_once(channel, host, together):
    stay = stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
    together([partial(stays.arrive, sid=stay.sid, connection="studio")] * 10)
    assert Broadcast.objects.filter(channel=channel).count() == 1
    assert Channel.objects.get(pk=channel.pk).state == ChannelState.LIVE


def test_eight_sweeps_end_a_stay_once(channel, viewer, later, together):
    stay = stays.join(actor=viewer, cid=channel.cid, connection="tab")
    stays.lose(sid=stay.sid, connection="tab")
    later(seconds=31)
    assert sum(together([sweep_stays] * 8)) >= 1
    stay.refresh_from_db()
    assert stay.version == 3  # joined, lost, ended: no fourth move


def test_a_return_at_the_instant_of_the_sweep_is_joined_and_stays_joined(channel, viewer, later, together):
    first = stays.join(actor=viewer, cid=channel.cid, connection="tab")
    stays.lose(sid=first.sid, connection="tab")
    later(seconds=31)
    back = partial(stays.join, actor=viewer, cid=channel.cid, connection="tab-2")
    outcomes = together([sweep_stays, back, sweep_stays])
    assert isinstance(outcomes[1], Stay)
    assert selectors.viewers(channel) == 1


def test_of_ten_closings_one_wins(channel, host, together):
    outcomes = together([partial(channels.close, actor=host, cid=channel.cid)] * 10)
    assert sum(isinstance(outcome, Channel) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, IllegalMove) for outcome in outcomes) == 9
