"""The heartbeat of a process: renews the stays of all its connections in one UPDATE, closes sockets that went silent,
and tells a room its new number of viewers at most once a second."""

import asyncio
import logging
from typing import Protocol
from weakref import WeakKeyDictionary

from core.threads import in_database
from rooms.services import leases, shows

log = logging.getLogger(__name__)
SILENCE = 25  # seconds without a frame before a socket counts as gone
RENEWAL = 15  # seconds between two renewals; a third of the lease


class Connection(Protocol):
    """Whoever holds stays: a room socket, or an encoder."""

    cid: str
    by_right: bool  # here without a stay
    speaks: bool  # says something now and then while it is well; else its media alone tell

    def signs(self) -> list[leases.Sign]: ...
    def missed(self, gone: dict[str, str]) -> None: ...
    def drop(self) -> None: ...
    def recheck_soon(self) -> None: ...


class Presence:
    def __init__(self) -> None:
        self._heard: dict[Connection, float] = {}
        self._moved: set[str] = set()
        self._task: asyncio.Task | None = None

    def joined(self, connection: Connection) -> None:
        self._heard[connection] = self._now()
        self._moved.add(connection.cid)
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._run())

    def left(self, connection: Connection) -> None:
        if self._heard.pop(connection, None) is not None:
            self._moved.add(connection.cid)

    def moved(self, cid: str) -> None:
        """The number of viewers of this channel may have changed."""
        self._moved.add(cid)

    def heard(self, connection: Connection) -> None:
        if connection in self._heard:
            self._heard[connection] = self._now()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    async def _run(self) -> None:
        renewed = self._now()
        while self._heard or self._moved:
            await asyncio.sleep(1)
            now = self._now()
            try:
                if now - renewed >= RENEWAL:
                    renewed = now
                    await self._renew(now)
                await self._tell_numbers()
            except Exception:  # the database is away: leases last 45 s, so the next rounds may still save them
                log.exception("presence could not be written")

    async def _tell_numbers(self) -> None:
        moved, self._moved = self._moved, set()
        for cid in moved:
            await in_database(shows.count_viewers, cid=cid)

    async def _renew(self, now: float) -> None:
        """Also makes good what a lost signal should have said: a stay that is over, a right that is gone."""
        here = [one for one, heard in self._heard.items() if not one.speaks or now - heard <= SILENCE]
        for silent in self._heard.keys() - set(here):
            silent.drop()
        signs = [sign for one in here for sign in one.signs()]
        gone = await in_database(leases.renew, signs=signs) if signs else {}
        for one in here:
            if gone:
                one.missed(gone)
            if one.by_right:
                one.recheck_soon()


_all: WeakKeyDictionary[asyncio.AbstractEventLoop, Presence] = WeakKeyDictionary()


def presence() -> Presence:
    """The heartbeat of this process."""
    return _all.setdefault(asyncio.get_running_loop(), Presence())
