"""All that one person sees and hears of a room, over one connection.

The engine makes the offers, also by itself when a feed leaves, and has one under way at a time. What is wanted
meanwhile waits for the answer. A feed that leaves is not asked for again until `watch` is called again.
"""

import asyncio
from enum import Enum

from rooms.media.feeds import feed_of
from rooms.media.handle import Peer
from rooms.media.port import FeedLine, Link, PeerEvents, Room
from rooms.media.sdp import check_answer

OFFER_WITHIN = 3.0  # seconds for an offer that the engine has promised


class State(Enum):
    IDLE = "no handle, or not joined"
    ASKED = "the next offer is the engine's turn"
    OFFERED = "the answer is the browser's turn"
    STABLE = "nothing under way"


class Viewer(Peer):
    def __init__(self, link: Link, room: Room, opaque_id: str, events: PeerEvents) -> None:
        super().__init__(link, room, opaque_id, events)
        self._wanted: list[str] = []
        self._dirty = False  # `_wanted` was said and not yet asked for
        self._state = State.IDLE
        self._offer = ""
        self._lines: list[FeedLine] = []
        self._names: dict[str, str] = {}  # mid -> who is on it, as the engine calls it
        self._patience: asyncio.TimerHandle | None = None

    def watch(self, feeds: list[str]) -> None:
        """These feeds and no others. Answers with `on_offer` if anything changes; an empty list mutes the line."""
        self._wanted, self._dirty = list(dict.fromkeys(feeds)), True
        self._do(self._sync)

    def answer(self, sdp: str) -> None:
        self._do(lambda: self._answer(sdp))

    def restart(self) -> None:
        """Ask for an offer with fresh ICE credentials, after the viewer's network changed."""
        self._do(self._restart)

    async def _sync(self) -> None:
        if not self._dirty or self._state not in (State.IDLE, State.STABLE):
            return  # done already, or the end of the negotiation under way brings us here again
        self._dirty = False
        on_air = await self._link.on_air(self._room) if self._wanted else {}
        if not on_air.keys() >= set(self._wanted):
            self._fail("no_feed")  # one that is missing would make the engine refuse them all
        names = [on_air[feed] for feed in self._wanted if feed in on_air]
        await (self._join(names) if self._state is State.IDLE else self._update(names))

    async def _join(self, names: list[str]) -> None:
        if not names:
            return
        body: dict = {"request": "join", "ptype": "subscriber", "room": self._room.id, "pin": self._room.pin}
        body |= {"streams": [{"feed": name} for name in names], "use_msid": True}
        await self._ask(body)

    async def _update(self, names: list[str]) -> None:
        """Lines are given back by mid: by feed the engine would skip one whose feed has just left."""
        have = set(self._names.values())
        body: dict = {"request": "update"}
        if more := [{"feed": name} for name in names if name not in have]:
            body["subscribe"] = more
        if less := [{"sub_mid": mid} for mid, name in self._names.items() if name not in names]:
            body["unsubscribe"] = less
        if len(body) > 1:
            await self._ask(body)

    async def _answer(self, sdp: str) -> None:
        if self._state is not State.OFFERED:
            return  # an answer to an offer that is no more
        check_answer(sdp, self._offer)
        self._state = State.ASKED
        await self._ask({"request": "start"}, {"type": "answer", "sdp": sdp})
        await self._sync()

    async def _restart(self) -> None:
        if self._state is State.STABLE and self._handle is not None:
            self._expect_offer()
            self._link.tell(self._handle, {"request": "configure", "restart": True})

    def _on_plugin(self, data: dict, jsep: dict | None) -> None:
        if jsep and jsep.get("type") == "offer":
            self._on_offer(jsep["sdp"], data.get("streams"))
        elif data.get("videoroom") == "updating" and self._state is State.STABLE:
            self._expect_offer()
        elif data.get("started") == "ok" and self._state is State.ASKED:
            self._state = State.STABLE

    def _on_offer(self, sdp: str, streams: list[dict] | None) -> None:
        self._cancel_patience()
        self._state, self._offer = State.OFFERED, sdp
        if streams is not None:  # an ICE restart changes no line and lists none
            active = [stream for stream in streams if stream.get("active")]
            self._lines = [FeedLine(s["mid"], feed_of(s["feed_id"]), s["type"]) for s in active]
            self._names = {s["mid"]: s["feed_id"] for s in active}
        self._tell(self._events.on_offer, sdp, list(self._lines))

    def _expect_offer(self) -> None:
        """The engine waits for an answer to an offer that we never saw if none comes now."""
        self._state = State.ASKED
        self._patience = asyncio.get_running_loop().call_later(OFFER_WITHIN, self._break, "engine")

    def _cancel_patience(self) -> None:
        if self._patience:
            self._patience.cancel()
            self._patience = None

    def _settled(self) -> bool:
        return self._up and self._state is State.STABLE

    def _reset(self) -> None:
        super()._reset()
        self._cancel_patience()
        self._state, self._offer, self._lines, self._names = State.IDLE, "", [], {}
