"""Media work is taken by exactly one worker, and comes back to the others when that one falls silent."""

from functools import partial

import pytest

from core.errors import IllegalMove
from rooms.flows import RelayState
from rooms.models import Relay, RelayKind
from rooms.services import relays

pytestmark = pytest.mark.django_db


def take(worker: str, limit: int = 5) -> list[Relay]:
    return relays.claim(worker=worker, kinds=[RelayKind.PULL], limit=limit)


@pytest.fixture
def relay(channel):
    return relays.ask(channel, RelayKind.PULL)


def test_what_is_asked_for_is_due_at_once_and_taken_by_one(relay):
    assert [row.pk for row in take("one")] == [relay.pk]
    assert take("other") == []


def test_asked_for_twice_it_is_one(relay, channel):
    assert relays.ask(channel, RelayKind.PULL).pk == relay.pk


def test_a_worker_takes_only_kinds_that_it_can_do_and_as_many_as_it_has_room_for(relay, channel):
    assert relays.claim(worker="one", kinds=[RelayKind.OUT], limit=5) == []
    assert take("one", limit=0) == []


def test_what_a_silent_worker_had_goes_to_another_and_the_first_learns_it(relay, later):
    (mine,) = take("one")
    relays.running(mine)
    later(seconds=16)
    assert [row.pk for row in take("other")] == [relay.pk]
    assert relays.renew(worker="one", pks=[relay.pk]) == set()
    with pytest.raises(IllegalMove):
        relays.failed(mine, "ended")


def test_a_worker_that_speaks_up_keeps_what_it_has(relay, later):
    take("one")
    for _ in range(4):
        later(seconds=10)
        assert relays.renew(worker="one", pks=[relay.pk]) == {relay.pk}
        assert take("other") == []


def test_what_failed_is_tried_again_after_a_wait_that_doubles(relay, later):
    for wait in (1, 2, 4, 8, 16, 32, 60, 60):
        (mine,) = take("one")
        relays.failed(mine, "source_gone", "connection refused")
        later(seconds=wait - 0.5)
        assert take("one") == []
        later(seconds=1)
    relay.refresh_from_db()
    assert (relay.state, relay.error, relay.detail) == (RelayState.WAITING, "source_gone", "connection refused")


def test_whoever_ran_well_begins_anew_with_its_tries_and_its_error_is_forgotten(relay, later):
    for _ in range(5):
        later(seconds=61)
        relays.failed(take("one")[0], "ended")
    later(seconds=61)
    (mine,) = take("one")
    relays.running(mine)
    assert (mine.error, mine.tries) == ("", 5)
    later(seconds=61)
    relays.failed(mine, "ended")
    mine.refresh_from_db()
    assert mine.tries == 1


def test_what_is_stopped_is_nobodys_and_can_be_asked_for_again(relay, channel):
    take("one")
    relays.stop(channel, RelayKind.PULL)
    assert relays.renew(worker="one", pks=[relay.pk]) == set()
    assert take("other") == []
    relays.ask(channel, RelayKind.PULL)
    assert len(take("other")) == 1


def test_a_worker_that_stops_lets_go_of_all_it_has_in_the_same_moment(relay, stopped):
    take("one")
    relays.let_go(worker="one")
    assert len(take("other")) == 1


def test_long_last_words_keep_their_end_and_no_nul(relay):
    (mine,) = take("one")
    relays.failed(mine, "ended", "x" * 9000 + "\0 the end")
    mine.refresh_from_db()
    assert len(mine.detail) == 500
    assert mine.detail.endswith("x the end")


def test_who_watches_by_hls_is_served_for_another_minute(channel, later):
    out = relays.ask(channel, RelayKind.OUT)
    relays.want_hls(channel)
    out.refresh_from_db()
    first = out.hls_until
    later(seconds=10)
    relays.want_hls(channel)
    out.refresh_from_db()
    assert out.hls_until == first
    later(seconds=30)
    relays.want_hls(channel)
    out.refresh_from_db()
    assert out.hls_until > first


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_gets_it(relay, together):
    assert sum(len(rows) for rows in together([partial(take, f"w{n}") for n in range(6)])) == 1
