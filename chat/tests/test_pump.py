"""The pump: what goes first, what waits and for how long, and what becomes of it all when a part is away."""

import asyncio
import secrets
import time

import pytest
from django.db import OperationalError
from redis import RedisError

from chat import history, keeper, keeping, pump
from chat.drafts import Draft
from chat.keeper import Keeper
from chat.models import Message
from chat.pump import Pump, Pumps
from core.errors import DomainError
from core.threads import in_database

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def room(monkeypatch) -> Pump:
    """One that keeps no rows."""
    monkeypatch.setattr(Keeper, "put", lambda self, said: None)
    return Pump(f"@TGS#{secrets.token_hex(6)}")


@pytest.fixture
def small(monkeypatch) -> None:
    """A room that takes two messages a second, HIGH ones alone."""
    monkeypatch.setattr(history, "LIMIT", 2)


def draft(gid: str, priority: str = "NORMAL", text: str = "hello", **other: object) -> Draft:
    message = {"sender": None, "kind": "text", "priority": priority, "text": text}
    return Draft(0, gid, None, "text", priority, {"text": text}, message, **other)


def texts(room: Pump) -> list[str]:
    return [message["text"] for message in history.recent(room.gid)[2]]


async def outcome(saying) -> dict | str:
    try:
        return await saying
    except DomainError as refusal:
        return refusal.code


def fill(gid: str, count: int) -> None:
    """The room took so many just now."""
    history.publish(gid, [draft(gid, "HIGH", f"before {n}").offer for n in range(count)])


async def test_within_one_flush_the_more_important_goes_first(room: Pump) -> None:
    said = [room.say(draft(room.gid, priority, priority)) for priority in ("LOWEST", "NORMAL", "HIGH", "LOW")]
    await asyncio.gather(*said)
    assert texts(room) == ["HIGH", "NORMAL", "LOW", "LOWEST"]


async def test_what_is_important_does_not_wait_for_the_flush(room: Pump, monkeypatch) -> None:
    monkeypatch.setattr(pump, "EVERY", 3600)
    ordinary = asyncio.ensure_future(room.say(draft(room.gid)))
    async with asyncio.timeout(10):
        assert (await room.say(draft(room.gid, "HIGH")))["seq"] == 1
        await ordinary  # it goes along


async def test_what_is_important_waits_for_a_place_and_gets_it(room: Pump, small: None) -> None:
    fill(room.gid, 2)
    saying = asyncio.ensure_future(room.say(draft(room.gid, "HIGH")))
    assert (await saying)["seq"] == 3
    *_, second, third = history.recent(room.gid)[2]
    assert third["ts"] - second["ts"] >= 1000


async def test_those_who_wait_keep_their_order(room: Pump, small: None) -> None:
    fill(room.gid, 2)
    said = [room.say(draft(room.gid, "HIGH", f"waits {n}")) for n in range(2)]
    assert [done["seq"] for done in await asyncio.gather(*said)] == [3, 4]
    assert texts(room)[2:] == ["waits 0", "waits 1"]


async def test_who_would_wait_too_long_is_refused_at_once_and_counted(room: Pump, small: None) -> None:
    fill(room.gid, 2)
    impatient = draft(room.gid, "HIGH", offered_at=time.monotonic() - 1.5)
    assert await outcome(room.say(impatient)) == "room_busy"
    assert history.counts(room.gid) == {"HIGH:before": 3, "HIGH:after": 2, "HIGH:refused": 1}


async def test_who_waited_long_already_is_not_refused_while_there_is_a_place(room: Pump) -> None:
    held_up = draft(room.gid, "HIGH", offered_at=time.monotonic() - 60)
    assert (await outcome(room.say(held_up)))["seq"] == 1


async def test_a_crowd_gets_no_more_than_the_places_there_are(room: Pump) -> None:
    said = [room.say(draft(room.gid, priority)) for priority in ("NORMAL", "LOW", "LOWEST") for _ in range(50)]
    told = await asyncio.gather(*said)
    assert sum("seq" in each for each in told) == 36
    counted = history.counts(room.gid)
    assert (counted["NORMAL:after"], counted["NORMAL:dropped"]) == (36, 14)
    assert (counted["LOW:dropped"], counted["LOWEST:dropped"]) == (50, 50)


