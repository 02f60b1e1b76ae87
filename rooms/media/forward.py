"""A participant's media as plain RTP, sent to this machine for whoever makes files of it.

A forward belongs to the participant in the engine, not to our connection: it goes on when we end. So whoever begins to
forward out of a room first ends what an earlier one left behind (`forget`)."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from rooms.media.janus import NO_FEED, NO_ROOM, OURS, Engine
from rooms.media.port import Room

NO_FORWARD = 430  # what the engine says of a forward that is not there (any more), among other things
VIDEO_TYPE, AUDIO_TYPE = 96, 111  # of payload, whatever the browser called it


@dataclass(frozen=True)
class Source:
    """One line of a participant: `codec` as the engine calls it (opus, h264, vp8)."""

    name: str
    mid: str
    kind: str
    codec: str


@dataclass(frozen=True)
class Forward:
    name: str
    stream: int


async def sources(engine: Engine, room: Room, name: str) -> list[Source]:
    """What this participant sends, in its order. Raises Refused for one that is not there.

    Asked as one who begins to watch and then does not: only viewers are told the codecs."""
    handle = await engine.attach(OURS)
    try:
        body = {"request": "join", "ptype": "subscriber", "room": room.id, "pin": room.pin}
        answer = await engine.ask(handle, body | {"streams": [{"feed": name}], "autoupdate": False})
    finally:
        engine.detach(handle, later=True)
    lines = (line for line in answer.get("streams", ()) if line.get("type") in ("audio", "video"))
    return [Source(name, line["feed_mid"], line["type"], line.get("codec", "")) for line in lines]


async def begin(engine: Engine, room: Room, source: Source, port: int, *, host: str = "") -> Forward:
    """Sends this line to `port` of this machine (or of `host`) from now on; of a picture the engine asks a key frame at
    this moment, so whoever reads there has to be ready."""
    pt, ssrc = (VIDEO_TYPE, 1010) if source.kind == "video" else (AUDIO_TYPE, 1000)
    line = {"mid": source.mid, "port": port, "pt": pt, "ssrc": ssrc}
    body = {"request": "rtp_forward", "publisher_id": source.name, "streams": [line], "host": host or engine.here}
    answer = await engine.command(body | _rule(engine, room))
    return Forward(source.name, answer["forwarders"][0]["stream_id"])


async def end(engine: Engine, room: Room, forward: Forward) -> None:
    """One that is gone needs none."""
    body = {"request": "stop_rtp_forward", "publisher_id": forward.name, "stream_id": forward.stream}
    await engine.command(body | _rule(engine, room), NO_ROOM, NO_FEED, NO_FORWARD)


async def held(engine: Engine, room: Room) -> list[Forward]:
    """Every forward out of the room, whoever began it."""
    found = await engine.command({"request": "listforwarders"} | _rule(engine, room), NO_ROOM)
    people = found.get("publishers", ())
    return [Forward(one["publisher_id"], it["stream_id"]) for one in people for it in one["forwarders"]]


async def forget(engine: Engine, room: Room) -> None:
    for forward in await held(engine, room):
        await end(engine, room, forward)


async def ask_key_frames(engine: Engine, room: Room, every: int) -> None:
    """How often the engine asks all who send pictures into the room for a key frame, in seconds."""
    await engine.command({"request": "edit", "new_fir_freq": every} | _rule(engine, room), NO_ROOM)


def _rule(engine: Engine, room: Room) -> dict[str, str]:
    return {"room": room.id, "secret": room.secret, "admin_key": engine.admin_key}


def free_ports(engine: Engine, count: int) -> list[int]:
    """Even ports of this machine, each with the odd one above it free for RTCP, a moment ago."""
    with contextlib.ExitStack() as held:
        found: list[int] = []
        while len(found) < count:
            found += _pair(held, engine.here)
        return found


def _pair(held: contextlib.ExitStack, here: str) -> Iterator[int]:
    low = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    high = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    low.bind((here, 0))
    port = low.getsockname()[1]
    if port % 2:
        return []
    try:
        high.bind((here, port + 1))
    except OSError:
        return []
    return [port]


async def listening(engine: Engine, port: int, within: float = 10.0) -> None:
    """Returns when somebody reads on this port. Raises TimeoutError."""
    async with asyncio.timeout(within):
        while _free(engine.here, port):  # noqa: ASYNC110  (another process begins; it signals nothing)
            await asyncio.sleep(0.02)


def _free(here: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((here, port))
        except OSError:
            return False
    return True


async def flows(engine: Engine, room: Room, source: Source, within: float = 1.0) -> bool:
    """Whether anything comes on this line now: a camera that is switched off stays a line of the participant."""
    loop = asyncio.get_running_loop()
    heard = asyncio.Event()
    ear, _ = await loop.create_datagram_endpoint(lambda: _Ear(heard), local_addr=(engine.here, 0))
    try:
        forward = await begin(engine, room, source, ear.get_extra_info("sockname")[1])
        try:
            async with asyncio.timeout(within):
                await heard.wait()
        except TimeoutError:
            return False
        finally:
            await end(engine, room, forward)
        return True
    finally:
        ear.close()


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, heard: asyncio.Event) -> None:
        self._heard = heard

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._heard.set()
