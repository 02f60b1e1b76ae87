"""The heartbeat of a process: renews the stays of all its sockets in one UPDATE, closes sockets that went silent, and
tells a room its new number of viewers at most once a second."""

import asyncio
import logging
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from core.threads import in_database
from rooms.services import leases, shows

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
        self._heard[consumer] = self._now()
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
        if consumer in self._heard:
            self._heard[consumer] = self._now()

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
        here = {consumer: heard for consumer, heard in self._heard.items() if now - heard <= SILENCE}
        for consumer in self._heard.keys() - here.keys():
            consumer.drop()
        signs = [sign for consumer in here for sign in consumer.signs()]
        gone = await in_database(leases.renew, signs=signs) if signs else {}
        for consumer in here:
            if gone:
                consumer.missed(gone)
            if consumer.by_right:
                consumer.recheck_soon()


_all: WeakKeyDictionary[asyncio.AbstractEventLoop, Presence] = WeakKeyDictionary()


def presence() -> Presence:
    """The heartbeat of this process."""
    return _all.setdefault(asyncio.get_running_loop(), Presence())