async def test_without_redis_all_are_told_and_the_next_word_is_said(room: Pump, monkeypatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise RedisError

    with monkeypatch.context() as patch:
        patch.setattr(history, "publish", away)
        said = [room.say(draft(room.gid, priority)) for priority in ("HIGH", "NORMAL", "LOW")]
        assert [await outcome(each) for each in said] == ["unavailable"] * 3
    assert (await room.say(draft(room.gid)))["seq"] == 1


async def test_a_redis_that_fails_while_somebody_waits_does_not_say_it_later(room: Pump, small: None, monkeypatch):
    fill(room.gid, 2)

    def fails_to_count(*_: object) -> None:
        raise RedisError

    monkeypatch.setattr(history, "refused", fails_to_count)
    impatient = room.say(draft(room.gid, "HIGH", offered_at=time.monotonic() - 1.5))
    patient = room.say(draft(room.gid, "HIGH", "patient"))
    told = await asyncio.gather(outcome(impatient), outcome(patient))
    assert told[0] == "unavailable"
    assert ("patient" in texts(room)) == isinstance(told[1], dict)


async def test_a_publish_is_never_tried_again_behind_our_back(room: Pump) -> None:
    """A second try of a script that was carried out would say everything twice."""
    client = history.redis_client()
    assert client.connection_pool.make_connection().retry.get_retries() == 0


async def test_connections_that_were_cut_meanwhile_cost_nobody_a_word(room: Pump) -> None:
    await room.say(draft(room.gid))
    history.redis_client().client_kill_filter(_type="normal", skipme=True)
    assert (await outcome(room.say(draft(room.gid))))["seq"] == 2


class TestWhatIsKept:
    @pytest.fixture
    def group(self, channel):
        return channel.group

    def said(self, group, seq: int, **other: object) -> keeping.Said:
        it = draft(group.gid, text=f"line {seq}", **other)
        it.group_id = group.pk
        return it, "epoch", seq

    async def kept(self) -> list[int]:
        return await in_database(lambda: [*Message.objects.order_by("seq").values_list("seq", flat=True)])

    async def test_what_the_room_took_is_kept_and_nothing_else(self, group, monkeypatch) -> None:
        monkeypatch.setattr(history, "LIMIT", 7)
        pumps = pump._pumps()
        said = []
        for n in range(5):
            said.append(draft(group.gid, text=f"line {n}"))
            said[-1].group_id = group.pk
        told = await asyncio.gather(*map(pump.say_in_room, said))
        await pumps.keeper._task
        assert sum("dropped" in each for each in told) == 2
        assert await self.kept() == [each["seq"] for each in told if "seq" in each]

    async def test_a_database_that_is_away_gets_everything_later_once_and_in_order(self, group, monkeypatch) -> None:
        keep, tries = keeping.keep, []

        def sometimes(said):
            tries.append(len(said))
            if len(tries) < 3:
                raise OperationalError("away")
            keep(said)

        monkeypatch.setattr(keeping, "keep", sometimes)
        monkeypatch.setattr(keeper, "AGAIN", 0)
        patient = Keeper()
        patient.put([self.said(group, 1)])
        patient.put([self.said(group, 2)])
        await patient._task
        assert len(tries) == 3
        assert await self.kept() == [1, 2]

    async def test_a_message_that_cannot_be_kept_stands_in_nobodys_way(self, group) -> None:
        unmoved = Keeper()
        nobodys = self.said(group, 3)
        nobodys[0].sender_id = 987654  # is not there any more
        unmoved.put([self.said(group, 1), self.said(group, 2), nobodys, self.said(group, 4), self.said(group, 5)])
        async with asyncio.timeout(20):
            await unmoved._task
        assert await self.kept() == [1, 2, 4, 5]

    async def test_nothing_is_kept_or_told_twice(self, group, monkeypatch) -> None:
        told = []
        monkeypatch.setattr("core.ports.ask", lambda name, **facts: told.extend(facts["messages"]) or [])
        said = [self.said(group, 1), self.said(group, 2)]
        await in_database(keeping.keep, said)
        await in_database(keeping.keep, [*said, self.said(group, 3)])
        assert await self.kept() == [1, 2, 3]
        assert [each["seq"] for each in told] == [1, 2, 3]

    async def test_what_was_taken_when_the_answer_was_lost_is_kept_by_the_second_try(self, group) -> None:
        lost = draft(group.gid, nonce="n")
        lost.group_id = group.pk
        history.publish(group.gid, [lost.offer])
        again = await pump.say_in_room(lost)
        await pump._pumps().keeper._task
        assert again["seq"] == 1
        assert await self.kept() == [1]


async def test_an_unavailable_room_is_forgotten_when_nobody_says_anything(room: Pump) -> None:
    pumps = Pumps()
    pumps._rooms = {room.gid: room}
    pumps.room("@TGS#other")
    assert room.gid not in pumps._rooms
