"""One session with the engine, carried by one WebSocket at a time.

The socket may break and be replaced while the session, and all media, goes on: within the engine's reclaim
time the session is claimed back. Requests that were under way are `Cut`: nobody knows whether they were done.
"""

import asyncio
import contextlib
import itertools
import json
import logging
import time
from collections.abc import Callable

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

log = logging.getLogger("footlight.media")
quiet = logging.getLogger("footlight.media.socket")
quiet.setLevel(logging.INFO)  # below that the library writes down every frame, with secrets and descriptions

OPEN_WITHIN = 3.0  # seconds for the handshake, and for the first answer
BACK_OFF = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


class Cut(Exception):
    """The engine went away, or did not answer in time."""


class Refused(Exception):
    """The engine said no; `code` is its number."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code


EXPECTED = (OSError, WebSocketException, TimeoutError, Cut, Refused)


class Wire:
    """`on_event(handle, message)` is what the engine says by itself, `on_resumed()` after a claim, `on_gone()` when the
    session and all its handles are lost. All three are called on the event loop.

    The engine counts `reclaim` from our last request, not from the moment the socket broke: `keepalive` has to come
    much more often, or a cut finds the session gone.
    """

    def __init__(
        self,
        url: str,
        *,
        api_secret: str,
        on_event: Callable[[int, dict], None],
        on_resumed: Callable[[], None],
        on_gone: Callable[[], None],
        reclaim: float = 15.0,
        keepalive: float = 5.0,
        answer_within: float = 10.0,
    ) -> None:
        self._url, self._secret = url, api_secret
        self._on_event, self._on_resumed, self._on_gone = on_event, on_resumed, on_gone
        self._reclaim, self._keepalive, self._answer_within = reclaim, keepalive, answer_within
        self._session: int | None = None
        self._last_seen = 0.0
        self._reached = True  # so that one outage is one line in the log
        self._ready = asyncio.Event()
        self._outbox: asyncio.Queue[str] = asyncio.Queue()
        self._pending: dict[str, asyncio.Future[dict]] = {}
        self._orphans: set[int] = set()
        self._numbers = itertools.count(1)
        self._task: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        return self._ready.is_set()

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="media engine")

    async def stop(self) -> None:
        if self._task is None:
            return
        if self.connected:
            with contextlib.suppress(Cut, Refused):
                await self._ask({"janus": "destroy", "session_id": self._session}, within=1)
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._task = None

    async def call(self, request: dict) -> dict:
        """Send within the session and wait for the final answer. Raises Refused or Cut."""
        if not self._ready.is_set():
            try:
                async with asyncio.timeout(self._answer_within):
                    await self._ready.wait()
            except TimeoutError:
                raise Cut("not connected") from None
        return await self._ask({**request, "session_id": self._session}, within=self._answer_within)

    def post(self, request: dict) -> None:
        """Send within the session and do not wait. What cannot be sent now is dropped."""
        if self.connected:
            self._send({**request, "session_id": self._session}, f"p{next(self._numbers)}")

    def detach(self, handle: int) -> None:
        """Give a handle up. While the socket is down it is remembered, or its feed would stay on the air."""
        if self.connected:
            self.post({"janus": "detach", "handle_id": handle})
        else:
            self._orphans.add(handle)

    def _send(self, request: dict, transaction: str) -> None:
        self._outbox.put_nowait(json.dumps({**request, "transaction": transaction, "apisecret": self._secret}))

    async def _ask(self, request: dict, *, within: float) -> dict:
        transaction = str(next(self._numbers))
        answer = self._pending[transaction] = asyncio.get_running_loop().create_future()
        self._send(request, transaction)
        try:
            async with asyncio.timeout(within):
                return await answer
        except TimeoutError:
            raise Cut("no answer in time") from None
        finally:
            self._pending.pop(transaction, None)

    async def _run(self) -> None:
        pauses = iter(BACK_OFF)
        while True:
            try:
                async with self._connect() as socket:
                    await self._serve(socket)
                    pauses = iter(BACK_OFF)
            except EXPECTED as error:
                log.log(logging.WARNING if self._reached else logging.DEBUG, "media engine not reached: %r", error)
                self._reached = False
            except Exception:
                log.exception("the media engine was not understood")
            if self._session and time.monotonic() - self._last_seen > self._reclaim:
                self._forget()
            await asyncio.sleep(next(pauses, BACK_OFF[-1]))

    def _connect(self) -> connect:
        return connect(
            self._url,
            subprotocols=[Subprotocol("janus-protocol")],
            compression=None,
            open_timeout=OPEN_WITHIN,
            close_timeout=1,
            ping_interval=5,
            ping_timeout=5,
            max_size=2**22,
            proxy=None,
            logger=quiet,
        )

    async def _serve(self, socket: ClientConnection) -> None:
        """One socket from its opening to its end."""
        self._outbox = asyncio.Queue()
        tasks = {asyncio.create_task(self._read(socket)), asyncio.create_task(self._write(socket))}
        try:
            await self._open()
            while not (await asyncio.wait(tasks, timeout=self._keepalive, return_when="FIRST_COMPLETED"))[0]:
                self._last_seen = time.monotonic()
                self.post({"janus": "keepalive"})
        finally:
            self._ready.clear()
            for task in tasks:
                task.cancel()
            for ended in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(ended, Exception) and not isinstance(ended, EXPECTED):
                    log.error("the media engine was not understood", exc_info=ended)
            self._cut()

    async def _open(self) -> None:
        resumed = self._session is not None and await self._claim()
        if not resumed:
            answer = await self._ask({"janus": "create"}, within=OPEN_WITHIN)
            self._session = answer["data"]["id"]
        self._last_seen = time.monotonic()
        self._reached = True
        self._ready.set()
        log.info("media engine %s", "claimed back" if resumed else "connected")
        for handle in self._orphans:
            self.post({"janus": "detach", "handle_id": handle})
        self._orphans.clear()
        if resumed:
            self._on_resumed()

    async def _claim(self) -> bool:
        try:
            await self._ask({"janus": "claim", "session_id": self._session}, within=OPEN_WITHIN)
        except Refused:
            self._forget()
            return False
        return True

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for text in socket:
                self._receive(json.loads(text))
                if self._session is None and self.connected:
                    return  # the engine ended the session: begin again
        finally:
            self._cut()

    def _receive(self, message: dict) -> None:
        """Events reach their owner before the one who waits for an answer wakes: the order is the engine's."""
        kind = message.get("janus")
        if kind == "ack":
            return  # received; the answer follows
        if kind == "timeout" and message.get("session_id") == self._session:
            self._forget()
            return
        if "sender" in message and kind != "success":
            self._on_event(message["sender"], message)
        waiting = self._pending.get(message.get("transaction", ""))
        if waiting and not waiting.done():
            self._settle(waiting, message)

    @staticmethod
    def _settle(waiting: asyncio.Future, message: dict) -> None:
        error = message.get("error") if message.get("janus") == "error" else None
        data = message.get("plugindata", {}).get("data", {})
        if error:
            waiting.set_exception(Refused(error.get("code", 0), error.get("reason", "")))
        elif "error_code" in data:
            waiting.set_exception(Refused(data["error_code"], data.get("error", "")))
        else:
            waiting.set_result(message)

    async def _write(self, socket: ClientConnection) -> None:
        while True:
            await socket.send(await self._outbox.get())

    def _cut(self) -> None:
        for waiting in self._pending.values():
            if not waiting.done():
                waiting.set_exception(Cut("the socket broke"))

    def _forget(self) -> None:
        if self._session is None:
            return
        log.warning("media engine session lost")
        self._session = None
        self._orphans.clear()
        self._on_gone()
