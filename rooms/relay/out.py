"""What leaves a show beside its viewers' connections: pictures for the lobby, HLS, and the files of a recording.

Every second the plan is compared with what runs. A picture of somebody else, of another kind or size, or other needs
end the run, and the next one begins; who is heard changes within a run."""

import asyncio
import contextlib
import shutil
import time
from pathlib import Path

from django.conf import settings

from core.threads import in_database
from rooms.consumers.engine import room_of
from rooms.media import forward
from rooms.media.forward import Source
from rooms.media.janus import NO_FEED, NO_HANDLE, NO_ROOM, Engine
from rooms.media.mix import NO_MIX
from rooms.media.warden import NO_SESSION
from rooms.media.wire import Cut, Refused
from rooms.models import Relay
from rooms.relay.job import JobFailed
from rooms.relay.run import Basis, Dark, Run
from rooms.services import outputs, relays
from rooms.services.outputs import OnAir, Plan

ROUND = 1.0  # seconds
FIRST, LATER = 3.0, 1.0  # seconds in which a picture comes: somebody who has just connected takes a moment
LEAST = 16  # MiB that stay free even where settings ask for none
AGAIN = 5.0  # seconds until a camera that was off is looked at again
# It was there a moment ago, and is looked for again in the next round; after a restart of the engine all of it.
GONE = (NO_ROOM, NO_FEED, NO_MIX, NO_SESSION, NO_HANDLE)


class Out:
    def __init__(self, relay: Relay, engine: Engine) -> None:
        self._relay, self._engine = relay, engine
        self._cid, self._room = relay.channel.cid, room_of(relay.channel)
        self._lines: dict[str, list[Source]] = {}  # of each participant, as long as it is there
        self._dark: dict[Source, float] = {}  # since when a picture is known not to come
        self._run: Run | None = None
        self._said = False  # that it goes well

    async def run(self) -> None:
        try:
            while plan := await in_database(outputs.plan, self._relay):
                await asyncio.to_thread(require_room)
                try:
                    await self._follow(plan)
                except Cut:
                    pass  # while the engine cannot be asked, what runs goes on as long as something comes
                except Refused as error:
                    if error.code not in GONE:
                        raise JobFailed("engine", str(error)) from None
                    await self._end()
                await asyncio.sleep(ROUND)
        finally:
            await self._end()

    async def _follow(self, plan: Plan) -> None:
        there = await self._there()
        people = [(feed, self._lines[there[feed.sid]]) for feed in plan.feeds if feed.sid in there]
        voices = {one.name: one for feed, lines in people if (one := _line(feed, lines, "audio"))}
        basis = await self._basis(plan, [one for feed, lines in people if (one := _line(feed, lines, "video"))], voices)
        if self._run and (basis != self._run.basis or await asyncio.to_thread(self._run.outgrown)):
            await self._end()
        try:
            if self._run:
                await self._run.look(voices)
            elif basis:
                await self._begin(basis, voices)
        except Dark:
            if not self._run.well:
                raise JobFailed("stalled", "nothing came out of it") from None
            self._dark[basis.picture] = 0.0  # looked at in the next round
            await self._end()
        await self._say()

    async def _begin(self, basis: Basis, voices: dict[str, Source]) -> None:
        self._run = Run(self._engine, self._room, self._cid, basis)
        try:
            await self._run.begin(voices)
        except (Cut, Refused):
            await self._end()
            raise

    async def _there(self) -> dict[str, str]:
        """Feed -> its participant, whose lines are known."""
        try:
            there = await self._engine.on_air(self._room)
        except Refused as error:
            if error.code not in GONE:
                raise
            there = {}
        names = set(there.values())
        self._lines = {name: lines for name, lines in self._lines.items() if name in names}
        self._dark = {source: since for source, since in self._dark.items() if source.name in names}
        for name in names - self._lines.keys():
            with contextlib.suppress(Refused):  # gone meanwhile
                self._lines[name] = await forward.sources(self._engine, self._room, name)
        return {feed: name for feed, name in there.items() if name in self._lines}

    async def _basis(self, plan: Plan, pictures: list[Source], voices: dict[str, Source]) -> Basis | None:
        hls = plan.hls or plan.record
        if not (hls or plan.thumbs):
            return None
        picture = await self._picture(pictures)
        if picture is None and not (hls and voices):
            return None
        return Basis(plan.show, picture, hls, plan.record, plan.thumbs)

    async def _picture(self, pictures: list[Source]) -> Source | None:
        """The first that really comes: the host's, else that of whoever has been there longest."""
        for source in pictures:
            if self._run and self._run.basis.picture == source:
                return source
            if await self._comes(source):
                return source
        return None

    async def _comes(self, source: Source) -> bool:
        since = self._dark.get(source)
        if since is not None and time.monotonic() - since < AGAIN:
            return False
        if await forward.flows(self._engine, self._room, source, FIRST if since is None else LATER):
            self._dark.pop(source, None)
            return True
        self._dark[source] = time.monotonic()
        return False

    async def _say(self) -> None:
        if not self._said and self._run and self._run.well:
            await in_database(relays.running, self._relay)
            self._said = True

    async def _end(self) -> None:
        if self._run:
            run, self._run = self._run, None
            await run.end()


def _line(feed: OnAir, lines: list[Source], kind: str) -> Source | None:
    return next((line for line in lines if line.kind == kind and kind not in feed.muted), None)


def require_room() -> None:
    """Raises JobFailed where the disk is nearly full: the database may stand on it too."""
    root = Path(settings.HLS_ROOT)
    try:
        root.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(root).free // 2**20
    except OSError as fault:
        raise JobFailed("disk", str(fault)) from None
    stays = max(settings.HLS_KEEP_FREE, LEAST)
    if free < stays:
        raise JobFailed("disk_full", f"{free} MiB are left, {stays} have to stay")
