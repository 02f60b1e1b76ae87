"""A room that takes no more: what is turned away at the door, and what is not, through the socket."""

import asyncio
import json
from dataclasses import replace
from urllib.parse import quote

import pytest
import redis
from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import WebsocketCommunicator

from chat import history, standing, verdicts
from chat.models import Message
from chat.services import messages, moderation, profile, tallies
from chat.services.excess import excess_of
from config.asgi import application
from core import limits
from partners.tests.doors import cookie_of

pytestmark = pytest.mark.django_db(transaction=True)


class Talk:
    """One person's socket."""

    def __init__(self, group, user=None) -> None:
        self.path, self.user = f"/ws/chat/{quote(group.gid)}/", user

    async def __aenter__(self) -> "Talk":
        cookie = await sync_to_async(cookie_of)(self.user) if self.user else ""
        headers = [(b"origin", b"http://127.0.0.1:8000"), (b"host", b"127.0.0.1:8000"), (b"cookie", cookie.encode())]
        self.socket = WebsocketCommunicator(application, self.path, headers=headers)
        await self.socket.connect(timeout=10)
        await self.hears(lambda frame: frame["type"] == "chat.welcome")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.disconnect()

    async def hears(self, wanted) -> dict:
        while True:
            told = json.loads(await self.socket.receive_from(timeout=10))
            for frame in told if isinstance(told, list) else [told]:
                if wanted(frame):
                    return frame

    async def says(self, **fields: object) -> dict:
        await self.socket.send_to(json.dumps({"type": "chat.send", "id": 1, **fields}))
        frame = await self.hears(lambda frame: frame.get("re") == 1)
        return {name: value for name, value in frame.items() if name not in ("type", "re", "message")}


@pytest.fixture
def group(channel):
    return channel.group


@pytest.fixture
def full(monkeypatch, group):
    """It takes nothing at all any more, and whoever has met that knows it for good."""

    def fill() -> None:
        monkeypatch.setattr(history, "LIMIT", 0)
        monkeypatch.setattr("chat.pump.monotonic", lambda: 0.0)

    return fill


@pytest.fixture
def prepared(monkeypatch) -> list[dict]:
    """What was looked at closely."""
    seen, prepare = [], messages.prepare

    def watch(**fields):
        seen.append(fields)
        return prepare(**fields)

    monkeypatch.setattr(messages, "prepare", watch)
    return seen


def counts(group) -> dict[str, int]:
    return history.counts(group.gid)


def test_im24_what_is_dropped_at_the_door_is_counted_once_and_a_success_to_its_sender(group, viewer, full, prepared):
    async def talk():
        async with Talk(group, viewer) as it:
            full()
            return [await it.says(text=f"line {n}") for n in range(6)]

    assert async_to_sync(talk)() == [{"dropped": True}] * 6
    assert len(prepared) == 1  # by whom the process learnt that the room is full
    assert counts(group) == {"NORMAL:before": 6, "NORMAL:dropped": 6}
    assert not Message.objects.exists()


def test_im25_likes_that_are_dropped_at_the_door_count(group, viewer, full, prepared):
    async def talk():
        async with Talk(group, viewer) as it:
            full()
            return [await it.says(kind="like", data={"count": n}) for n in (1, 20, 300, 3)]

    told = async_to_sync(talk)()
    assert [each.get("code", "dropped") for each in told] == ["dropped", "dropped", "bad_data", "dropped"]
    assert len(prepared) == 2  # the first, and the one that makes no sense
    assert tallies.totals(gid=group.gid)["likes"] == 24


def test_who_is_muted_is_refused_and_not_dropped(group, viewer, host, full, prepared):
    async def talk():
        async with Talk(group, viewer) as it:
            full()
            first = await it.says(text="hello")
            await sync_to_async(moderation.mute)(actor=host, gid=group.gid, uid="viewer", seconds=60)
            await it.hears(lambda frame: frame["type"] == "chat.me")
            return first, await it.says(text="hello again")

    first, second = async_to_sync(talk)()
    assert first == {"dropped": True}
    assert second["code"] == "muted"
    assert counts(group)["NORMAL:before"] == 1


def test_a_guest_is_refused_and_not_dropped(group, viewer, full):
    async def talk():
        async with Talk(group, viewer) as known, Talk(group) as guest:
            full()
            await known.says(text="now it is known to be full")
            return await guest.says(text="hello")

    assert async_to_sync(talk)()["code"] == "login_required"


def test_who_says_too_much_is_refused_and_not_dropped(group, viewer, full):
    async def talk():
        async with Talk(group, viewer) as it:
            full()
            return [await it.says(text=f"line {n}") for n in range(21)]

    *allowed, last = async_to_sync(talk)()
    assert allowed == [{"dropped": True}] * 20
    assert last["code"] == "too_fast"
    assert 0 < last["wait"] <= 30
    assert counts(group)["NORMAL:before"] == 20


