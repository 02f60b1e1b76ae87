"""Media without an open stay are hung up, whoever holds them; a real engine, and a process that hears nothing."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from core.health import NotWell
from rooms import checks, tasks
from rooms.models import Role, Stay
from rooms.services import channels, entitlement, stays
from rooms.tasks import sweep_engine
from rooms.tests.media.real_janus import ADMIN_SECRET, API_SECRET, Janus
from tests.house import until

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def janus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Janus]:
    process = Janus(tmp_path_factory.mktemp("janus"))
    process.start()
    try:
        assert until(lambda: answers(process), 10), process.log[-2000:]
        yield process
        assert process.died is None, process.log[-2000:]
    finally:
        process.kill()


def answers(janus: Janus) -> bool:
    try:
        with line(janus):
            return True
    except OSError:
        return False


@contextmanager
def line(janus: Janus) -> Iterator[ClientConnection]:
    with connect(janus.url, subprotocols=[Subprotocol("janus-protocol")], compression=None, proxy=None) as socket:
        yield socket


@pytest.fixture
def deaf(janus: Janus, settings) -> Iterator[Callable[[str], dict]]:
    """`deaf("stay:...")`: a handle of that name, of a process that does nothing any more."""
    settings.JANUS_ADMIN_URL, settings.JANUS_ADMIN_SECRET = janus.admin_url, ADMIN_SECRET
    tasks._names.clear()
    with line(janus) as socket:

        def ask(**request: object) -> dict:
            socket.send(json.dumps({**request, "transaction": "t", "apisecret": API_SECRET}))
            while (answer := json.loads(socket.recv(timeout=5))).get("transaction") != "t":
                pass  # what it says by itself: somebody was hung up
            return answer

        session = ask(janus="create")["data"]["id"]
        handle = {"janus": "attach", "session_id": session, "plugin": "janus.plugin.videoroom"}
        yield lambda name: ask(**handle, opaque_id=name)
        ask(janus="destroy", session_id=session)


@pytest.fixture
def held(deaf) -> Callable[[], set[str]]:
    """The names in the engine's own list."""
    return lambda: tasks._at_the_engine(lambda warden: {one.name for one in warden.held()})


@pytest.fixture
def stay(channel, viewer) -> Stay:
    return stays.join(actor=viewer, cid=channel.cid, connection="tab")


def test_media_of_an_open_stay_are_left_also_while_it_is_lost(deaf, held, stay):
    name = entitlement.of_stay(stay.sid)
    deaf(name)
    assert (sweep_engine(), held()) == (0, {name})
    stays.lose(sid=stay.sid, connection="tab")
    assert (sweep_engine(), held()) == (0, {name})


def test_media_of_a_stay_that_is_over_are_hung_up(deaf, held, stay, channel, viewer, host, later):
    mine, sending = entitlement.of_stay(stay.sid), stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
    theirs = entitlement.of_stay(sending.sid)
    deaf(mine), deaf(mine), deaf(theirs)  # a tab that was taken over has left one behind
    stays.leave(actor=viewer, cid=channel.cid, role=Role.VIEWER)
    assert sweep_engine() == 0  # whose process listens hangs up itself
    later(seconds=3)
    assert (sweep_engine(), held()) == (2, {theirs})
    stays.end(actor=host, sid=sending.sid)
    later(seconds=3)
    assert (sweep_engine(), held(), sweep_engine()) == (1, set(), 0)


def test_a_stay_that_begins_again_is_another_one(deaf, held, stay, channel, viewer, later):
    deaf(entitlement.of_stay(stay.sid))
    stays.leave(actor=viewer, cid=channel.cid, role=Role.VIEWER)
    again = entitlement.of_stay(stays.join(actor=viewer, cid=channel.cid, connection="tab").sid)
    deaf(again)
    later(seconds=3)
    assert (sweep_engine(), held()) == (1, {again})


def test_a_stay_that_never_was_has_no_media(deaf, held):
    deaf(entitlement.of_stay("never"))
    assert (sweep_engine(), held()) == (1, set())


def test_what_is_not_named_by_us_is_not_ours(deaf, held):
    strangers = {"footlight", "a stranger's", "call:1", "stay", "stay:a:b", ""}
    for name in strangers:
        deaf(name)
    assert (sweep_engine(), held()) == (0, strangers)


def test_who_is_in_the_studio_stays_while_they_have_the_right(deaf, held, channel, host, viewer, stranger):
    channels.set_uploader(actor=host, cid=channel.cid, uid=viewer.uid)
    owner, granted = entitlement.of_right(channel.cid, host), entitlement.of_right(channel.cid, viewer)
    for name in (owner, granted, entitlement.of_right(channel.cid, stranger), entitlement.of_right("nowhere", host)):
        deaf(name)
    assert (sweep_engine(), held()) == (2, {owner, granted})
    channels.unset_uploader(actor=host, cid=channel.cid, uid=viewer.uid)
    assert (sweep_engine(), held()) == (1, {owner})
    channels.close(actor=host, cid=channel.cid)
    assert (sweep_engine(), held()) == (1, set())


def test_staff_see_when_nobody_sweeps(deaf, later):
    cache.delete(checks.SWEPT)
    with pytest.raises(NotWell, match="no sweep yet"):
        checks.engine_sweep()
    sweep_engine()
    checks.engine_sweep()
    later(seconds=31)
    with pytest.raises(NotWell, match="the last sweep was 31 s ago"):
        checks.engine_sweep()


def test_without_an_engine_or_its_admin_line_the_sweep_says_nothing_and_does_nothing(settings, stay):
    for url in ("", "ws://127.0.0.1:1"):
        settings.JANUS_ADMIN_URL = url
        assert sweep_engine() == 0
        tasks.count_traffic()


def test_it_costs_two_questions_to_the_database_however_many_watch(
    deaf, channel, host, stay, django_assert_max_num_queries, django_user_model
):
    for number in range(30):
        person = django_user_model.objects.create_user(f"fan{number}")
        deaf(entitlement.of_stay(stays.join(actor=person, cid=channel.cid, connection="tab").sid))
    with django_assert_max_num_queries(3):
        sweep_engine()


def test_what_the_engine_counts_is_read_for_stays_alone(deaf, stay, host, channel):
    for name in (entitlement.of_stay(stay.sid), entitlement.of_right(channel.cid, host), "footlight"):
        deaf(name)
    tasks.count_traffic()
    assert Stay.objects.get(pk=stay.pk).bytes == 0


def test_both_tasks_are_on_the_beat(settings):
    beat = {entry["task"]: entry["schedule"].total_seconds() for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert (beat["rooms.sweep_engine"], beat["rooms.count_traffic"]) == (2, 10)
