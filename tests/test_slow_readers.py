"""A reader who stalls costs the house nothing and nobody else a word, under both servers."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
import redis

from chat import history
from core.events import encode, layer_channel
from tests.house import House, Person, until

pytestmark = pytest.mark.walk

BATCH, WORDS = 10, "x" * 16_000  # a batch is less than what a reader may be behind
FLOOD = 12 * 2**20  # bytes; more than two kernels keep for one connection
MEMORY = 5 * 1024  # KiB


@pytest.fixture(scope="module")
def on_uvicorn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("hall") / "data", "--server", "uvicorn")
    try:
        yield house.wait_until_ready()
    finally:
        house.end()


@pytest.fixture(params=["running", "on_uvicorn"])
def hall(request: pytest.FixtureRequest) -> House:
    return request.getfixturevalue(request.param)


@pytest.fixture
def gid(hall: House) -> str:
    return Person.known(hall, "host").api("POST", "channels/", title="Somebody sleeps").json()["gid"]


def test_it_cuts_a_reader_that_stalls_and_the_others_hear_everything_in_order(hall: House, gid: str) -> None:
    with Person(hall).socket(f"/ws/chat/{quote(gid)}/") as listener:
        listener.hears("chat.welcome")
        flood = Flood(hall, gid)
        flood.until_heard(listener)
        before = most = resident_kib(hall)
        with closing(sleeper(hall, gid)) as asleep:
            assert until(lambda: is_served(hall, asleep), 10)
            while flood.said < FLOOD and is_served(hall, asleep):
                flood.until_heard(listener)
                most = max(most, resident_kib(hall))
            assert until(lambda: not is_served(hall, asleep), 10)
            flood.until_heard(listener)
        assert most - before < MEMORY


class Flood:
    """Says numbered frames to everybody in the room, straight through Redis."""

    def __init__(self, house: House, gid: str) -> None:
        lines = (house.data / "run" / "env").read_text().splitlines()
        self._redis = redis.Redis.from_url(dict(line.split("=", 1) for line in lines)["REDIS_URL"])
        self._topic, self._number, self.said = history.topic(gid), 0, 0

    def until_heard(self, listener) -> None:
        """One batch, heard to its end and in order by a reader who is awake."""
        first, self._number = self._number, self._number + BATCH
        for number in range(first, self._number):
            text = encode({"type": "flood", "number": number, "words": WORDS})
            frame = {"type": "hub.frame", "topic": self._topic, "text": text}
            self.said += len(text)
            self._redis.publish(layer_channel(self._topic), json.dumps(frame))
        heard = [listener.hears("flood")["number"] for _ in range(BATCH)]
        assert heard == list(range(first, self._number))


def sleeper(house: House, gid: str) -> socket.socket:
    """A guest who comes in and never reads a word."""
    asleep = socket.socket()
    asleep.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    asleep.connect(("127.0.0.1", house.port))
    asleep.sendall(
        f"GET /ws/chat/{quote(gid)}/ HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\n"
        f"Origin: http://127.0.0.1:{house.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    return asleep


def is_served(house: House, visitor: socket.socket) -> bool:
    """Whether a process of the house still holds the other end. The kernel may keep it for a while after that."""
    theirs, mine = f":{house.port:04X}", f":{visitor.getsockname()[1]:04X}"
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(theirs) and fields[2].endswith(mine):
            return fields[9] != "0"  # its inode
    return False


def resident_kib(house: House) -> int:
    (server,) = house.pids("config.asgi:application")
    status = Path(f"/proc/{server}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])
