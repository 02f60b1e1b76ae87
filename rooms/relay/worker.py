"""A worker takes relays that are due and runs their jobs, as long as it can say that it has them."""

import asyncio
import logging
import os
import socket
from collections.abc import Mapping

from django.core.cache import cache
from django.db import DatabaseError

from core import clock
from core.errors import DomainError
from core.ids import short_id
from core.threads import in_database
from rooms.checks import RELAYED
from rooms.flows import HELD_BY_WORKER
from rooms.media.janus import Engine
from rooms.models import Relay
from rooms.relay.job import Job, JobFailed
from rooms.services import relays

log = logging.getLogger(__name__)
ROUND = 1.0  # seconds between two looks at the rows
MARGIN = 5  # seconds before the end of a lease at which a worker that cannot renew it stops by itself


class Worker:
    def __init__(self, engine: Engine, jobs: Mapping[str, type[Job]], *, slots: int) -> None:
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}:{short_id()}"
        self._engine, self._jobs, self._slots = engine, jobs, slots
        self._tasks: dict[int, asyncio.Task] = {}
        self._sure_until = 0.0

    async def run(self) -> None:
        """Until it is cancelled; then all its jobs end, and others may have them."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(ROUND)
        finally:
            await self._end(set(self._tasks))
            await in_database(relays.let_go, worker=self.name)

    async def _look(self) -> None:
        try:
            await self._keep()
            await self._take()
        except DatabaseError:
            log.exception("the relays could not be read")
        if asyncio.get_running_loop().time() > self._sure_until:
            await self._end(set(self._tasks))

    async def _keep(self) -> None:
        """What is not ours any more ends before anything new begins."""
        began = asyncio.get_running_loop().time()
        mine = await in_database(relays.renew, worker=self.name, pks=list(self._tasks))
        self._sure_until = began + HELD_BY_WORKER.total_seconds() - MARGIN
        await self._end(set(self._tasks) - mine)

    async def _take(self) -> None:
        free = self._slots - len(self._tasks)
        taken = await in_database(relays.claim, worker=self.name, kinds=list(self._jobs), limit=free) if free else []
        for relay in taken:
            self._tasks[relay.pk] = asyncio.create_task(self._do(relay))
        await in_database(cache.set, RELAYED, (await in_database(clock.now)).isoformat(), timeout=3600)

    async def _do(self, relay: Relay) -> None:
        try:
            await self._jobs[relay.kind](relay, self._engine).run()
            await self._say(relays.finished, relay)
        except JobFailed as failure:
            log.info("%s %s failed: %s %s", relay.kind, relay.rid, failure.code, failure.detail)
            how = relays.finished if failure.final else relays.failed
            await self._say(how, relay, failure.code, failure.detail)
        except Exception as fault:  # one job's fault ends no other
            log.exception("%s %s met a fault", relay.kind, relay.rid)
            await self._say(relays.failed, relay, "fault", repr(fault))
        finally:
            self._tasks.pop(relay.pk, None)

    @staticmethod
    async def _say(how, relay: Relay, *what: str) -> None:
        try:
            await in_database(how, relay, *what)
        except DomainError:
            log.info("%s %s is not ours any more", relay.kind, relay.rid)
        except DatabaseError:
            log.exception("how a relay ended could not be written; its lease runs out")

    async def _end(self, pks: set[int]) -> None:
        ending = [self._tasks[pk] for pk in pks]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
