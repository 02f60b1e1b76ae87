"""Sockets as programs, pages of an app and pages of elsewhere open them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channels.testing import WebsocketCommunicator
from django.test import Client

from config.asgi import application
from core.models import User

SITE = "http://127.0.0.1:8000"


class Door(WebsocketCommunicator):
    """One socket; what it says is told frame by frame."""

    async def hears(self, type: str, within: float = 8) -> dict:
        """The next frame of this type."""
        async with asyncio.timeout(within):
            while True:
                said = json.loads(await self.receive_from(timeout=within))
                for frame in said if isinstance(said, list) else [said]:
                    if frame["type"] == type:
                        return frame

    async def asks(self, type: str, **fields: object) -> dict:
        """The reply or the error."""
        await self.send_json_to({"type": type, "id": 1, **fields})
        async with asyncio.timeout(8):
            while True:
                frame = json.loads(await self.receive_from(timeout=8))
                if isinstance(frame, dict) and frame.get("re") == 1:
                    return frame

    async def closes(self, within: float = 8) -> int:
        """The code with which it is closed, whatever is said before."""
        async with asyncio.timeout(within):
            while (said := await self.receive_output(timeout=within))["type"] != "websocket.close":
                pass
            return said["code"]


def cookie_of(person: User) -> str:
    """What the browser brings in which they are signed in."""
    client = Client()
    client.force_login(person)
    return f"sessionid={client.cookies['sessionid'].value}"


@asynccontextmanager
async def door(
    path: str, *, origin: str = SITE, offered: tuple[str, ...] = (), bearer: str = "", cookie: str = ""
) -> AsyncIterator[Door]:
    """Knocks; `connected` is whether the handshake was answered, `taken` the subprotocol that was taken up."""
    headers = [(b"host", b"127.0.0.1:8000"), (b"cookie", cookie.encode())]
    headers += [(b"origin", origin.encode())] if origin else []
    headers += [(b"authorization", f"Bearer {bearer}".encode())] if bearer else []
    one = Door(application, path, headers=headers, subprotocols=list(offered))
    one.connected, one.taken = await one.connect(timeout=10)
    try:
        yield one
    finally:
        await one.disconnect()
