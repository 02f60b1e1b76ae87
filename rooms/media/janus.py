"""The media engine of one server process: its session, its rooms and who hears which event."""

import asyncio
import functools
import socket
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeVar
from urllib.parse import urlsplit

from rooms.media.feeds import feed_of, older
from rooms.media.port import Listener, PeerEvents, Room
from rooms.media.publisher import Publisher
from rooms.media.sdp import CODECS
from rooms.media.viewer import Viewer
from rooms.media.wire import Cut, Refused, Wire

PeerT = TypeVar("PeerT", bound=Listener)

PLUGIN = "janus.plugin.videoroom"
OURS = "footlight"  # how a handle is called that is no person's
NO_ROOM, ROOM_EXISTS, NO_FEED = 426, 427, 428
NO_HANDLE = 459
LINGER = 1.0  # seconds in which the engine is done with those whom it has just turned out
PUBLISHERS = 12  # nine on the mic, the host, and two that are just being replaced


@dataclass(frozen=True)
class Participant:
    feed: str
    publishing: bool


def _towards(host: str) -> str:
    """The address of this machine from which one reaches `host`. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host, 9))
        except OSError:
            return "127.0.0.1"
        return probe.getsockname()[0]


class Engine:
    """`bitrate` caps each feed in bit/s (0: no cap), `fir_freq` is seconds between key frames asked of it, `here` the
    address of this machine where the engine may send plain RTP to (by default the one from which it is reached),
    `clock` the wire's `reclaim`, `keepalive` and `answer_within`."""

    def __init__(
        self,
        url: str,
        *,
        api_secret: str,
        admin_key: str,
        bitrate: int = 0,
        fir_freq: int = 10,
        here: str = "",
        **clock: float,
    ) -> None:
        self.url, self._admin_key, self._bitrate, self.fir_freq = url, admin_key, bitrate, fir_freq
        self._here = here
        self._peers: set[Listener] = set()
        self._routes: dict[int, Listener] = {}
        self._control: dict[str, int] = {}  # plugin -> the handle for what belongs to no peer
        self._attaching = asyncio.Lock()
        self._wire = Wire(
            url,
            api_secret=api_secret,
            on_event=self._on_event,
            on_resumed=self._on_resumed,
            on_gone=self._on_gone,
            **clock,
        )

    async def start(self) -> None:
        """Begin to connect, and keep connected until `stop`. Does not wait for the engine."""
        self._wire.start()

    async def stop(self) -> None:
        """Ends the session and with it all media of this process."""
        for peer in list(self._peers):
            peer.close()
        await self._wire.stop()

    @functools.cached_property
    def here(self) -> str:
        """Looked up when it is needed: only relay workers do, and a name may take its time."""
        return self._here or _towards(urlsplit(self.url).hostname or "")

    @property
    def connected(self) -> bool:
        return self._wire.connected

    def publisher(self, room: Room, feed: str, opaque_id: str, events: PeerEvents, *, display: str = "") -> Publisher:
        return self._add(Publisher(self, room, feed, opaque_id, display, events))

    def viewer(self, room: Room, opaque_id: str, events: PeerEvents) -> Viewer:
        return self._add(Viewer(self, room, opaque_id, events))

    async def kick(self, room: Room, feed: str) -> None:
        """Turn a feed out, whichever process published it. A feed that is not there is fine."""
        for name in await self._names(room):
            if feed_of(name) == feed:
                await self._turn_out(room, name)

    async def destroy(self, room: Room) -> None:
        """End a room, after a second at most in which those who publish there may leave by themselves: one who
        leaves in the very moment in which the room ends has ended the engine."""
        for _ in range(20):
            if not await self.participants(room):
                break
            await asyncio.sleep(LINGER / 20)
        await self.command({"request": "destroy", "room": room.id, "secret": room.secret}, NO_ROOM)

    async def participants(self, room: Room) -> list[Participant]:
        """Who is joined to publish; empty if there is no such room. Viewers are not listed."""
        return [Participant(feed_of(name), publishing) for name, publishing in (await self._names(room)).items()]

    async def ping(self, within: float = 2.0) -> bool:
        """Whether the engine answers now."""
        try:
            async with asyncio.timeout(within):
                await self.command({"request": "exists", "room": "-"})
        except (Cut, Refused, TimeoutError):
            return False
        return True

    async def command(self, body: dict, *fine: int, plugin: str = PLUGIN) -> dict:
        """A request for no peer in particular, on a handle kept for it. Refusals in `fine` are as good as done."""
        async with self._attaching:
            if plugin not in self._control:
                self._control[plugin] = await self.attach(OURS, plugin)
        try:
            return await self.ask(self._control[plugin], body)
        except Refused as error:
            if error.code in fine:
                return {}
            if error.code == NO_HANDLE:
                self._control.pop(plugin, None)
            raise

    @property
    def admin_key(self) -> str:
        """For requests that only the house itself may make."""
        return self._admin_key

    # What follows is for the peers (peer.Link).

    async def attach(self, opaque_id: str, plugin: str = PLUGIN) -> int:
        answer = await self._wire.call({"janus": "attach", "plugin": plugin, "opaque_id": opaque_id})
        return answer["data"]["id"]

    async def ask(self, handle: int, body: dict, jsep: dict | None = None) -> dict:
        request = {"janus": "message", "handle_id": handle, "body": body}
        answer = await self._wire.call(request | ({"jsep": jsep} if jsep else {}))
        return answer["plugindata"]["data"]

    def tell(self, handle: int, body: dict) -> None:
        self._wire.post({"janus": "message", "handle_id": handle, "body": body})

    def trickle(self, handle: int, candidate: dict | None) -> None:
        self._wire.post({"janus": "trickle", "handle_id": handle, "candidate": candidate or {"completed": True}})

    def detach(self, handle: int, *, later: bool = False) -> None:
        """`later`: the engine is still busy with this handle and would end if we took it away under it."""
        self._routes.pop(handle, None)
        if later:
            asyncio.get_running_loop().call_later(LINGER, self._wire.detach, handle)
        else:
            self._wire.detach(handle)

    def route(self, handle: int, peer: Listener) -> None:
        self._routes[handle] = peer

    def forget(self, peer: Listener) -> None:
        self._peers.discard(peer)

    async def make_room(self, room: Room) -> None:
        body: dict = {"request": "create", "room": room.id, "secret": room.secret, "pin": room.pin}
        body |= {
            "admin_key": self._admin_key,
            "is_private": True,
            "permanent": False,
            "notify_joining": False,
        }
        body |= {"publishers": PUBLISHERS, "bitrate": self._bitrate, "bitrate_cap": self._bitrate > 0}
        body |= {"fir_freq": self.fir_freq}
        body |= {f"{kind}codec": ",".join(codecs) for kind, codecs in CODECS.items()}
        await self.command(body, ROOM_EXISTS)

    async def succeed(self, room: Room, name: str) -> None:
        """Turn out whoever had the feed of this participant before it."""
        for other in older(set(await self._names(room)), name):
            await self._turn_out(room, other)

    async def moderate(self, room: Room, name: str, mid: str, mute: bool) -> None:
        """One line of a participant, for all who watch. One who is gone needs none."""
        body = {"request": "moderate", "room": room.id, "secret": room.secret, "id": name, "mid": mid, "mute": mute}
        await self.command(body, NO_ROOM, NO_FEED)

    async def on_air(self, room: Room) -> dict[str, str]:
        """Feed -> its newest participant that sends. Raises Refused if there is no such room."""
        data = await self.command({"request": "listparticipants", "room": room.id})
        return {feed_of(p["id"]): p["id"] for p in sorted(data["participants"], key=itemgetter("id")) if p["publisher"]}

    async def _names(self, room: Room) -> dict[str, bool]:
        """Participant -> whether it sends."""
        data = await self.command({"request": "listparticipants", "room": room.id}, NO_ROOM)
        return {p["id"]: p["publisher"] for p in data.get("participants", [])}

    async def _turn_out(self, room: Room, name: str) -> None:
        await self.command({"request": "kick", "room": room.id, "secret": room.secret, "id": name}, NO_ROOM, NO_FEED)

    def _add(self, peer: PeerT) -> PeerT:
        self._peers.add(peer)
        return peer

    def _on_event(self, handle: int, message: dict) -> None:
        if peer := self._routes.get(handle):
            peer.hear(message)

    def _on_resumed(self) -> None:
        for peer in list(self._peers):
            peer.resumed()

    def _on_gone(self) -> None:
        self._control.clear()
        self._routes.clear()
        for peer in list(self._peers):
            peer.gone()
