"""Many guests who do the same thing over and over for a while, and what it cost the server."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bench.kit.guest import Guest
from bench.kit.place import Place
from bench.kit.processes import Meter

WARM_UP = 0.25  # of the measured time


@dataclass(frozen=True)
class Rush:
    """What `len(milliseconds)` visits took."""

    milliseconds: list[float]
    wall: float  # seconds
    cpu: float  # seconds of the server processes

    @property
    def rate(self) -> float:
        return len(self.milliseconds) / self.wall

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu / len(self.milliseconds)


Visit = Callable[[Guest], Awaitable[float | None]]


async def rush(place: Place, visit: Visit, *, seconds: float, guests: int) -> Rush:
    """`visit` may answer the moment (loop time) that counts as "there"; without one it is its end."""
    async with AsyncExitStack() as stack:
        people = [await stack.enter_async_context(Guest(place)) for _ in range(guests)]
        await _repeat(people, visit, seconds * WARM_UP)
        meter = Meter(place.servers)
        took = await _repeat(people, visit, seconds)
        cpu, wall = meter.read()
    return Rush(took, wall, cpu)


async def _repeat(people: list[Guest], visit: Visit, seconds: float) -> list[float]:
    loop, took = asyncio.get_running_loop(), []
    deadline = loop.time() + seconds

    async def again_and_again(guest: Guest) -> None:
        while (began := loop.time()) < deadline:
            there = await visit(guest)
            took.append(1000 * ((there or loop.time()) - began))

    async with asyncio.TaskGroup() as group:
        for guest in people:
            group.create_task(again_and_again(guest))
    return took
