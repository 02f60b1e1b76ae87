"""The heartbeat of a process: renews the stays of all its sockets in one UPDATE, closes sockets that went silent, and
tells a room its new number of viewers at most once a second."""

import asyncio
import logging
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from core.threads import in_database
from rooms.services import shows, stays

if TYPE_CHECKING:
    from rooms.consumers.room import RoomConsumer

log = logging.getLogger(__name__)
SILENCE = 25  # seconds without a frame before a socket counts as gone
RENEWAL = 15  # seconds between two renewals; a third of the lease


class Presence:
    def __init__(self) -> None:
        self._heard: dict[RoomConsumer, float] = {}
        self._moved: set[str] = set()
        self._task: asyncio.Task | None = None

    def joined(self, consumer: "RoomConsumer") -> None:
        self.heard(consumer)
        self._moved.add(consumer.cid)
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._run())

    def left(self, consumer: "RoomConsumer") -> None:
        if self._heard.pop(consumer, None) is not None:
            self._moved.add(consumer.cid)

    def moved(self, cid: str) -> None:
        """The number of viewers of this channel may have changed."""
        self._moved.add(cid)

    def heard(self, consumer: "RoomConsumer") -> None:
        self._heard[consumer] = asyncio.get_running_loop().time()

    async def _run(self) -> None:
        renewed = asyncio.get_running_loop().time()
        while self._heard or self._moved:
            await asyncio.sleep(1)
            now = asyncio.get_running_loop().time()
            try:
                await self._tell_numbers()
                if now - renewed >= RENEWAL:
                    renewed = now
                    await self._renew(now)
            except Exception:  # the database is away: leases last 45 s, so the next rounds may still save them
                log.exception("presence could not be written")

    async def _tell_numbers(self) -> None:
        moved, self._moved = self._moved, set()
        for cid in moved:
            await in_database(shows.count_viewers, cid=cid)

    async def _renew(self, now: float) -> None:
        sids = []
        for consumer, heard in list(self._heard.items()):
            if now - heard > SILENCE:
                consumer.drop()
            else:
                sids += consumer.sids.values()
        if sids:
            await in_database(stays.renew, sids=sids)


_all: WeakKeyDictionary[asyncio.AbstractEventLoop, Presence] = WeakKeyDictionary()


def presence() -> Presence:
    """The heartbeat of this process."""
    return _all.setdefault(asyncio.get_running_loop(), Presence())
