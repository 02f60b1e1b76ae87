"""A feed that comes into a room as plain RTP, sent by a process of ours on this machine or beside the engine."""

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from operator import itemgetter
from urllib.parse import urlsplit

from rooms.media.feeds import feed_of
from rooms.media.janus import NO_FEED, NO_ROOM, Engine
from rooms.media.port import Room
from rooms.media.wire import Refused

LINES = {"audio": (0, "opus", 111), "video": (1, "h264", 96)}  # kind -> place in the feed, codec, payload type


@dataclass(frozen=True)
class Line:
    """What the sender has to say of itself, and where it sends to."""

    payload_type: int
    ssrc: int
    address: str


class RemoteFeed:
    """`name` is feeds.name_now of the feed; `kinds` are audio, video, or both."""

    def __init__(self, engine: Engine, room: Room, name: str, kinds: Collection[str]) -> None:
        self._engine, self._room, self.name = engine, room, name
        self._kinds = [kind for kind in LINES if kind in kinds]
        self.lines: dict[str, Line] = {}

    async def open(self) -> None:
        """Into the room, which is made if need be, in place of who had the feed before. Raises Refused, Cut."""
        streams = [self._stream(kind) for kind in self._kinds]
        host = urlsplit(self._engine.url).hostname or "127.0.0.1"
        body = {"request": "add_remote_publisher", **self._ours(), "streams": streams}
        if _is_here(host):
            body["iface"] = "127.0.0.1"
        try:
            answer = await self._engine.command(body)
        except Refused as error:
            if error.code != NO_ROOM:
                raise
            await self._engine.make_room(self._room)
            answer = await self._engine.command(body)
        address = f"{'127.0.0.1' if _is_here(host) else answer.get('ip', host)}:{answer['port']}"
        self.lines = {kind: Line(LINES[kind][2], _ssrc(kind), address) for kind in self._kinds}
        await self._succeed()

    async def is_there(self) -> bool:
        """Whether the engine still has it. Raises Cut where nobody can say."""
        body = {"request": "listparticipants", "room": self._room.id}
        answer = await self._engine.command(body, NO_ROOM)
        return any(one["id"] == self.name for one in answer.get("participants", ()))

    async def hold_back(self, silent: dict[str, bool]) -> None:
        """Lets nobody hear its `audio` or see its `video` where that is True."""
        for kind in self._kinds:
            if kind in silent:
                await self._engine.moderate(self._room, self.name, str(LINES[kind][0]), silent[kind])

    async def close(self) -> None:
        await self._remove(self.name)

    async def _succeed(self) -> None:
        """What a worker that was killed left in the room has no handle that could end with it."""
        answer = await self._engine.command({"request": "listparticipants", "room": self._room.id})
        names = sorted(map(itemgetter("id"), answer["participants"]))
        for other in names:
            if feed_of(other) == feed_of(self.name) and other < self.name:
                await self._remove(other)

    async def _remove(self, name: str) -> None:
        body = {"request": "remove_remote_publisher", "room": self._room.id, "secret": self._room.secret, "id": name}
        await self._engine.command(body, NO_ROOM, NO_FEED)

    def _ours(self) -> dict:
        return {"room": self._room.id, "secret": self._room.secret, "id": self.name}

    def _stream(self, kind: str) -> dict:
        place, codec, _ = LINES[kind]
        return {"mid": str(place), "mindex": place, "type": kind, "codec": codec}


def _ssrc(kind: str) -> int:
    """As the engine tells the lines of a remote feed apart."""
    return 1000 + 10 * LINES[kind][0]


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
