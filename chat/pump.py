"""The pump: what the members of a room say through this process goes on its way together, ten times a second and
highest priority first; HIGH goes at once. `publish.lua` decides for all processes what the room takes."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from functools import partial
from time import sleep
from weakref import WeakKeyDictionary

from redis import RedisError

from chat import history, keeping
from chat.drafts import Draft
from chat.models import Priority
from core.errors import DomainError, TooFast, Unavailable
from core.threads import in_database

log = logging.getLogger(__name__)
EVERY = 0.1  # seconds between two flushes of a room


def room_busy() -> DomainError:
    return TooFast("room_busy")


def _outcome(epoch: str, decision: history.Decision) -> dict:
    return {"dropped": True} if decision.code == "d" else {"epoch": epoch, "seq": decision.seq}


def say(draft: Draft) -> dict:
    """The way of doors that have no event loop. A HIGH message waits here. Raises TooFast `room_busy`, Unavailable."""
    try:
        while True:
            decisions = history.publish(draft.gid, [draft.offer])
            (decision,) = decisions.each
            if decision.code == "a":
                keeping.keep([(draft, decisions.epoch, decision.seq)])
            if decision.code != "w":
                return _outcome(decisions.epoch, decision)
            if draft.patience < decisions.free_in:
                history.refused(draft.gid, 1)
                raise room_busy()
            sleep(decisions.free_in)
    except RedisError:
        raise Unavailable() from None


class Pump:
    """One room in one process."""

    def __init__(self, gid: str) -> None:
        self.gid = gid
        self._lines: dict[str, deque[tuple[Draft, asyncio.Future]]] = {name: deque() for name in Priority.values}
        self._timer: asyncio.TimerHandle | None = None
        self._flush: asyncio.Task | None = None

    async def say(self, draft: Draft) -> dict:
        """`{epoch, seq}` or `{dropped: true}`. Raises TooFast `room_busy`, Unavailable."""
        future = asyncio.get_running_loop().create_future()
        self._lines[draft.priority].append((draft, future))
        self._flush_in(0 if draft.priority == Priority.HIGH else EVERY)
        return await future

    @property
    def idle(self) -> bool:
        return self._flush is None and not any(self._lines.values())

    def _flush_in(self, seconds: float) -> None:
        if self._flush:  # it looks again when it is done
            return
        loop = asyncio.get_running_loop()
        if self._timer:
            if self._timer.when() <= loop.time() + seconds:
                return
            self._timer.cancel()
        self._timer = loop.call_later(seconds, self._begin)

    def _begin(self) -> None:
        self._timer = None
        self._flush = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        batch = [entry for line in self._lines.values() for entry in line]
        for line in self._lines.values():
            line.clear()
        free_in = EVERY
        try:
            free_in = await self._publish(batch)
        except Exception as fault:
            if not isinstance(fault, RedisError):
                log.exception("a flush of %s failed", self.gid)
            for _, future in batch:
                _settle(future, Unavailable())
        finally:
            self._flush = None
            if waiting := self._lines[Priority.HIGH]:
                self._flush_in(free_in if len(waiting) == self._waited(batch) else 0)
            elif any(self._lines.values()):
                self._flush_in(EVERY)

    def _waited(self, batch: list) -> int:
        tried = {id(draft) for draft, _ in batch}
        return sum(id(draft) in tried for draft, _ in self._lines[Priority.HIGH])

    async def _publish(self, batch: list[tuple[Draft, asyncio.Future]]) -> float:
        """Seconds until it is worth to try again."""
        late = [entry for entry in batch if entry[0].priority == Priority.HIGH and entry[0].patience < 0]
        batch = [entry for entry in batch if entry not in late]
        if late:
            await in_database(history.refused, self.gid, len(late))
            for _, future in late:
                _settle(future, room_busy())
        if not batch:
            return 0
        decisions = await in_database(history.publish, self.gid, [draft.offer for draft, _ in batch])
        waiting, taken = [], []
        for (draft, future), decision in zip(batch, decisions.each, strict=True):
            if decision.code == "w":
                waiting.append((draft, future))
                continue
            if decision.code == "a":
                taken.append((draft, decisions.epoch, decision.seq))
            _settle(future, _outcome(decisions.epoch, decision))
        self._lines[Priority.HIGH].extendleft(reversed(waiting))
        _pumps().keeper.put(taken)
        return decisions.free_in


def _settle(future: asyncio.Future, outcome: dict | DomainError) -> None:
    if future.done():  # whoever said it did not wait
        return
    if isinstance(outcome, DomainError):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


class Keeper:
    """Writes what was said behind its back: whatever gathered while the last INSERT ran goes into the next."""

    def __init__(self) -> None:
        self._said: list[keeping.Said] = []
        self._task: asyncio.Task | None = None

    def put(self, said: Iterable[keeping.Said]) -> None:
        self._said.extend(said)
        if self._said and (self._task is None or self._task.done()):
            self._task = asyncio.ensure_future(self._write())

    async def _write(self) -> None:
        while self._said:
            batch, self._said = self._said[: keeping.BATCH], self._said[keeping.BATCH :]
            try:
                await in_database(partial(keeping.keep, batch))
            except Exception:
                log.exception("%d messages could not be kept yet", len(batch))
                self._said = (batch + self._said)[-keeping.MOST :]
                await asyncio.sleep(1)


class Pumps:
    """All rooms of one process (of one event loop, to be exact)."""

    def __init__(self) -> None:
        self.keeper = Keeper()
        self._rooms: dict[str, Pump] = {}

    def room(self, gid: str) -> Pump:
        if gid not in self._rooms:
            self._rooms = {known: pump for known, pump in self._rooms.items() if not pump.idle}
            self._rooms[gid] = Pump(gid)
        return self._rooms[gid]


_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Pumps] = WeakKeyDictionary()


def _pumps() -> Pumps:
    return _by_loop.setdefault(asyncio.get_running_loop(), Pumps())


async def say_in_room(draft: Draft) -> dict:
    return await _pumps().room(draft.gid).say(draft)
