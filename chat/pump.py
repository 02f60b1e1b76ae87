"""The pump: what the members of a room say through this process goes on its way together, ten times a second and
highest priority first; HIGH goes at once. `publish.lua` decides for all processes what the room takes."""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Iterator
from time import sleep
from weakref import WeakKeyDictionary

from redis import RedisError

from chat import history, keeping
from chat.drafts import Draft
from chat.keeper import Keeper
from chat.models import Priority
from core.errors import DomainError, TooFast, Unavailable
from core.threads import in_database

log = logging.getLogger(__name__)
EVERY = 0.1  # seconds between two flushes of a room
Waiting = tuple[Draft, "asyncio.Future[dict]"]


def room_busy() -> DomainError:
    return TooFast("room_busy")


def _outcome(epoch: str, decision: history.Decision) -> dict:
    return {"dropped": True} if decision.code == "d" else {"epoch": epoch, "seq": decision.seq}


def say(draft: Draft) -> dict:
    """The way of doors that have no event loop. A HIGH message waits here. Raises TooFast `room_busy`, Unavailable."""
    name = secrets.token_hex(4)
    try:
        while True:
            decisions = history.publish(draft.gid, [draft.offer], who=name)
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
        self.gid, self._name = gid, secrets.token_hex(4)
        self._lines: dict[str, deque[Waiting]] = {name: deque() for name in Priority.values}
        self._timer: asyncio.TimerHandle | None = None
        self._flush: asyncio.Task | None = None

    def say(self, draft: Draft) -> "asyncio.Future[dict]":
        """In the order of the calls. Holds `{epoch, seq}`, `{dropped: true}`, or TooFast `room_busy`, Unavailable."""
        future = asyncio.get_running_loop().create_future()
        self._lines[draft.priority].append((draft, future))
        self._flush_in(0 if draft.priority == Priority.HIGH else EVERY)
        return future

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

    async def _publish(self, batch: list[Waiting]) -> float:
        """Seconds until it is worth to try again."""
        decisions = await in_database(history.publish, self.gid, [draft.offer for draft, _ in batch], who=self._name)
        waiting, late = [], []
        for (draft, future), decision in zip(batch, decisions.each, strict=True):
            if decision.code != "w":
                _settle(future, _outcome(decisions.epoch, decision))
            elif draft.patience < decisions.free_in:
                late.append(future)
            else:
                waiting.append((draft, future))
        _pumps().keeper.put(_to_keep(batch, decisions))
        if late:
            await self._refuse(late)
        self._lines[Priority.HIGH].extendleft(reversed(waiting))
        return decisions.free_in

    async def _refuse(self, late: list[asyncio.Future]) -> None:
        await in_database(history.refused, self.gid, len(late))
        for future in late:
            _settle(future, room_busy())


def _to_keep(batch: list[Waiting], decisions: history.Decisions) -> Iterator[keeping.Said]:
    """What was taken. What was taken before as well: perhaps the answer to the first try was lost."""
    for (draft, _), decision in zip(batch, decisions.each, strict=True):
        if decision.code == "a" or (decision.code == "r" and draft.kind not in keeping.PASSING):
            yield draft, decisions.epoch, decision.seq


def _settle(future: asyncio.Future, outcome: dict | DomainError) -> None:
    if future.done():  # whoever said it did not wait
        return
    if isinstance(outcome, DomainError):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


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


def say_in_room(draft: Draft) -> "asyncio.Future[dict]":
    return _pumps().room(draft.gid).say(draft)
