"""A real Daphne, and readers of a long answer who are slow, go away, or fall asleep."""

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.tests.long_answers import PART, PARTS
from tests.house import until

BOUND = 20.0  # seconds
MOST = 8  # parts on their way: what the kernel, Twisted and one `send` hold


class Connection(http.client.HTTPConnection):
    def __init__(self, door: Path) -> None:
        super().__init__("localhost", timeout=BOUND)
        self._door = str(door)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._door)


class Server:
    def __init__(self, door: Path) -> None:
        self._door = door

    def asked(self, path: str) -> Connection:
        connection = Connection(self._door)
        connection.request("GET", path)
        return connection

    def now(self) -> dict[str, int]:
        return json.loads(self.asked("/").getresponse().read())

    def until(self, true: Callable[[dict[str, int]], bool]) -> dict[str, int]:
        said: list[dict[str, int]] = []

        def is_true() -> bool:
            said.append(self.now())
            return true(said[-1])

        assert until(is_true, BOUND), said[-1]
        return said[-1]


@pytest.fixture
def patience() -> float:
    return 60


@pytest.fixture
def server(tmp_path: Path, patience: float) -> Iterator[Server]:
    door = tmp_path / "door"
    command = [sys.executable, "-m", "daphne", "-v", "0", "-u", str(door), "core.tests.long_answers:application"]
    process = subprocess.Popen(command, env={**os.environ, "PATIENCE": str(patience)})
    try:
        assert until(lambda: door.exists() or process.poll() is not None, BOUND)
        assert process.poll() is None
        yield Server(door)
    finally:
        process.kill()
        process.wait()


def test_a_slow_reader_is_waited_for_and_misses_nothing(server):
    film = server.asked("/film")
    assert server.until(lambda now: now["begun"])["begun"] < MOST
    assert film.getresponse().read() == PART * PARTS
    assert server.now() == {"begun": PARTS, "over": 1}


def test_the_next_answer_on_the_same_connection_is_not_held_up(server):
    connection = server.asked("/film")
    assert connection.getresponse().read() == PART * PARTS
    connection.request("GET", "/film")
    assert connection.getresponse().read() == PART * PARTS


def test_nobody_goes_on_for_a_reader_who_went(server):
    film = server.asked("/film")
    server.until(lambda now: now["begun"])
    film.close()
    assert server.until(lambda now: now["over"])["begun"] < MOST


@pytest.mark.parametrize("patience", [0.3])
def test_a_reader_who_takes_nothing_is_cut(server):
    film = server.asked("/film")
    assert server.until(lambda now: now["over"])["begun"] < MOST
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        film.getresponse().read()
