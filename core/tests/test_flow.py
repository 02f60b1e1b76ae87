"""Every cell of every table, and the engine under them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from core import clock
from core.errors import IllegalMove
from core.flow import Flow, Move, sweep
from rooms.flows import CHANNEL, RECORDING, RELAY, STAY
from rooms.models import Broadcast, Channel, Recording, Relay, RelayKind, Stay
from rooms.services import relays, stays

pytestmark = pytest.mark.django_db
CELLS = [
    (name, flow, state, verb)
    for name, flow in (("channel", CHANNEL), ("stay", STAY), ("relay", RELAY), ("recording", RECORDING))
    for state in sorted(flow.states)
    for verb in flow.moves
]


@pytest.fixture
def rows(channel, viewer):
    stay = stays.join(actor=viewer, cid=channel.cid, connection="tab")
    relay = relays.ask(channel, RelayKind.PULL)
    now = clock.now()
    show = Broadcast.objects.create(channel=channel, title="one", started_at=now)
    facts = {"show": show, "title": "one", "started_at": now, **RECORDING.start("begin", now=now)}
    recording = Recording.objects.create(channel=channel, **facts)
    return {
        "channel": (Channel, channel.pk),
        "stay": (Stay, stay.pk),
        "relay": (Relay, relay.pk),
        "recording": (Recording, recording.pk),
    }


@pytest.mark.parametrize(("name", "flow", "state", "verb"), CELLS, ids=lambda v: v if isinstance(v, str) else "")
def test_a_move_is_made_exactly_where_the_table_allows_it(rows, name, flow, state, verb):
    model, pk = rows[name]
    model.objects.filter(pk=pk).update(state=state)
    row, now = model.objects.get(pk=pk), clock.now()
    if flow.allows(state, verb):
        flow.advance(row, verb, now=now)
        assert row.state == flow.moves[verb].target
        assert bool(row.deadline) == (flow.moves[verb].lasts is not None)
    else:
        with pytest.raises(IllegalMove):
            flow.advance(row, verb, now=now)
        assert model.objects.get(pk=pk).state == state


def test_of_two_who_saw_the_same_state_one_wins(channel):
    one, other = Channel.objects.get(pk=channel.pk), Channel.objects.get(pk=channel.pk)
    CHANNEL.advance(one, "close", now=clock.now())
    with pytest.raises(IllegalMove):
        CHANNEL.advance(other, "close", now=clock.now())
    assert one.version == channel.version + 1


def test_a_deadline_of_the_request_overrides_the_tables(rows):
    stay, now = Stay.objects.get(), clock.now()
    STAY.advance(stay, "lose", now=now, deadline=now + timedelta(seconds=3))
    assert stay.deadline == now + timedelta(seconds=3)


@pytest.mark.parametrize(
    "moves",
    [
        (Move("ask", (), "asked", timedelta(seconds=1), then="accept"), Move("accept", ("other",), "seated")),
        (Move("ask", (), "asked", timedelta(seconds=1)),),
        (Move("ask", (), "asked"), Move("ask", (), "asked")),
    ],
    ids=["its timeout is illegal", "its timeout has no verb", "a verb stands twice"],
)
def test_a_wrong_table_stops_the_start(moves):
    with pytest.raises((ImproperlyConfigured, KeyError)):
        Flow(*moves)


def test_a_sweep_goes_on_after_a_row_that_somebody_else_moved():
    seen = []

    def expire(row):
        seen.append(row)
        if row == 1:
            raise IllegalMove()

    assert sweep([1, 2, 3], expire) == 2
    assert seen == [1, 2, 3]
