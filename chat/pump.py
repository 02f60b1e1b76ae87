"""The pump: what the members of a room say through this process goes on its way together, ten times a second and
highest priority first; HIGH goes at once. `publish.lua` decides for all processes what the room takes. While it takes
no more of a priority, that is turned away before any work is spent on it, and only counted."""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Iterator
from time import monotonic, sleep
from weakref import WeakKeyDictionary

from redis import RedisError

from chat import history, keeping
from chat.drafts import Draft, Excess, charge
from chat.keeper import Keeper
from chat.models import Priority
from core.errors import DomainError, TooFast, Unavailable
from core.threads import in_redis

log = logging.getLogger(__name__)
EVERY = 0.1  # seconds between two flushes of a room
Waiting = tuple[Draft, "asyncio.Future[dict]"]
TurnedAway = tuple[Excess, "asyncio.Future[dict]"]


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
        self._turned_away: list[TurnedAway] = []
        self._closed: dict[str, float] = {}  # by the monotonic clock, until when there is no place for a priority
        self._timer: asyncio.Handle | None = None  # uvloop's cannot say for when it is
        self._due = 0.0
        self._flush: asyncio.Task | None = None

    def say(self, draft: Draft) -> "asyncio.Future[dict]":
        """In the order of the calls. Holds `{epoch, seq}`, `{dropped: true}`, or TooFast `room_busy`, Unavailable."""
        future = asyncio.get_running_loop().create_future()
        line = self._lines[draft.priority]
        # Where others wait already, there is no place for this one either.
        soon = draft.priority == Priority.HIGH and not line
        line.append((draft, future))
        self._flush_in(0 if soon else EVERY)
        return future

    def turn_away(self, excess: Excess) -> "asyncio.Future[dict] | None":
        """None where there may be a place. Holds what `say` does, or the TooFast of somebody who says too much."""
        if self._closed.get(excess.priority, 0) <= monotonic():
            return None
        future = asyncio.get_running_loop().create_future()
        self._turned_away.append((excess, future))
        self._flush_in(EVERY)
        return future

    @property
    def idle(self) -> bool:
        return self._flush is None and not any(self._lines.values()) and not self._turned_away

    @property
    def crowded(self) -> bool:
        """Whether something would be turned away."""
        return max(self._closed.values(), default=0) > monotonic()

    def _flush_in(self, seconds: float) -> None:
        if self._flush:  # it looks again when it is done
            return
        due = monotonic() + seconds
        if self._timer:
            if self._due <= due:
                return
            self._timer.cancel()
        self._due, self._timer = due, asyncio.get_running_loop().call_later(seconds, self._begin)

    def _begin(self) -> None:
        self._timer = None
        self._flush = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        batch = [entry for line in self._lines.values() for entry in line]
        turned_away, self._turned_away = self._turned_away, []
        for line in self._lines.values():
            line.clear()
        again_at = None
        try:
            again_at = await self._publish(batch, turned_away)
        except Exception as fault:
            if not isinstance(fault, RedisError | Unavailable):
                log.exception("a flush of %s failed", self.gid)
            for _, future in [*batch, *turned_away]:
                _settle(future, Unavailable())
        finally:
            self._flush = None
            if self._lines[Priority.HIGH]:
                self._flush_in(max(again_at - monotonic(), 0) if again_at else 0)
            elif not self.idle:
                self._flush_in(EVERY)

    async def _publish(self, batch: list[Waiting], turned_away: list[TurnedAway]) -> float | None:
        """The moment at which those who must wait try again."""
        drafts, excess = [draft for draft, _ in batch], [each for each, _ in turned_away]
        decisions, refusals = await in_redis(_offer, self.gid, self._name, drafts, excess)
        self._closed = {name: decisions.asked + seconds for name, seconds in decisions.closed.items()}
        waiting, late = [], []
        for (draft, future), decision in zip(batch, decisions.each, strict=False):
            if decision.code != "w":
                _settle(future, _outcome(decisions.epoch, decision))
            elif draft.patience < decisions.free_in:
                late.append(future)
            else:
                waiting.append((draft, future))
        _tell(turned_away, refusals, decisions, skip=len(batch))
        _pumps().keeper.put(_to_keep(batch, decisions))
        if late:
            await self._refuse(late)
        self._lines[Priority.HIGH].extendleft(reversed(waiting))
        return decisions.asked + decisions.free_in if waiting else None

    async def _refuse(self, late: list[asyncio.Future]) -> None:
        await in_redis(history.refused, self.gid, len(late))
        for future in late:
            _settle(future, room_busy())


def _offer(gid: str, who: str, drafts: list[Draft], excess: list[Excess]) -> tuple[history.Decisions, list]:
    """What the room decides: first on the drafts, then on those of the excess whose senders are not refused."""
    refusals = charge(excess)
    counted = [each for each, refusal in zip(excess, refusals, strict=True) if refusal is None]
    return history.publish(gid, [each.offer for each in [*drafts, *counted]], who=who), refusals


def _tell(turned_away: list[TurnedAway], refusals: list, decisions: history.Decisions, *, skip: int) -> None:
    decided = iter(decisions.each[skip:])
    for (_, future), refusal in zip(turned_away, refusals, strict=True):
        _settle(future, refusal or _outcome(decisions.epoch, next(decided)))


def _to_keep(batch: list[Waiting], decisions: history.Decisions) -> Iterator[keeping.Said]:
    """What was taken. What was taken before as well: perhaps the answer to the first try was lost."""
    for (draft, _), decision in zip(batch, decisions.each, strict=False):  # what was turned away comes behind
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

    def is_crowded(self, gid: str) -> bool:
        return gid in self._rooms and self._rooms[gid].crowded

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


def is_crowded(gid: str) -> bool:
    """Whether the room was so full a moment ago that `turn_away` is worth to be tried."""
    return _pumps().is_crowded(gid)


def turn_away(excess: Excess) -> "asyncio.Future[dict] | None":
    return _pumps().room(excess.gid).turn_away(excess)
