"""Likes and what a show counts: gathered, written every few seconds, each exactly once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import redis
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat import announce, counting
from chat.models import Group
from chat.services import messages, moderation, tallies
from chat.tasks import count_likes
from core.errors import LoginRequired, NotAllowed, TooFast, Unavailable
from core.events import redis_client
from core.guests import new_guest
from core.models import User
from rooms.models import Broadcast
from rooms.services import channels, shows

pytestmark = pytest.mark.django_db


@pytest.fixture
def gid(channel):
    return channel.group.gid


@pytest.fixture
def pause_over(gid):
    return lambda: redis_client().delete(counting.key(gid, "paused"))


@pytest.fixture
def frames(monkeypatch):
    """The profile frames that were told."""
    told = []
    monkeypatch.setattr(announce, "counted", lambda group: told.append(group.likes))
    return told


def likes(gid):
    return Group.objects.get(gid=gid).likes


def test_im25_a_thousand_likes_of_fifty_people_are_a_thousand(transactional_db, host, frames):
    gid = channels.create(actor=host, title="Hearts").group.gid
    people = [User.objects.create_user(f"fan{n}") for n in range(50)]

    def burst(person):
        for _ in range(4):
            tallies.like(actor=person, gid=gid, count=5)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(burst, people))
    count_likes(), count_likes(), count_likes()
    assert likes(gid) == 1000
    assert frames == [1000]  # three nudges, one frame


def test_at_most_one_profile_frame_in_three_seconds(gid, viewer, frames, pause_over):
    tallies.like(actor=viewer, gid=gid, count=1)
    count_likes()
    tallies.like(actor=viewer, gid=gid, count=1)
    count_likes()
    assert frames == [1]
    pause_over()
    count_likes()
    assert frames == [1, 2]


def test_nothing_moved_nothing_is_told(gid, frames):
    count_likes()
    assert frames == []


def test_im25_like_messages_count_as_many(gid, viewer):
    messages.say(actor=viewer, gid=gid, kind="like", data={"count": 7})
    count_likes()
    assert likes(gid) == 7


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    steps=st.lists(st.one_of(st.integers(1, 100), st.sampled_from(["write", "die before", "die after"])), max_size=20)
)
def test_whatever_dies_in_whatever_order_each_like_counts_once(gid, viewer, steps):
    before, sent = likes(gid), 0
    for step in steps:
        if isinstance(step, int):
            counting.count(gid, {"likes": step})
            sent += step
        elif step == "write":
            tallies.write(gid)
        else:
            _die(gid, step)
    tallies.write(gid), tallies.write(gid)
    assert likes(gid) == before + sent


def _die(gid, moment):
    """A worker is killed just before or just after it wrote the row."""
    take_in = tallies._take_in

    def die(*claim):
        if moment == "die after":
            take_in(*claim)
        raise SystemExit

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tallies, "_take_in", die)
        with suppress(SystemExit):
            tallies.write(gid)


def test_guests_and_muted_people_like_nothing(gid, viewer, host):
    with pytest.raises(LoginRequired):
        tallies.like(actor=new_guest(), gid=gid, count=1)
    moderation.mute(actor=host, gid=gid, uid="viewer", seconds=60)
    with pytest.raises(NotAllowed):
        tallies.like(actor=viewer, gid=gid, count=1)


def test_bursts_have_an_end(gid, viewer):
    for _ in range(tallies.MOST_BURSTS):
        tallies.like(actor=viewer, gid=gid, count=1)
    with pytest.raises(TooFast):
        tallies.like(actor=viewer, gid=gid, count=1)


def test_without_redis_it_says_unavailable(gid, monkeypatch):
    monkeypatch.setattr(counting, "redis_client", lambda: redis.Redis(port=1))
    with pytest.raises(Unavailable):
        counting.count(gid, {"likes": 1})


def test_im7_vouchers_and_inquiries_are_those_of_the_show(channel, viewer, host, django_capture_on_commit_callbacks):
    gid, now = channel.group.gid, channel.created_at
    messages.say(actor=viewer, gid=gid, kind="inquiry", data={"about": "before the show"})
    tallies.write(gid)
    tallies.like(actor=viewer, gid=gid, count=2)
    tallies.write(gid)
    channel.group.refresh_from_db()
    shows.begin(channel, now)
    messages.say(actor=viewer, gid=gid, kind="inquiry", data={"about": "the blue one"})
    messages.say(actor=host, gid=gid, kind="voucher", data={"title": "Ten off"})
    tallies.like(actor=viewer, gid=gid, count=5)
    with django_capture_on_commit_callbacks(execute=True):
        shows.finish(channel, now)
    show = Broadcast.objects.get()
    assert (show.likes, show.vouchers, show.inquiries) == (5, 1, 1)
