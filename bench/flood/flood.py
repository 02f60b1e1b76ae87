"""A room in which many speak at once: how fast, by how many people, and when all of it has settled."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from math import ceil
from types import TracebackType
from typing import Self

from bench.flood.listener import Listener
from bench.flood.records import Log, Sent
from bench.flood.room import Person, Room
from bench.flood.speaker import Speaker

EACH = 1.6  # things a moderator says in a second: less than 120 frames a minute leave room for
PATIENCE = 60.0  # seconds for anything that is waited for; what takes longer is a fault
SETTLED = 300.0  # for what was left unanswered by a machine that is too busy


async def until(condition: Callable[[], bool], within: float = PATIENCE) -> None:
    """TimeoutError where it does not come true."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - much of what is waited for lies in other processes
            await asyncio.sleep(0.05)


class Flood:
    """`async with Flood(room, {"HIGH": 40}, listeners=10) as flood`: everybody is in."""

    def __init__(self, room: Room, rates: dict[str, float], *, listeners: int, insists: bool = False) -> None:
        self.room, self._rates, self._insists = room, rates, insists
        counts = {priority: ceil(rate / EACH) for priority, rate in rates.items()}
        people = iter(room.people(sum(counts.values()), moderators=True))
        self._people = {priority: [next(people) for _ in range(count)] for priority, count in counts.items()}
        self._ears = listeners
        self._before = room.counts()
        self.speakers: list[Speaker] = []
        self.listeners: list[Listener] = []

    async def __aenter__(self) -> Self:
        """One after the other: of a rush, one server process takes nearly all."""
        for priority, people in self._people.items():
            for person in people:
                self.speakers.append(Speaker(self.room, person, priority, insists=self._insists))
                async with asyncio.timeout(PATIENCE):
                    await self.speakers[-1].open.wait()
        for number in range(self._ears):
            self.listeners.append(Listener(self.room, Person(""), f"listener {number}"))
            async with asyncio.timeout(PATIENCE):
                await self.listeners[-1].open.wait()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(line.end() for line in [*self.speakers, *self.listeners]))

    @property
    def sent(self) -> list[Sent]:
        return [sent for speaker in self.speakers for sent in speaker.sent]

    @property
    def logs(self) -> list[Log]:
        return [listener.log for listener in self.listeners]

    def counts(self) -> dict[str, int]:
        """The room's counters since this flood began."""
        return {name: n - self._before.get(name, 0) for name, n in self.room.counts().items()}

    @asynccontextmanager
    async def speaking(self) -> AsyncIterator[None]:
        """While the body runs, everybody speaks evenly; afterwards all of it has settled."""
        tasks = [asyncio.ensure_future(self._speak(priority, rate)) for priority, rate in self._rates.items()]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self.until_settled()

    async def _speak(self, priority: str, rate: float) -> None:
        loop = asyncio.get_running_loop()
        speakers = [speaker for speaker in self.speakers if speaker.priority == priority]
        began, said = loop.time(), 0
        while True:
            await asyncio.sleep(began + said / rate - loop.time())
            await speakers[said % len(speakers)].speak()
            said += 1

    async def until_settled(self) -> None:
        """Everybody was answered, and every listener stands where the room does, without another word to wake them."""
        await until(lambda: all(speaker.quiet.is_set() for speaker in self.speakers), SETTLED)
        await until(lambda: {log.stands for log in self.logs} == {self.room.stands()})
