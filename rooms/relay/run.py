"""One run: one ffmpeg with one picture, and the sound of whoever is there meanwhile."""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

from rooms import folders
from rooms.media import ffmpeg, forward, making, picture
from rooms.media.forward import Source
from rooms.media.janus import Engine
from rooms.media.mix import Mix
from rooms.media.port import Room
from rooms.media.wire import Cut, Refused
from rooms.relay.job import JobFailed

DARK = 6.0  # seconds without a new frame, where all of them are written
LONGEST = 20.0  # seconds without a new segment
GOODBYE = 3.0  # seconds for the engine
STILL = 35.0  # seconds without a new picture: key frames are asked for every 10


@dataclass(frozen=True)
class Basis:
    """What a run rests on: where it is another, a new run begins."""

    show: int
    picture: Source | None
    hls: bool
    keep: bool
    thumbs: bool

    @property
    def makes_something(self) -> bool:
        return self.hls or self.picture is not None


class Dark(Exception):
    """Its picture stopped coming."""


class Run:
    def __init__(self, engine: Engine, room: Room, cid: str, basis: Basis) -> None:
        self._engine, self._room, self._cid, self.basis = engine, room, cid, basis
        self._folder: Path | None = None
        self._mix = Mix(engine, room) if basis.hls else None
        self._sent: forward.Forward | None = None
        self._work: asyncio.Task | None = None
        self._frames, self._frame_at = 0, time.monotonic()
        self._segment, self._segment_at = 0, time.monotonic()
        self.well = False  # something has come out of it

    async def begin(self, voices: dict[str, Source]) -> None:
        """Raises Cut or Refused when the engine does not play along, JobFailed when ffmpeg does not."""
        await forward.forget(self._engine, self._room)
        await forward.ask_key_frames(
            self._engine, self._room, making.SEGMENT if self.basis.hls else self._engine.fir_freq
        )
        video, audio = forward.free_ports(self._engine, 2)
        self._work = asyncio.create_task(self._make(video, audio))
        await self._until_it_listens(video if self.basis.picture else audio)
        if self._mix:
            await self._mix.open(audio)
            await self._mix.follow(voices)
        if self.basis.picture:
            self._sent = await forward.begin(self._engine, self._room, self.basis.picture, video)
        self._frame_at = time.monotonic()

    async def look(self, voices: dict[str, Source]) -> None:
        """Every second. Raises Dark, JobFailed, Cut and Refused."""
        if self._work.done():
            self._ended()
        if self._is_dark():
            raise Dark()
        if self._folder:
            await asyncio.to_thread(self._require_new_segment)
        if self._mix:
            await self._mix.follow(voices)

    def _require_new_segment(self) -> None:
        """ffmpeg goes on where it cannot write, and leaves empty files."""
        made = folders.segments(self._folder)
        written = next((number for number in reversed(made) if self._file(number).stat().st_size), 0)
        if written != self._segment:
            self._segment, self._segment_at = written, time.monotonic()
        if time.monotonic() - self._segment_at > LONGEST:
            empty = made and made[-1] != written
            raise JobFailed("disk_full" if empty else "stalled", "no segment comes out of it")

    def _file(self, segment: int) -> Path:
        return self._folder / f"{segment}{folders.SEGMENT}"

    def outgrown(self) -> bool:
        """Whether the picture has another size than the run began with. A picture that is encoded anew has not."""
        if not self._folder or not self.basis.picture or self.basis.picture.codec not in making.WHOLE:
            return False
        made = folders.segments(self._folder)
        return len(made) > 1 and picture.changed(self._folder / folders.INIT, self._file(made[-2]))

    async def end(self) -> None:
        """Leaves nothing running, whatever became of it. Of an engine that does not answer not much is awaited: the
        next run, or whoever tidies up, ends what is left there."""
        if self._work:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        with contextlib.suppress(Cut, Refused, TimeoutError):
            async with asyncio.timeout(GOODBYE):
                await self._let_go()

    async def _let_go(self) -> None:
        if self._sent:
            await forward.end(self._engine, self._room, self._sent)
        if self._mix:
            await self._mix.close()
            await forward.ask_key_frames(self._engine, self._room, self._engine.fir_freq)

    async def _make(self, video: int, audio: int) -> None:
        basis = self.basis
        given = making.Input(
            host=self._engine.here,
            video=video if basis.picture else 0,
            codec=basis.picture.codec if basis.picture else "",
            audio=audio if basis.hls else 0,
        )
        page = folders.of_channel(self._cid) / "in.sdp"
        hls = await asyncio.to_thread(self._prepare, page, making.sdp(given))
        thumb = folders.thumb(self._cid) if basis.thumbs else None
        stall = 10.0 if hls else STILL
        words = making.arguments(given, page, hls=hls, thumb=thumb)
        await ffmpeg.run(words, on_progress=self._on_progress, stall=stall, first=max(stall, 20.0))

    def _prepare(self, page: Path, sdp: str) -> making.Hls | None:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(sdp)
        if not self.basis.hls:
            return None
        number, first = folders.next_run(self._cid, self.basis.show)
        self._folder = folders.of_show(self._cid, self.basis.show) / str(number)
        self._folder.mkdir(parents=True)
        return making.Hls(self._folder, first, self.basis.keep)

    async def _until_it_listens(self, port: int) -> None:
        """Before it does, the key frame that the engine asks for would be lost."""
        ready = asyncio.create_task(forward.listening(self._engine, port))
        await asyncio.wait({ready, self._work}, return_when="FIRST_COMPLETED")
        ready.cancel()
        if self._work.done():
            self._ended()
        if not ready.done() or ready.cancelled() or ready.exception():
            raise JobFailed("ffmpeg", "it did not begin to read")

    def _on_progress(self, progress: ffmpeg.Progress) -> None:
        self.well = True
        if progress.frames != self._frames:
            self._frames, self._frame_at = progress.frames, time.monotonic()

    def _is_dark(self) -> bool:
        return bool(self.basis.hls and self.basis.picture) and time.monotonic() - self._frame_at > DARK

    def _ended(self) -> None:
        try:
            self._work.result()
        except ffmpeg.Stalled as stalled:
            if self.basis.picture:
                raise Dark() from None
            raise JobFailed("stalled", stalled.words) from None
        except ffmpeg.Ended as ended:
            raise JobFailed(_code(ended.words), ended.words) from None
        except OSError as fault:
            raise JobFailed(_code(str(fault)), str(fault)) from None
        raise JobFailed("ffmpeg", "it ended by itself")


def _code(words: str) -> str:
    return "disk_full" if ffmpeg.says_full(words) else "ffmpeg"
