"""Who is in each room on this process: for the number that is shown, and for the tips of joining and quitting.

Nothing here is a right or a bill, so it lives in memory; what several processes must agree on is in Redis."""

import asyncio
import logging
import secrets
from collections import Counter, defaultdict
from weakref import WeakKeyDictionary

from chat import presence
from chat.services import notices, tallies
from core.actors import Actor, person_key
from core.threads import FAULTS, in_database

log = logging.getLogger(__name__)
GATHER = 1.0  # seconds whose comings and goings are told together
GRACE = 10.0  # seconds somebody whose socket closed may take to come back unnoticed
TELL_EVERY = 5  # gatherings between two words about how many are here


class Door:
    """Of one process (of one event loop, to be exact)."""

    def __init__(self) -> None:
        self._process = secrets.token_hex(6)
        self._here: dict[str, Counter[str]] = defaultdict(Counter)
        self._came: dict[str, set[int]] = defaultdict(set)
        self._went: dict[str, set[int]] = defaultdict(set)
        self._told: dict[str, int] = {}
        self._keeper: asyncio.Task | None = None

    def came(self, gid: str, actor: Actor) -> None:
        self._here[gid][person_key(actor)] += 1
        if actor.pk:
            self._went[gid].discard(actor.pk)
            self._came[gid].add(actor.pk)
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.ensure_future(self._keep())

    def went(self, gid: str, actor: Actor, *, for_good: bool) -> None:
        """`for_good`: the person said goodbye, so nobody waits for them."""
        here = self._here[gid]
        here[person_key(actor)] -= 1
        if here[person_key(actor)] <= 0:
            del here[person_key(actor)]
            if actor.pk:
                delay = 0 if for_good else GRACE
                asyncio.get_running_loop().call_later(delay, self._is_gone, gid, actor.pk, person_key(actor))

    def _is_gone(self, gid: str, pk: int, key: str) -> None:
        if key not in self._here[gid]:
            self._came[gid].discard(pk)
            self._went[gid].add(pk)

    async def _keep(self) -> None:
        turn = 0
        while True:
            await asyncio.sleep(GATHER)
            turn += 1
            try:
                await self._tell_moves()
                if turn % TELL_EVERY == 0:
                    await self._tell_numbers()
            except FAULTS:
                log.warning("who came and went could not be told", exc_info=True)

    async def _tell_moves(self) -> None:
        for gid in {*self._came, *self._went}:
            came, went = self._came.pop(gid, set()), self._went.pop(gid, set())
            if came or went:
                await in_database(
                    notices.tell_arrivals, gid=gid, process=self._process, came=sorted(came), went=sorted(went)
                )

    async def _tell_numbers(self) -> None:
        """Each room's number, again and again: a process that died is not counted for long."""
        numbers = {gid: len(people) for gid, people in self._here.items()}
        await in_database(presence.tell, self._process, numbers)
        for gid, number in numbers.items():
            if number != self._told.get(gid):
                await in_database(tallies.note, gid)
        self._told = {gid: number for gid, number in numbers.items() if number}
        for gid in [gid for gid, number in numbers.items() if not number]:
            del self._here[gid]


_doors: WeakKeyDictionary[asyncio.AbstractEventLoop, Door] = WeakKeyDictionary()


def door() -> Door:
    return _doors.setdefault(asyncio.get_running_loop(), Door())
