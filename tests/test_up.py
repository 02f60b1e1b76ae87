"""bin/up as a person meets it: what it says, what it brings back, and that it leaves nothing behind."""

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.house import START_S, STOP_S, UP, House, Person, free_port, until

pytestmark = pytest.mark.walk


def refusal(*options: str) -> str:
    """What a start that must fail says, in its one line."""
    done = subprocess.run([str(UP), *options], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    lines = (done.stdout + done.stderr).strip().splitlines()
    assert len(lines) == 1
    return lines[0]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    running = House(tmp_path_factory.mktemp("up") / "data", nothing=True)
    try:
        yield running.wait_until_ready()
    finally:
        running.end()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., House]]:
    started: list[House] = []

    def begin(data: Path, *options: str) -> House:
        started.append(House(data, *options))
        return started[-1].wait_until_ready()

    yield begin
    for running in started:
        running.end()


def test_it_says_in_one_sentence_that_the_port_is_busy(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"Port {port} is in use" in refusal("--port", str(port), "--data", str(tmp_path))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "0"], "Port 0 is out of range"),
        (["--port", "many"], "invalid int value"),
        (["--data", "/dev/null/data"], "data folder"),
        (["--host", "https://live.example.org"], "not a host name"),
        (["--processes", "0"], "--processes takes a number"),
    ],
)
def test_it_refuses_a_wrong_option_in_one_sentence(options: list[str], words: str) -> None:
    assert words in refusal(*options)


def test_it_refuses_a_second_start_on_the_same_data(house: House) -> None:
    said = refusal("--port", str(free_port()), "--data", str(house.data))
    assert "already running" in said
    assert house.answers()


def test_it_refuses_to_show_demo_people_to_the_world(house: House, tmp_path: Path) -> None:
    (tmp_path / "demo-people").touch()
    assert "demo people" in refusal("--host", "live.example.org", "--data", str(tmp_path))


def test_its_secrets_are_for_its_own_eyes(house: House) -> None:
    secrets = [house.data / "env", house.data / "run" / "env", house.data / "janus" / "janus.jcfg"]
    assert {path.stat().st_mode & 0o777 for path in secrets} == {0o600}


@pytest.mark.parametrize("part", ["redis-server", "janus -F", "-m daphne", "config worker", "config beat"])
def test_it_brings_a_killed_part_back(house: House, part: str) -> None:
    before = house.pids(part)
    os.kill(min(before), signal.SIGKILL)
    assert until(lambda: bool(house.pids(part) - before), 10)
    assert until(house.answers, START_S)


def test_it_stops_all_parts_and_exits_0_when_asked(start: Callable[..., House], tmp_path: Path) -> None:
    house = start(tmp_path / "data", "--server", "uvicorn", "--processes", "2")
    assert len(house.pids("-m uvicorn")) == 2
    house.process.send_signal(signal.SIGTERM)
    assert house.process.wait(STOP_S) == 0
    assert house.pids() == set()


def test_it_leaves_no_orphans_when_it_is_killed(start: Callable[..., House], tmp_path: Path) -> None:
    house = start(tmp_path / "data")
    assert until(lambda: len(house.pids("config worker")) > 1, START_S)  # the worker's own children are the hard ones
    house.process.kill()
    house.process.wait()
    assert until(lambda: house.pids() == set(), 10)


def test_it_runs_where_the_path_is_too_long_for_a_socket(start: Callable[..., House], tmp_path: Path) -> None:
    house = start(tmp_path / ("long" * 30) / "data with spaces")
    assert house.answers()


def test_a_stop_tells_every_socket_to_come_back_later(start: Callable[..., House], tmp_path: Path) -> None:
    house = start(tmp_path / "data")
    guest = Person(house)
    cid = Person.known(house, "host").api("GET", "channels/").json()["results"][0]["cid"]
    with guest.socket(f"/ws/rooms/{cid}/") as talk:
        talk.hears("room.snapshot")
        house.process.send_signal(signal.SIGTERM)
        assert 0 < talk.hears("reconnect")["in"] <= 4
        assert talk.closes() == 1012
    assert house.process.wait(STOP_S) == 0


def test_sockets_know_what_was_said_while_redis_was_away(house: House) -> None:
    channel = Person.known(house, "host").api("GET", "channels/").json()["results"][0]
    path = f"/ws/chat/{quote(channel['gid'])}/"
    with Person(house).socket(path) as guest, Person.known(house, "viewer").socket(path) as speaker:
        before = guest.hears("chat.welcome")
        speaker.hears("chat.welcome")
        os.kill(min(house.pids("redis-server")), signal.SIGKILL)
        assert until(lambda: speaker.says("chat.send", text="are you there?")["type"] == "reply", 20)
        again = guest.hears("chat.message", "chat.welcome", within=20)
        assert "are you there?" in [line["text"] for line in again.get("recent", [again])]
        assert again["epoch"] != before["epoch"]


def test_the_room_is_told_anew_after_redis_was_killed(house: House) -> None:
    channel = Person.known(house, "host").api("GET", "channels/").json()["results"][0]
    with Person(house).socket(f"/ws/rooms/{channel['cid']}/") as guest:
        guest.hears("room.snapshot")
        os.kill(min(house.pids("redis-server")), signal.SIGKILL)
        assert guest.hears("room.snapshot", again=True, within=20)["channel"]["cid"] == channel["cid"]
