"""The hub: a reader that stalls is nobody else's trouble."""

import asyncio

import pytest

from core import hub as hub_module
from core.hub import Hub, Socket

pytestmark = pytest.mark.asyncio


class Reader:
    """A socket whose sends finish at once, or wait until `flow` is set."""

    def __init__(self, stalled: bool = False) -> None:
        self.got: list[str] = []
        self.closed: list[int] = []
        self.flow = asyncio.Event()
        if not stalled:
            self.flow.set()
        self.socket = Socket(self.send, lambda *_: None, self.closed.append)

    async def send(self, message: dict) -> None:
        if not self.flow.is_set():
            await self.flow.wait()
        self.got.append(message["text"])


def told(*readers: Reader) -> Hub:
    hub = Hub()
    hub._topics = {"room": {reader.socket for reader in readers}}
    return hub


def frame(text: str) -> dict:
    return {"type": "hub.frame", "topic": "room", "text": text}


async def test_it_sends_one_frame_to_everybody_at_once():
    readers = [Reader() for _ in range(5)]
    told(*readers)._deliver(frame("hello"))
    assert [reader.got for reader in readers] == [["hello"]] * 5


async def test_a_stalled_reader_holds_nobody_else_up():
    stalled, quick = Reader(stalled=True), Reader()
    hub = told(stalled, quick)
    for n in range(20):
        hub._deliver(frame(str(n)))
    assert quick.got == [str(n) for n in range(20)]
    assert stalled.got == []


async def test_a_reader_that_wakes_gets_everything_in_order():
    reader = Reader(stalled=True)
    hub = told(reader)
    for n in range(20):
        hub._deliver(frame(str(n)))
    reader.flow.set()
    await reader.socket._task
    assert reader.got == [str(n) for n in range(20)]


async def test_a_reader_too_far_behind_is_cut(monkeypatch):
    monkeypatch.setattr(hub_module, "BACKLOG", 1000)
    reader = Reader(stalled=True)
    hub = told(reader)
    for _ in range(20):
        hub._deliver(frame("x" * 100))
    assert 4008 in reader.closed


async def test_a_broken_reader_does_not_stop_the_delivery():
    async def broken(message):
        raise OSError

    reader = Reader()
    hub = told(reader)
    hub._topics["room"].add(Socket(broken, lambda *_: None, lambda code: None))
    hub._deliver(frame("hello"))
    assert reader.got == ["hello"]


async def test_a_drain_tells_everybody_when_to_come_back_and_closes():
    reader = Reader()
    hub = told(reader)
    hub._deliver({"type": "hub.signal", "topic": "process", "name": "drain", "data": {}})
    assert '"type":"reconnect"' in reader.got[0]
    assert reader.closed == [1012]
