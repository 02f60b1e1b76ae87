"""What a real engine does too seldom to wait for."""

import pytest

from rooms.media import viewer as viewer_module
from rooms.media.peer import Room, Viewer
from rooms.tests.media.browser import Heard, until
from rooms.tests.media.corpus import ANSWER, ENGINE_OFFER

pytestmark = pytest.mark.asyncio

STREAMS = [
    {"mid": str(number), "feed_id": feed, "type": kind, "active": True}
    for number, (feed, kind) in enumerate([("anna", "audio"), ("anna", "video"), ("carl", "audio"), ("carl", "video")])
]


class Script:
    """An engine that does as it is told. Keeps the requests."""

    def __init__(self) -> None:
        self.asked: list[dict] = []
        self.detached: list[int] = []
        self.present = ["anna", "carl"]
        self.peer: Viewer | None = None
        self.promise_only = False

    async def attach(self, opaque_id: str) -> int:
        return 7

    async def on_air(self, room: Room) -> dict[str, str]:
        return {feed: feed for feed in self.present}

    async def ask(self, handle: int, body: dict, jsep: dict | None = None) -> dict:
        self.asked.append(body)
        match body["request"]:
            case "start":
                self.says({"started": "ok"})
            case "update" if self.promise_only:
                self.says({"videoroom": "updating"})
            case _:
                self.offers(STREAMS)
        return {}

    def says(self, data: dict, jsep: dict | None = None) -> None:
        self.peer.hear({"janus": "event", "plugindata": {"data": data}, "jsep": jsep})

    def offers(self, streams: list[dict]) -> None:
        self.says({"videoroom": "updated", "streams": streams}, {"type": "offer", "sdp": ENGINE_OFFER})

    def route(self, handle: int, peer: Viewer) -> None: ...

    def forget(self, peer: Viewer) -> None: ...

    def detach(self, handle: int, *, later: bool = False) -> None:
        self.detached.append(handle)


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def ben(script, heard):
    script.peer = Viewer(script, Room("room", "secret", "pin"), "ben", heard)
    return script.peer


async def settle(ben: Viewer, script: Script, heard: Heard) -> None:
    ben.watch(["anna", "carl"])
    await until(lambda: heard.offers, "an offer")
    ben.answer(ANSWER)
    await until(lambda: len(script.asked) == 2, "the answer is taken")


async def test_it_begins_again_when_a_promised_offer_does_not_come(ben, script, heard, monkeypatch):
    monkeypatch.setattr(viewer_module, "OFFER_WITHIN", 0.05)
    await settle(ben, script, heard)
    script.promise_only = True
    ben.watch(["anna"])
    await until(lambda: heard.failed == ["engine"], "the guest is told")
    assert script.detached == [7]


async def test_it_waits_for_a_promised_offer_before_it_asks_for_more(ben, script, heard):
    await settle(ben, script, heard)
    script.promise_only = True
    ben.watch(["anna"])
    await until(lambda: len(script.asked) == 3, "the update is asked for")
    ben.watch(["carl"])
    script.offers(STREAMS[:2])
    assert len(heard.offers) == 2
    ben.answer(ANSWER)
    await until(lambda: len(script.asked) == 5, "the newest wish is asked for")
    assert script.asked[4] == {
        "request": "update",
        "subscribe": [{"feed": "carl"}],
        "unsubscribe": [{"sub_mid": "0"}, {"sub_mid": "1"}],
    }


async def test_it_asks_for_the_newest_wish_once_the_answer_is_there(ben, script, heard):
    ben.watch(["anna", "carl"])
    await until(lambda: heard.offers, "an offer")
    ben.watch(["anna"])
    ben.watch([])
    ben.watch(["carl"])
    assert len(script.asked) == 1
    ben.answer(ANSWER)
    await until(lambda: len(script.asked) == 3, "the update is asked for")
    assert script.asked[2] == {"request": "update", "unsubscribe": [{"sub_mid": "0"}, {"sub_mid": "1"}]}


async def test_it_ignores_an_answer_that_nobody_waits_for(ben, script, heard):
    await settle(ben, script, heard)
    ben.answer(ANSWER)
    ben.answer("nonsense")
    ben.watch([])
    await until(lambda: len(script.asked) == 3, "what comes after them is asked for")
    assert [body["request"] for body in script.asked] == ["join", "start", "update"]
    assert not heard.failed


async def test_it_survives_an_owner_who_fails(ben, script, heard, monkeypatch):
    def fail(*_: object) -> None:
        raise ValueError("the owner's own mistake")

    monkeypatch.setattr(heard, "on_offer", fail)
    ben.watch(["anna"])
    await until(lambda: script.asked, "it is asked for")
    ben.answer(ANSWER)
    await until(lambda: len(script.asked) == 2, "and answered")


async def test_it_says_nothing_after_it_was_closed(ben, script, heard):
    await settle(ben, script, heard)
    ben.close()
    script.offers(STREAMS)
    ben.watch(["anna"])
    ben.close()
    assert len(heard.offers) == 1
    assert script.detached == [7]
