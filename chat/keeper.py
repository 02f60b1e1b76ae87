"""Writes what was said behind its back: whatever gathered while the last INSERT ran goes into the next."""

import asyncio
import logging
from collections.abc import Iterable
from functools import partial

from chat import keeping
from core.threads import in_database

log = logging.getLogger(__name__)
AGAIN = 1.0  # seconds until a database that was away is asked again


class Keeper:
    def __init__(self) -> None:
        self._said: list[keeping.Said] = []
        self._task: asyncio.Task | None = None

    def put(self, said: Iterable[keeping.Said]) -> None:
        self._said.extend(said)
        if self._said and (self._task is None or self._task.done()):
            self._task = asyncio.ensure_future(self._write())

    async def _write(self) -> None:
        size = keeping.BATCH
        while batch := self._said[:size]:
            try:
                await in_database(partial(keeping.keep, batch))
            except keeping.AWAY:
                log.exception("%d messages could not be kept yet", len(self._said))
                self._said = self._said[-keeping.MOST :]
                await asyncio.sleep(AGAIN)
                continue
            except Exception:
                if size > 1:  # one of them is to blame: the others must not wait for it
                    size = -(-len(batch) // 2)
                    continue
                log.exception("a message could not be kept")
            del self._said[: len(batch)]
            size = min(2 * size, keeping.BATCH)
