"""A room that is overrun, and parts that die while people speak: what was promised holds (bench/flood/proofs.py)."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.flood import proofs
from bench.flood.flood import Flood, until
from bench.flood.room import Room
from chat.history import LIMIT
from tests.house import House, Person

pytestmark = [pytest.mark.walk, pytest.mark.asyncio]

OVERLOAD = {"HIGH": 5, "NORMAL": 40, "LOW": 15}
TALK = {"HIGH": 3, "NORMAL": 9, "LOW": 3}
BACK = 30.0  # seconds for a herd
SAY = """
local seq = redis.call('INCR', KEYS[1])
local frame = '{"type":"chat.message","epoch":"' .. ARGV[1] .. '","seq":' .. seq .. ',"ts":' .. ARGV[2]
frame = frame .. ',"sender":null,"kind":"text","text":"good night","nonce":"last","priority":"HIGH"}'
redis.call('RPUSH', KEYS[2], frame)
"""
AGE = """
for index, frame in ipairs(redis.call('LRANGE', KEYS[1], 0, -11)) do
  redis.call('LSET', KEYS[1], index - 1, (string.gsub(frame, '"ts":%d+', '"ts":1600000000000', 1)))
end
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two server processes on one door, through which any number may come from one address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOCKETS_PER_ADDRESS", "0")
        running = House(tmp_path_factory.mktemp("flood") / "data", "--processes", "2")
    try:
        yield running.wait_until_ready()
    finally:
        running.end()


@pytest.fixture
def room(house: House) -> Room:
    host = Person.known(house, "host")
    return Room(house, host.origin, host.api("POST", "channels/", title="Everybody speaks").json()["gid"])


async def test_im22_im24_in_a_flood_the_important_arrives_and_the_rest_is_counted(room: Room) -> None:
    async with Flood(room, OVERLOAD, listeners=10) as flood:
        async with flood.speaking():
            await until(lambda: len(flood.sent) > 250)
        high = [sent for sent in flood.sent if sent.priority == "HIGH"]
        assert {sent.outcome for sent in high} == {"taken"}
        assert {sent.outcome for sent in flood.sent} == {"taken", "dropped"}
        assert all({sent.word for sent in high} <= {shown.word for shown in log.shown} for log in flood.logs)
        assert proofs.all_broken(flood.sent, flood.logs) == []
        assert proofs.sums(flood.sent, flood.counts()) == []
        assert 20 < proofs.worst_window(flood.logs[0].shown) <= LIMIT


async def test_a_server_that_is_killed_loses_nobody_a_word(room: Room, house: House) -> None:
    async with Flood(room, TALK, listeners=10, insists=True) as flood:
        async with flood.speaking():
            await until(lambda: len(flood.sent) > 30)
            os.kill(busiest(servers(house)), signal.SIGKILL)
            await until(lambda: came_back(flood))
            await said_more(flood, 30)
        assert proofs.all_broken(flood.sent, flood.logs) == []
        assert all(len(log.spans) == 1 for log in flood.logs)
        assert {sent.outcome for sent in flood.sent} <= {"taken", "dropped"}


async def test_sockets_that_are_cut_again_and_again_miss_nothing(room: Room) -> None:
    async with Flood(room, TALK, listeners=10) as flood:
        async with flood.speaking():
            for turn in range(8):
                flood.listeners[turn].cut()
                flood.speakers[turn].cut()
                await said_more(flood, 5)
            await until(lambda: came_back(flood))
        assert proofs.all_broken(flood.sent, flood.logs) == []
        assert all(len(log.spans) == 1 for log in flood.logs)


async def test_a_redis_that_is_killed_costs_words_but_never_unnoticed(room: Room, house: House) -> None:
    async with Flood(room, TALK, listeners=10, insists=True) as flood:
        before, _ = room.stands()
        async with flood.speaking():
            await until(lambda: len(flood.sent) > 30)
            os.kill(min(house.pids("redis-server")), signal.SIGKILL)
            await until(lambda: any(sent.epoch not in ("", before) for sent in flood.sent))
            await said_more(flood, 30)
        assert proofs.all_broken(flood.sent, flood.logs) == []
        assert all([span.epoch for span in log.spans] == [before, room.stands()[0]] for log in flood.logs)


async def test_the_last_word_reaches_everybody_also_when_no_process_listened_as_it_was_said(room: Room) -> None:
    async with Flood(room, TALK, listeners=6) as flood:
        async with flood.speaking():
            await until(lambda: len(flood.sent) > 15)
        with room.redis.pipeline(transaction=True) as at_once:
            at_once.client_kill_filter(_type="pubsub")
            at_once.eval(SAY, 2, room.key("seq"), room.key("history"), room.stands()[0], int(time.time() * 1000))
            at_once.execute()
        await flood.until_settled()
        assert proofs.holes(flood.logs) == []
        assert {log.shown[-1].word for log in flood.logs} == {"last"}


@pytest.mark.parametrize("how", ["too many words", "too long"])
async def test_who_was_away_for_longer_than_is_kept_is_told_so(room: Room, how: str) -> None:
    async with Flood(room, TALK, listeners=2) as flood:
        async with flood.speaking():
            await until(lambda: all(len(log.shown) > 5 for log in flood.logs))
            away, here = flood.listeners
            away.may_come.clear()
            away.cut()
            await until(lambda: not away.open.is_set())
            await until(lambda: here.log.stands[1] > away.log.stands[1] + 20)
            forget(room, how)
            away.may_come.set()
        assert proofs.all_broken(flood.sent, flood.logs) == []
        assert [len(log.spans) for log in flood.logs] == [2, 1]


async def test_a_herd_is_back_in_half_a_minute_and_missed_nothing(room: Room, house: House) -> None:
    async with Flood(room, {"NORMAL": 5}, listeners=200, insists=True) as flood:
        loop = asyncio.get_running_loop()
        async with flood.speaking():
            await until(lambda: len(flood.sent) > 5)
            killed = loop.time()
            for server in servers(house):
                os.kill(server, signal.SIGKILL)
            await until(lambda: all(len(listener.comings) == 2 for listener in flood.listeners))
        assert max(listener.comings[1] for listener in flood.listeners) - killed < BACK
        assert proofs.all_broken(flood.sent, flood.logs) == []
        assert all(len(log.spans) == 1 for log in flood.logs)


def servers(house: House) -> set[int]:
    return house.pids("config.asgi:application")


def busiest(pids: set[int]) -> int:
    """The one with the most open files."""
    return max(pids, key=lambda pid: len([*Path(f"/proc/{pid}/fd").iterdir()]))


def came_back(flood: Flood) -> bool:
    """Somebody was gone, and everybody is here."""
    lines = [*flood.listeners, *flood.speakers]
    return any(len(line.comings) > 1 for line in lines) and all(line.open.is_set() for line in lines)


async def said_more(flood: Flood, count: int) -> None:
    wanted = len(flood.sent) + count
    await until(lambda: len(flood.sent) >= wanted)


def forget(room: Room, how: str) -> None:
    """What the room would forget in five minutes, or by two thousand messages, it forgets now."""
    if how == "too many words":
        room.redis.ltrim(room.key("history"), -10, -1)
    else:
        room.redis.eval(AGE, 1, room.key("history"))
