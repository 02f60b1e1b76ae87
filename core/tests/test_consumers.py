"""What every socket of ours does with commands."""

import asyncio
import json
from collections import deque

import pytest

from core.actors import Guest
from core.consumers import FRAMES_A_MINUTE, NoFields, SocketConsumer
from core.errors import TooFast
from core.hub import Socket

pytestmark = pytest.mark.asyncio


class Counter(SocketConsumer):
    """One command is done at once, the other when somebody says so."""

    shapes = {"quick": NoFields, "slow": NoFields}

    def __init__(self) -> None:
        self.actor = Guest("0" * 32)
        self.said: asyncio.Queue[dict] = asyncio.Queue()
        self.done = asyncio.get_running_loop().create_future()
        self.socket = Socket(self._say, lambda *_: None, lambda _: None)
        self._open, self._outdated, self._recent = True, False, deque(maxlen=FRAMES_A_MINUTE)

    async def _say(self, frame: dict) -> None:
        self.said.put_nowait(json.loads(frame["text"]))

    async def do_quick(self) -> dict:
        return {"n": 1}

    async def do_slow(self) -> asyncio.Future:
        return self.done

    async def asked(self, *types: str) -> None:
        for number, type in enumerate(types):
            await self.receive(json.dumps({"type": type, "id": number}))


async def heard(counter: Counter) -> dict:
    async with asyncio.timeout(10):
        return await counter.said.get()


async def test_a_command_that_takes_long_holds_up_none_that_comes_after_it() -> None:
    counter = Counter()
    await counter.asked("slow", "quick")
    assert await heard(counter) == {"type": "reply", "re": 1, "n": 1}
    counter.done.set_result({"n": 2})
    assert await heard(counter) == {"type": "reply", "re": 0, "n": 2}


async def test_its_refusal_comes_later_as_well() -> None:
    counter = Counter()
    await counter.asked("slow", "quick")
    counter.done.set_exception(TooFast("room_busy"))
    await heard(counter)
    refusal = await heard(counter)
    assert (refusal["type"], refusal["re"], refusal["code"]) == ("error", 0, "room_busy")
