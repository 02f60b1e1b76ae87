"""One feed into a room."""

from rooms.media.feeds import name_now
from rooms.media.handle import Peer
from rooms.media.port import Link, PeerEvents, Room
from rooms.media.sdp import check_offer, lines, same_connection
from rooms.media.wire import Refused

NO_ROOM = 426


class Publisher(Peer):
    def __init__(self, link: Link, room: Room, feed: str, opaque_id: str, display: str, events: PeerEvents) -> None:
        super().__init__(link, room, opaque_id, events)
        self.feed, self._display = feed, display
        self._offer = ""  # the last one that was sent on this handle
        self._name = ""

    def publish(self, sdp: str, *, bitrate: int | None = None) -> None:
        """Go on the air with an offer; again with one of the same connection to renegotiate (ICE restart).

        Answers with `on_answer`. `bitrate` is what the engine asks of the sender, in bit/s; None leaves the room's.
        """
        self._do(lambda: self._publish(sdp, bitrate))

    def hold_back(self, silent: dict[str, bool]) -> None:
        """The engine lets nobody hear the `audio` or see the `video` of this feed where it is True, whatever the page
        sends."""
        self._do(lambda: self._hold_back(silent))

    def stop(self) -> None:
        """Off the air; `publish` works again."""
        self._do(self._stop)

    async def _publish(self, sdp: str, bitrate: int | None) -> None:
        check_offer(sdp)
        if self._offer and not same_connection(self._offer, sdp):
            self._drop()
        if not self._offer:
            await self._join()
        self._offer = sdp
        body: dict = {"request": "configure"}
        if bitrate is not None:
            body["bitrate"] = bitrate
        await self._ask(body, {"type": "offer", "sdp": sdp})

    async def _join(self) -> None:
        """Into the room, which is made if need be. Whoever published this feed before is turned out.

        Joining apart from configuring costs a millisecond and lets us try again: the engine takes an offer only once
        on a handle.
        """
        name = self._name = name_now(self.feed)
        body = {"request": "join", "ptype": "publisher", "room": self._room.id, "pin": self._room.pin, "id": name}
        if self._display:
            body["display"] = self._display
        try:
            await self._ask(body)
        except Refused as error:
            if error.code != NO_ROOM:
                raise
            await self._link.make_room(self._room)
            await self._ask(body)
        await self._link.succeed(self._room, name)

    async def _hold_back(self, silent: dict[str, bool]) -> None:
        for mid, kind in lines(self._offer) if self._offer else ():
            if kind in silent:
                await self._link.moderate(self._room, self._name, mid, silent[kind])

    async def _stop(self) -> None:
        self._drop()

    def _reset(self) -> None:
        super()._reset()
        self._offer = ""

    def _on_plugin(self, data: dict, jsep: dict | None) -> None:
        if jsep and jsep.get("type") == "answer":
            self._tell(self._events.on_answer, jsep["sdp"])
        elif data.get("reason") == "kicked" or data.get("videoroom") == "destroyed":
            self._end(data.get("reason", "destroyed"), later=True)
