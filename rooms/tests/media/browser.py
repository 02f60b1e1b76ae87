"""Stands for a browser in the tests: aiortc peers that send a picture and a tone, and that count what arrives.

aiortc shows no media on a line that was given to another feed; Chromium does.
"""

import asyncio
import fractions
from collections.abc import Callable

from aiortc import (
    AudioStreamTrack,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from av import VideoFrame

from rooms.media.janus import Engine
from rooms.media.peer import FeedLine, Publisher, Room, Viewer

BOUND = 15.0


async def until(condition: Callable[[], object], what: str, bound: float = BOUND) -> None:
    """Wait until `condition` holds; it is asked again on each turn of a short clock, up to `bound` seconds."""
    deadline = asyncio.get_running_loop().time() + bound
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, f"not within {bound} s: {what}"
        await asyncio.sleep(0.005)


class Heard:
    """PeerEvents that keeps what it is told."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.offers: list[tuple[str, list[FeedLine]]] = []
        self.failed: list[str] = []
        self.downs: list[str] = []
        self.media: list[tuple[str, bool]] = []
        self.ups = 0

    def on_answer(self, sdp: str) -> None:
        self.answers.append(sdp)

    def on_offer(self, sdp: str, feeds: list[FeedLine]) -> None:
        self.offers.append((sdp, feeds))

    def on_candidate(self, candidate: dict | None) -> None: ...

    def on_up(self) -> None:
        self.ups += 1

    def on_media(self, kind: str, receiving: bool) -> None:
        self.media.append((kind, receiving))

    def on_slow(self, uplink: bool, lost: int) -> None: ...

    def on_down(self, reason: str) -> None:
        self.downs.append(reason)

    def on_failed(self, code: str) -> None:
        self.failed.append(code)


class Picture(VideoStreamTrack):
    """A small grey picture, 15 times a second."""

    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = VideoFrame(160, 120, "yuv420p")
        for number, plane in enumerate(frame.planes):
            plane.update(bytes([128 if number else pts // 3000 % 200]) * plane.buffer_size)
        frame.pts, frame.time_base = pts, fractions.Fraction(time_base)
        return frame


class Host:
    """A person on the air."""

    def __init__(self, engine: Engine, room: Room, feed: str) -> None:
        self.events = Heard()
        self.peer: Publisher = engine.publisher(room, feed, feed, self.events)
        self.connection = RTCPeerConnection()

    async def offer(self, *tracks: object) -> str:
        for track in tracks or (AudioStreamTrack(), Picture()):
            self.connection.addTrack(track)
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def go_live(self) -> None:
        self.peer.publish(await self.offer())
        await self.take_answer()
        await until(lambda: self.events.ups, "the host is up")

    async def take_answer(self) -> None:
        await until(lambda: self.events.answers or self.events.failed, "an answer")
        assert self.events.answers, self.events.failed
        await self.connection.setRemoteDescription(RTCSessionDescription(self.events.answers[-1], "answer"))

    async def new_page(self) -> None:
        """The same publisher with a connection of its own, as after a reload."""
        await self.connection.close()
        self.connection, self.events.answers, self.events.ups = RTCPeerConnection(), [], 0

    async def leave(self) -> None:
        self.peer.close()
        await self.connection.close()


class Guest:
    """A person who watches. Answers every offer unless told to `hold` them."""

    def __init__(self, engine: Engine, room: Room, name: str) -> None:
        self.events = Heard()
        self.peer: Viewer = engine.viewer(room, name, self.events)
        self.connection = RTCPeerConnection()
        self.frames: dict[str, int] = {}
        self._counters: set[asyncio.Task] = set()
        self.connection.on("track", self._count)

    def _count(self, track: object) -> None:
        self._counters.add(asyncio.create_task(self._consume(track)))

    async def _consume(self, track: object) -> None:
        mid = next(t.mid for t in self.connection.getTransceivers() if t.receiver.track is track)
        while True:
            await track.recv()
            self.frames[mid] = self.frames.get(mid, 0) + 1

    async def answer(self, number: int = -1) -> list[FeedLine]:
        """Answer the newest offer (or that one) and say which lines it has."""
        sdp, feeds = self.events.offers[number]
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        self.peer.answer(self.connection.localDescription.sdp)
        return feeds

    async def next_offer(self, seen: int) -> list[FeedLine]:
        await until(lambda: len(self.events.offers) > seen or self.events.failed, "an offer")
        assert len(self.events.offers) > seen, self.events.failed
        return await self.answer()

    async def sees(self, *mids: str) -> None:
        """New frames arrive on each of these lines."""
        before = dict(self.frames)
        await until(lambda: all(self.frames.get(m, 0) > before.get(m, 0) + 3 for m in mids), f"frames on {mids}")

    async def leave(self) -> None:
        self.peer.close()
        for task in self._counters:
            task.cancel()
        await self.connection.close()
