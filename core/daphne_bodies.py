"""Long answers at the pace of whoever reads them: Daphne's HTTP has none.

It takes all that an application sends, however slow the reader: a film that is downloaded over a slow line would stand
in memory whole. Here an application waits after each part until most of it is on its way, and whoever takes nothing for
a minute is cut. Twisted calls this a push producer; it pauses one as soon as 64 KiB wait."""

import asyncio

from daphne.http_protocol import WebRequest
from daphne.server import Server

PATIENCE = 60.0  # seconds in which something has to be taken
_at_once = Server.handle_reply


class Body:
    def __init__(self) -> None:
        self._room = asyncio.Event()
        self._room.set()

    def pauseProducing(self) -> None:
        self._room.clear()

    def resumeProducing(self) -> None:
        self._room.set()

    stopProducing = resumeProducing  # nobody reads any more, and nobody is to wait for them

    async def taken(self) -> None:
        """Raises TimeoutError."""
        await asyncio.sleep(0)  # whoever reads fast, or went, leaves no other gap in which to hear of it
        async with asyncio.timeout(PATIENCE):
            await self._room.wait()


async def handle_reply(server: Server, protocol: object, message: dict) -> None:
    is_part = isinstance(protocol, WebRequest) and message["type"] == "http.response.body"
    if is_part and protocol.channel:
        _follow(protocol, goes_on=message.get("more_body", False))
    await _at_once(server, protocol, message)
    if is_part and (body := protocol.producer):
        try:
            await body.taken()
        except TimeoutError:
            if protocol.channel:
                protocol.channel.transport.abortConnection()


def _follow(request: WebRequest, *, goes_on: bool) -> None:
    """From the first part of several until the last."""
    if goes_on and not request.producer:
        request.registerProducer(Body(), streaming=True)
    elif request.producer and not goes_on:
        request.unregisterProducer()


def mend() -> None:
    """Daphne's answers wait for their readers from now on."""
    Server.handle_reply = handle_reply
