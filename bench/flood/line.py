"""A connection that comes back, as the page's does: full jitter between 0 and min(20 s, 0.5 s x 2^n)."""

import asyncio
import json
import random
from contextlib import suppress

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

from bench.flood.room import Person, Room

BASE, CAP = 0.5, 20.0
GONE = (OSError, WebSocketException, TimeoutError, EOFError)


class Line:
    """`hears` gets every frame that `wants` of its text says is of interest; `breaks` is called when it is gone."""

    def __init__(self, room: Room, person: Person) -> None:
        self.room, self.person = room, person
        self.open, self.may_come = asyncio.Event(), asyncio.Event()
        self.may_come.set()
        self.comings: list[float] = []  # loop times
        self._socket: ClientConnection | None = None
        self._task = asyncio.ensure_future(self._live())

    def hears(self, frame: dict) -> None:
        """A push, a reply or an error."""

    def wants(self, text: str) -> bool:
        return True

    def breaks(self) -> None:
        """What was asked and not answered will not be."""

    async def say(self, **frame: object) -> bool:
        """Whether it went out; what becomes of it is another matter."""
        with suppress(*GONE):
            if self._socket and self.open.is_set():
                await self._socket.send(json.dumps(frame))
                return True
        return False

    def cut(self) -> None:
        """As a network does that goes away: nobody says goodbye."""
        if self._socket:
            self._socket.transport.abort()

    async def end(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _live(self) -> None:
        tries = 0
        while True:
            await self.may_come.wait()
            with suppress(*GONE):
                async with self.room.socket(self.person) as self._socket:
                    async for text in self._socket:
                        if self.wants(text):
                            self._told(text)
                            tries = 0
            if self.open.is_set():
                self.open.clear()
                self.breaks()
            await asyncio.sleep(random.uniform(0, min(CAP, BASE * 2**tries)))
            tries += 1

    def _told(self, text: str) -> None:
        frames = json.loads(text)
        for frame in frames if isinstance(frames, list) else [frames]:
            if frame["type"] == "chat.welcome" and not self.open.is_set():
                self.comings.append(asyncio.get_running_loop().time())
                self.open.set()
            self.hears(frame)
