"""People who are signed in and speak through their own sockets, as a browser does."""

import asyncio
import json
from collections.abc import Coroutine
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect

from bench.hall.speech import RATE, text_now
from bench.kit.place import Place, manage

COUNT = 80  # so that at RATE nobody says more than the house lets one say: 20 in 30 s
PATIENCE = 15.0  # seconds for the last answer
MAKE = """
from django.test import Client
from core.models import User
for number in range({count}):
    browser = Client()
    browser.force_login(User.objects.create_user(f"member{{number}}", nick="A member"))
    print(*(f"{{name}}={{cookie.value}}" for name, cookie in browser.cookies.items()), sep="; ")
"""


class Members:
    """`with Members(place) as members`: they come when they are first asked to speak, and stay to the end."""

    def __init__(self, place: Place) -> None:
        self._place, self._sockets = place, []
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Self:
        Thread(target=self._loop.run_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._leave())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def speak(self, seconds: float) -> int:
        """A Speech at RATE; answers how many messages the room took."""
        return self._run(self._speak(seconds))

    def _run(self, work: Coroutine) -> int | None:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _speak(self, seconds: float) -> int:
        if not self._sockets:
            await self._come()
        began, count = self._loop.time(), round(seconds * RATE)
        self._waiting, self._taken, self._done = count, 0, asyncio.Event()
        for number in range(count):
            await asyncio.sleep(began + number / RATE - self._loop.time())
            frame = {"type": "chat.send", "id": number, "kind": "text", "text": text_now()}
            await self._sockets[number % COUNT].send(json.dumps(frame))
        with suppress(TimeoutError):  # a room that is overrun answers late; what it took till now counts
            async with asyncio.timeout(PATIENCE):
                await self._done.wait()
        return self._taken

    async def _come(self) -> None:
        cookies = manage(self._place.house, "shell", "--verbosity", "0", "-c", MAKE.format(count=COUNT)).splitlines()
        for cookie in cookies:
            socket = await self._socket(cookie)
            self._sockets.append(socket)
            self._loop.create_task(self._listen(socket))

    def _socket(self, cookie: str) -> connect:
        return connect(
            f"ws://{self._place.origin.partition('://')[2]}/ws/chat/{quote(self._place.gid)}/",
            host="127.0.0.1",
            port=self._place.port,
            origin=self._place.origin,
            additional_headers={"Cookie": cookie},
            compression=None,
            max_size=None,
            proxy=None,
        )

    async def _leave(self) -> None:
        await asyncio.gather(*(socket.close() for socket in self._sockets))

    async def _listen(self, socket: ClientConnection) -> None:
        async for text in socket:
            if text.startswith(('{"type":"reply"', '{"type":"error"')):
                self._taken += '"seq"' in text
                self._waiting -= 1
                if self._waiting == 0:
                    self._done.set()
