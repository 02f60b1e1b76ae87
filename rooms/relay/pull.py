"""Pulls a channel's source and sends it into the channel's room, as its owner's feed."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Mapping

from django.db import DatabaseError

from core.errors import DomainError
from core.ids import short_id
from core.threads import in_database
from rooms import sources
from rooms.consumers.engine import room_of
from rooms.media import ffmpeg
from rooms.media.feeds import name_now
from rooms.media.janus import Engine
from rooms.media.remote import RemoteFeed
from rooms.media.wire import Cut, Refused
from rooms.models import Relay, Stay
from rooms.relay import inspect, pull_command
from rooms.relay.gate import Gate
from rooms.relay.job import JobFailed
from rooms.services import pulls

log = logging.getLogger(__name__)
LOOK = 2.0  # seconds between two signs of life
ENGINE = (Cut, Refused, OSError)
BY_HAND = ("removed", "show_ended")  # it does not begin again by itself
STALL, FIRST = 12.0, 20.0  # seconds without anything new


class Pull:
    """Job for RelayKind.PULL."""

    def __init__(self, relay: Relay, engine: Engine) -> None:
        self._relay, self._engine, self._gate = relay, engine, Gate()
        self._url, self._flows = "", asyncio.Event()

    async def run(self) -> None:
        """Until the source ends: raises JobFailed."""
        self._url = pulls.source_of(self._relay.channel)
        try:
            await self._run()
        except JobFailed as failure:
            raise self._explained(failure) from None
        except DomainError as refusal:
            raise JobFailed(refusal.code) from None

    async def _run(self) -> None:
        sources.check(self._url)
        async with self._gate.open(self._url) as address:
            await self._engine_is_there()
            way, env = pull_command.way(address, self._url), self._env(address)
            source = await inspect.look([*way, address], env)
            connection = f"relay-{short_id()}"
            stay = await in_database(pulls.set_up, relay=self._relay, connection=connection)
            try:
                await self._send(stay, source, [*pull_command.pace(address), *way, "-i", address], env)
            finally:
                with contextlib.suppress(DatabaseError, DomainError):  # else its lease runs out
                    await in_database(pulls.lost, stay=stay)

    async def _send(self, stay: Stay, source: inspect.Source, way: list[str], env: Mapping[str, str]) -> None:
        feed = RemoteFeed(self._engine, room_of(self._relay.channel), name_now(stay.sid), source.kinds)
        try:
            await feed.open()
            command = [*way, *pull_command.out(source, feed.lines)]
            await self._beside(self._play(command, env, source), self._watch(stay, feed))
        except ENGINE as fault:
            raise JobFailed("engine", repr(fault)) from None
        finally:
            with contextlib.suppress(*ENGINE):
                await feed.close()

    async def _play(self, command: list[str], env: Mapping[str, str], source: inspect.Source) -> None:
        try:
            tell = {"on_progress": lambda _: self._flows.set(), "env": env}
            await ffmpeg.run(command, stall=STALL, first=FIRST, **tell)
        except ffmpeg.Stalled as still:
            raise JobFailed("source_stalled" if self._flows.is_set() else "source_silent", still.words) from None
        except ffmpeg.Ended as ended:
            raise JobFailed("source_gone", ended.words) from None
        raise JobFailed("source_ended", final=True) if source.ends else JobFailed("source_gone")

    async def _watch(self, stay: Stay, feed: RemoteFeed) -> None:
        """Says that media flow, and sees when they may no more, or when the engine has forgotten them."""
        await self._flows.wait()
        await in_database(pulls.arrived, relay=self._relay, stay=stay)
        kept: dict[str, bool] = {"audio": False, "video": False}
        while True:
            held = await self._keep(stay)
            if held and held.gone:
                raise JobFailed(held.gone, final=held.gone in BY_HAND)
            if held and held.kept != kept:
                kept = held.kept
                await feed.hold_back(kept)
            if not await feed.is_there():
                raise JobFailed("engine")
            await asyncio.sleep(LOOK)

    async def _keep(self, stay: Stay) -> pulls.Held | None:
        """None where the database is away: the lease of the relay says how long that may last."""
        try:
            return await in_database(pulls.keep, relay=self._relay, stay=stay)
        except DatabaseError:
            log.exception("the stay of %s could not be renewed", self._relay.rid)
            return None

    @staticmethod
    async def _beside(*works) -> None:
        """All at once; what the first of them raises ends the others."""
        tasks = [asyncio.ensure_future(work) for work in works]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _engine_is_there(self) -> None:
        for _ in range(10):
            if self._engine.connected:
                return
            await asyncio.sleep(0.5)
        raise JobFailed("engine")

    def _env(self, address: str) -> dict[str, str]:
        """Of our own environment the program is told nothing; whatever speaks HTTP in it goes through the gate."""
        proxy = f"http://127.0.0.1:{self._gate.port}"
        return {"PATH": os.environ.get("PATH", os.defpath), "http_proxy": proxy, "https_proxy": proxy}

    def _explained(self, failure: JobFailed) -> JobFailed:
        """What the gate saw says more than what became of it; the address is not told again."""
        code, theirs = failure.code, failure.code in ("not_media", "source_gone", "source_silent")
        if theirs and self._gate.forbidden:
            code = "source_forbidden"
        elif theirs and (self._gate.unreached or pull_command.refuses(failure.detail)) and not self._flows.is_set():
            code = "source_unreachable"
        return JobFailed(code, sources.redacted(failure.detail, self._url), final=failure.final)
