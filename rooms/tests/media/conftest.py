import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from rooms.media.janus import Engine
from rooms.media.peer import Room
from rooms.tests.media.browser import Guest, Host, until
from rooms.tests.media.real_janus import ADMIN_KEY, API_SECRET, Janus


@pytest.fixture
def janus(tmp_path: Path) -> Iterator[Janus]:
    process = Janus(tmp_path)
    process.start()
    yield process
    assert process.died is None, process.log[-2000:]
    process.kill()


@pytest.fixture
def room() -> Room:
    return Room(id=uuid.uuid4().hex, secret="secret of the room", pin="pin of the room")


@pytest_asyncio.fixture
async def engine(janus: Janus) -> AsyncIterator[Engine]:
    # aiortc misses the first key frame of a line it is not ready for, and asks for no other.
    engine = Engine(janus.url, api_secret=API_SECRET, admin_key=ADMIN_KEY, fir_freq=1)
    await engine.start()
    await until(lambda: engine.connected, "the engine is connected")
    yield engine
    await engine.stop()


@pytest_asyncio.fixture
async def new_host(engine: Engine, room: Room) -> AsyncIterator[Callable[[str], Host]]:
    """new_host(feed): a person who can go on the air."""
    people: list[Host] = []

    def make(feed: str) -> Host:
        people.append(Host(engine, room, feed))
        return people[-1]

    yield make
    await asyncio.gather(*(person.leave() for person in people))


@pytest_asyncio.fixture
async def new_guest(engine: Engine, room: Room) -> AsyncIterator[Callable[[str], Guest]]:
    """new_guest(name): a person who can watch."""
    people: list[Guest] = []

    def make(name: str) -> Guest:
        people.append(Guest(engine, room, name))
        return people[-1]

    yield make
    await asyncio.gather(*(person.leave() for person in people))
