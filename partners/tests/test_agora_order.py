"""Whatever happens to notices on their way, the same people are there in the end."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners.models import AgoraNotice, AgoraRoom
from partners.tests.agora_server import Agora
from rooms.models import Channel, Stay

pytestmark = pytest.mark.django_db

ABSENT, AUDIENCE, BROADCASTS = "absent", "audience", "broadcasters"
# What may happen to somebody in each state: (event, reason, state after it).
MOVES = {
    ABSENT: [(103, None, BROADCASTS), (105, None, AUDIENCE)],
    AUDIENCE: [(106, 1, ABSENT), (106, 10, ABSENT), (111, None, BROADCASTS)],
    BROADCASTS: [(104, 1, ABSENT), (104, 2, ABSENT), (112, None, AUDIENCE)],
}


@st.composite
def evenings(draw) -> tuple[list[tuple], dict[int, str]]:
    """What happened, in order, and where everybody is after it."""
    states = dict.fromkeys(range(1, draw(st.integers(1, 4)) + 1), ABSENT)
    happened = []
    for _ in range(draw(st.integers(1, 10))):
        uid = draw(st.sampled_from(sorted(states)))
        event, reason, states[uid] = draw(st.sampled_from(MOVES[states[uid]]))
        happened.append((event, uid, reason))
        if set(states.values()) == {ABSENT}:
            happened.append((102, None, None))
    return happened, states


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(evening=evenings(), data=st.data())
def test_NCS_6_in_whatever_order_and_however_often_they_come(app, evening, data) -> None:
    for each in (Stay, Channel, AgoraRoom, AgoraNotice):
        each.objects.all().delete()
    happened, states = evening
    agora = Agora(app)
    then = 1_790_000_000
    bodies = [
        agora.body(event, uid, reason=reason, ts=then + number, clientSeq=uid and (then + number) * 1000)
        for number, (event, uid, reason) in enumerate(happened)
    ]
    again = data.draw(st.lists(st.sampled_from(bodies), max_size=4))
    for body in data.draw(st.permutations(bodies + again)):
        assert agora.post(body).status_code == 200
    expected = {state: {str(uid) for uid in states if states[uid] == state} for state in (BROADCASTS, AUDIENCE)}
    assert agora.people() == expected
