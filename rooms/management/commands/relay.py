"""`bin/manage relay`: a worker that pulls streams in and makes thumbnails, HLS and recordings. Run one on each machine
that shall do such work."""

import asyncio
import os
import signal

from django.core.management.base import BaseCommand

from rooms.consumers.engine import new_engine
from rooms.relay.jobs import JOBS
from rooms.relay.tidy import tidy
from rooms.relay.worker import Worker


class Command(BaseCommand):
    help = "Pulls streams in and makes thumbnails, HLS and recordings, until it is told to stop."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--slots", type=int, default=20 * (os.cpu_count() or 1), help="jobs at a time")

    def handle(self, *args: object, slots: int, **options: object) -> None:
        asyncio.run(self._work(slots))

    async def _work(self, slots: int) -> None:
        engine = new_engine()
        await engine.start()
        work = asyncio.create_task(Worker(engine, JOBS, slots=slots).run())
        tidying = asyncio.create_task(tidy(engine))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, work.cancel)
        try:
            await work
        except asyncio.CancelledError:
            return
        finally:
            tidying.cancel()
            await asyncio.gather(tidying, return_exceptions=True)
            await engine.stop()