def test_slow_mode_refuses_and_does_not_drop(group, viewer, host, full):
    profile.change(actor=host, gid=group.gid, slow_seconds=30)

    async def talk():
        async with Talk(group, viewer) as it:
            full()
            return [await it.says(text="line"), await it.says(text="line"), await it.says(kind="like")]

    first, second, like = async_to_sync(talk)()
    assert (first, second["code"], like) == ({"dropped": True}, "slow_mode", {"dropped": True})


@pytest.mark.parametrize("fields", [{"text": ""}, {"text": "x" * 501}, {"kind": "gift", "text": "x"}])
def test_what_makes_no_sense_is_refused_and_not_dropped(group, viewer, full, fields):
    async def talk():
        async with Talk(group, viewer) as it:
            full()
            await it.says(text="hello")
            return await it.says(**fields)

    assert async_to_sync(talk)()["code"] in ("bad_text", "bad_kind")
    assert counts(group)["NORMAL:before"] == 1


def test_im21_im22_a_moderators_command_is_obeyed_in_a_room_that_takes_nothing(group, viewer, host, full):
    command = json.dumps({"action": "mute", "Members_Account": ["viewer"], "MuteTime": 60})

    async def talk():
        async with Talk(group, viewer) as told, Talk(group, host) as moderator:
            full()
            await moderator.says(text="now it is known to be full")
            fields = {"type": "chat.send", "kind": "custom", "data": {"data": command}}
            await moderator.socket.send_to(json.dumps(fields))
            return await told.hears(lambda frame: frame["type"] == "chat.me")

    assert async_to_sync(talk)()["me"]["muted_until"]


def test_what_was_said_before_keeps_its_number_when_it_comes_again(group, viewer, full):
    async def talk():
        async with Talk(group, viewer) as it:
            first = await it.says(text="once", nonce="n1")
            full()
            await it.says(text="now it is known to be full")
            return first, await it.says(text="once", nonce="n1")

    first, again = async_to_sync(talk)()
    assert again == first
    assert counts(group)["NORMAL:after"] == 1


def test_who_must_be_asked_about_everything_is_asked(group, viewer, full, settings, asked):
    settings.PORTS = {**settings.PORTS, "before_message": [f"{__name__}.ask_about_everything"]}

    async def talk():
        async with Talk(group, viewer) as it:
            full()
            return [await it.says(text=f"line {n}") for n in range(3)]

    assert async_to_sync(talk)() == [{"dropped": True}] * 3
    assert asked == ["line 0", "line 1", "line 2"]


def test_who_must_be_asked_about_some_is_asked_about_those(group, viewer, full, settings, asked, prepared):
    settings.PORTS = {**settings.PORTS, "before_message": [f"{__name__}.ask_about_questions"]}

    async def talk():
        async with Talk(group, viewer) as it:
            full()
            return [await it.says(text=text) for text in ("hello", "really", "really?", "sure")]

    assert async_to_sync(talk)() == [{"dropped": True}] * 4
    assert asked == ["hello", "really?"]


def test_an_apps_room_asks_the_app_about_everything(group, viewer):
    place = standing.place(viewer, group.gid)
    assert excess_of(actor=viewer, place=place, text="hello")
    assert excess_of(actor=viewer, place=replace(place, asks_app=True), text="hello") is None


def test_nothing_is_passed_over_that_needs_the_database(group, viewer, host):
    place = standing.place(viewer, group.gid)
    place.group.followers_only = True
    assert excess_of(actor=viewer, place=place, text="hello") is None
    assert excess_of(actor=host, place=standing.place(host, group.gid), text="hello")


ASKED: list[str] = []


@pytest.fixture
def asked() -> list[str]:
    ASKED.clear()
    return ASKED


def ask_about_everything(*, payload: dict, **_: object) -> None:
    ASKED.append(payload["text"])


@verdicts.only_about(lambda place, kind, payload: payload["text"].endswith("?"))
def ask_about_questions(*, payload: dict, **_: object) -> None:
    ASKED.append(payload["text"])


def test_without_redis_nobody_is_told_that_it_was_dropped(group, viewer, full, monkeypatch):
    async def talk():
        async with Talk(group, viewer) as it:
            full()
            await it.says(text="hello")
            monkeypatch.setattr("core.limits.redis_client", lambda: redis.Redis(port=1))
            limits._script.cache_clear()
            return await it.says(text="hello again")

    told = async_to_sync(talk)()
    limits._script.cache_clear()
    assert told["code"] == "unavailable"
    assert counts(group)["NORMAL:before"] == 1


def test_two_important_ones_at_once_are_said_on_the_loop_of_uvicorn_too(group, monkeypatch):
    """Its timers cannot say for when they are."""
    uvloop = pytest.importorskip("uvloop")
    from chat.pump import Pump
    from chat.tests.test_pump import draft

    async def both():
        room = Pump(group.gid)
        monkeypatch.setattr("chat.pump._pumps", lambda: type("", (), {"keeper": type("", (), {"put": print})}))
        return await asyncio.gather(*(room.say(draft(group.gid, "HIGH", text)) for text in ("one", "two")))

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert [each["seq"] for each in runner.run(both())] == [1, 2]
