"""What both kinds of peer share: one handle of the engine, and the verbs for it in their order."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from rooms.media.candidate import BadSDP, check_candidate
from rooms.media.port import Link, PeerEvents, Room
from rooms.media.wire import Cut, Refused

log = logging.getLogger("footlight.media")

MAX_QUEUED = 100  # verbs of one peer; more than any negotiation needs
HUNG_UP = "DTLS alert"  # why a connection is down that its other end closed
CODES = {  # what the engine calls it -> what we call it
    426: "no_room",
    428: "no_feed",
    432: "room_full",
    433: "not_allowed",
    436: "feed_taken",
    437: "bad_sdp",
    465: "bad_sdp",
    469: "bad_sdp",  # in a renegotiation
}


class Peer:
    """One handle of the engine and the verbs for it, which are queued and done in order by one task.

    A verb that fails gives the handle up: the next `publish` or `watch` begins again on a fresh one.
    """

    def __init__(self, link: Link, room: Room, opaque_id: str, events: PeerEvents) -> None:
        self._link, self._room, self._opaque_id, self._events = link, room, opaque_id, events
        self._handle: int | None = None
        self._up = False
        self._closed = False
        self._verbs: deque[Callable[[], Awaitable[None]]] = deque()
        self._task: asyncio.Task[None] | None = None

    def trickle(self, candidate: dict | None) -> None:
        self._do(lambda: self._trickle(candidate))

    def close(self) -> None:
        """Give the handle up and say nothing more. Closing twice does no harm."""
        self._closed = True
        self._verbs.clear()
        self._drop()
        self._link.forget(self)

    def hear(self, message: dict) -> None:
        """An event of our handle, from the engine's reader."""
        match message.get("janus"):
            case "event":
                self._on_plugin(message["plugindata"]["data"], message.get("jsep"))
            case "webrtcup":
                self._up = True
                self._tell(self._events.on_up)
            case "media":
                self._tell(self._events.on_media, message["type"], message["receiving"])
            case "slowlink":
                self._tell(self._events.on_slow, message["uplink"], message["lost"])
            case "trickle":
                candidate = message["candidate"]
                self._tell(self._events.on_candidate, None if candidate.get("completed") else candidate)
            case "hangup" | "detached":
                self._end(message.get("reason", "detached"))

    def gone(self) -> None:
        """The session is lost and the handle with it."""
        active = self._handle is not None or self._task is not None
        self._handle = None
        self._abort()
        self._reset()
        if active:
            self._fail("engine")

    def resumed(self) -> None:
        """The session was claimed back. Events in the gap are lost, so what was half done begins again."""
        if self._handle is not None and not self._settled():
            self._abort()
            self._break("engine")

    def _settled(self) -> bool:
        return self._up

    def _reset(self) -> None:
        """Forget what belonged to the handle."""
        self._up = False

    def _on_plugin(self, data: dict, jsep: dict | None) -> None:
        raise NotImplementedError  # publishers and viewers each hear it their own way

    def _do(self, verb: Callable[[], Awaitable[None]]) -> None:
        if self._closed:
            return
        if len(self._verbs) >= MAX_QUEUED:
            log.warning("a peer sends faster than the engine takes")
            return
        self._verbs.append(verb)
        if self._task is None:
            self._task = asyncio.create_task(self._work())

    def _abort(self) -> None:
        self._verbs.clear()
        if self._task:
            self._task.cancel()
            self._task = None

    async def _work(self) -> None:
        while self._verbs:
            await self._one(self._verbs.popleft())
        self._task = None
        if self._closed:
            self._drop()  # a handle that came after close

    async def _one(self, verb: Callable[[], Awaitable[None]]) -> None:
        try:
            await verb()
        except BadSDP as error:
            log.info("description refused: %s", error)
            self._break("bad_sdp")
        except Refused as error:
            log.info("engine refused: %s", error.code)
            self._break(CODES.get(error.code, "engine"))
        except Cut:
            self._break("engine")
        except Exception:
            log.exception("a verb of a peer failed")
            self._break("engine")

    async def _trickle(self, candidate: dict | None) -> None:
        try:
            checked = check_candidate(candidate)
        except BadSDP as error:
            log.info("candidate refused: %s", error)
            self._fail("bad_candidate")
            return
        if self._handle is not None:
            self._link.trickle(self._handle, checked)

    async def _ask(self, body: dict, jsep: dict | None = None) -> None:
        """A request on our handle, which is made if need be."""
        if self._handle is None and not self._closed:
            self._handle = await self._link.attach(self._opaque_id)
            self._link.route(self._handle, self)
        if self._closed or self._handle is None:
            raise Cut("closed meanwhile")
        await self._link.ask(self._handle, body, jsep)

    def _drop(self, *, later: bool = False) -> None:
        if self._handle is not None:
            self._link.detach(self._handle, later=later)
            self._handle = None
        self._reset()

    def _end(self, reason: str, *, later: bool = False) -> None:
        """The engine ended this connection; its handle is of no more use."""
        self._drop(later=later)
        self._tell(self._events.on_down, reason)

    def _break(self, code: str) -> None:
        self._drop()
        self._fail(code)

    def _fail(self, code: str) -> None:
        self._tell(self._events.on_failed, code)

    def _tell(self, what: Callable[..., None], *about: object) -> None:
        if self._closed:
            return
        try:
            what(*about)
        except Exception:  # one owner's mistake must not end the session of all
            log.exception("an event of the media engine was not taken")
