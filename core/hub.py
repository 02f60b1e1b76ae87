"""One hub per process: a topic has ONE subscription here, whatever the number of its sockets, and a frame is encoded
once for all of them. A `group_add` per viewer costs 420 to 520 us of server CPU a delivery, this 2 to 13.

Sends are never awaited one after the other: a reader that stalls would freeze the room for everybody. Each send is
stepped once; if it does not finish at once, that socket alone gets a task and a bounded backlog."""

import asyncio
import logging
import random
import secrets
import types
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

from core.events import encode
from core.frames import BACKLOG, TOO_SLOW

log = logging.getLogger(__name__)
PROCESS = "process"  # the topic every process listens to; "drain" comes here
WITHIN = 2.0  # seconds for Redis to take a subscription
PULSE = 2.0  # seconds between two words of a hub to itself, by which it knows that it still hears
Send = Callable[[dict], Awaitable[None]]


def keep_raw_send(app):
    """Outermost ASGI layer. The auth middleware wraps `send` and taxes every outgoing message; the hub skips it."""

    async def inner(scope, receive, send):
        return await app({**scope, "raw_send": send}, receive, send)

    return inner


def frame_of(text: str) -> dict:
    """As ASGI says it; made once for all sockets."""
    return {"type": "websocket.send", "text": text}


def _quick(send: Send) -> Callable[[str], bool] | None:
    """Our servers' own way to write a text (`write_now` in core/daphne.py and core/uvicorn.py): without a coroutine for
    each frame and each socket."""
    owner = send.args[0] if isinstance(send, partial) and send.args else getattr(send, "__self__", None)
    return getattr(owner, "write_now", None)


class Socket:
    """The hub's side of one connection."""

    def __init__(self, send: Send, on_signal: Callable[[str, str, dict], None], close: Callable[[int], None]) -> None:
        self._send = send
        self._write_now = _quick(send)
        self.on_signal = on_signal
        self.close = close
        self._backlog: deque[dict] = deque()
        self._size = 0  # characters in it
        self._task: asyncio.Task | None = None

    def push(self, text: str) -> None:
        self.pass_on(frame_of(text))

    def pass_on(self, frame: dict) -> None:
        """Sends one frame now, or queues it behind a send that has not finished."""
        if self._task:
            self._queue(frame)
            return
        if self._write_now and self._write_now(frame["text"]):
            return
        coroutine = self._send(frame)
        try:
            waiting_for = coroutine.send(None)
        except StopIteration:
            return
        except Exception:  # the peer is gone; its own disconnect() cleans up
            log.debug("a send failed", exc_info=True)
            return
        self._task = asyncio.ensure_future(self._drain(_resume(coroutine, waiting_for)))

    def _queue(self, frame: dict) -> None:
        if self._size > BACKLOG:
            self._backlog.clear()
            self.close(TOO_SLOW)
            return
        self._size += len(frame["text"])
        self._backlog.append(frame)

    async def _drain(self, first: Awaitable[None]) -> None:
        try:
            await first
            while self._backlog:
                frame = self._backlog.popleft()
                self._size -= len(frame["text"])
                await self._send(frame)
        except Exception:
            log.debug("a queued send failed", exc_info=True)
        finally:
            self._task = None

    def forget(self) -> None:
        if self._task:
            self._task.cancel()


@types.coroutine
def _resume(coroutine, waiting_for):
    """Goes on awaiting a coroutine that was already stepped once and yielded `waiting_for`."""
    while True:
        try:
            value = yield waiting_for
        except BaseException as error:
            step, argument = coroutine.throw, error
        else:
            step, argument = coroutine.send, value
        try:
            waiting_for = step(argument)
        except StopIteration as done:
            return done.value


class Hub:
    def __init__(self) -> None:
        self._topics: dict[str, set[Socket]] = {}
        self._lock = asyncio.Lock()
        self._channel = ""
        self._reader: asyncio.Task | None = None
        self._own = f"{PROCESS}.{secrets.token_hex(8)}"
        self._hears = asyncio.Event()
        self._pulse: asyncio.Task | None = None
        self._missed = False  # perhaps
        self.draining = False

    async def join(self, topic: str, socket: Socket) -> None:
        """Returns when the subscription stands, so that a snapshot taken afterwards misses nothing. TimeoutError where
        Redis does not answer: one frozen part must not hold every connect."""
        async with asyncio.timeout(WITHIN), self._lock:
            await self._start()
            if topic not in self._topics:
                await get_channel_layer().group_add(topic, self._channel)
            self._topics.setdefault(topic, set()).add(socket)

    async def leave(self, topic: str, socket: Socket) -> None:
        self._topics.get(topic, set()).discard(socket)
        async with asyncio.timeout(WITHIN), self._lock:
            if not self._topics.get(topic, True):
                del self._topics[topic]
                await get_channel_layer().group_discard(topic, self._channel)

    async def _start(self) -> None:
        if self._reader and not self._reader.done():
            return
        layer = get_channel_layer()
        self._channel = await layer.new_channel()
        for topic in (PROCESS, self._own, *self._topics):
            await layer.group_add(topic, self._channel)
        for shard in layer._get_layer()._shards:  # the layer has no door for it, hence its exact pin
            shard._pubsub.connection.register_connect_callback(self._connected_anew)
        self._reader = asyncio.ensure_future(self._read(layer, self._channel))
        self._pulse = self._pulse or asyncio.ensure_future(self._listen_to_itself(layer))

    async def _connected_anew(self, connection: object) -> None:
        self._missed = True

    async def _listen_to_itself(self, layer) -> None:
        """A broken subscription is mended by the client library without a word, and what was said meanwhile is lost.
        So the hub speaks to itself; when it hears after silence or a new connection, everybody is told the whole state
        anew."""
        while not self.draining:
            await asyncio.sleep(PULSE)
            if not await self._hears_itself(layer):
                self._missed = True
            elif self._missed:
                self._missed = False
                log.warning("the subscription was broken or stood still; all sockets are told the state anew")
                for socket in self._sockets():
                    socket.on_signal(PROCESS, "resync", {})

    async def _hears_itself(self, layer) -> bool:
        self._hears.clear()
        with suppress(Exception):  # Redis is away: the next pulse asks again
            async with asyncio.timeout(PULSE):
                await layer.group_send(self._own, {"type": "hub.signal", "topic": self._own, "name": "", "data": {}})
                return await self._hears.wait()
        return False

    def _sockets(self) -> set[Socket]:
        return {socket for sockets in self._topics.values() for socket in sockets}

    async def _read(self, layer, channel: str) -> None:
        while True:
            message = await layer.receive(channel)
            try:
                self._deliver(message)
            except Exception:
                log.exception("a frame could not be delivered")

    def _deliver(self, message: dict) -> None:
        topic = message.get("topic", "")
        if topic == PROCESS and message.get("name") == "drain":
            self._drain()
            return
        if topic == self._own:
            self._hears.set()
            return
        sockets = tuple(self._topics.get(topic, ()))
        if message["type"] == "hub.frame":
            frame = frame_of(message["text"])
            for socket in sockets:
                socket.pass_on(frame)
        else:
            for socket in sockets:
                socket.on_signal(topic, message["name"], message["data"])

    def _drain(self) -> None:
        """The server is about to stop: everybody is told to come back at a moment of their own, then closed."""
        self.draining = True
        for socket in self._sockets():
            socket.push(encode({"type": "reconnect", "in": round(random.uniform(0.2, 4), 2)}))
            socket.close(1012)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of this process (of this event loop, to be exact)."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
