import asyncio

import pytest
import pytest_asyncio

from rooms.media.janus import Engine
from rooms.tests.media.browser import Guest, Host, until
from rooms.tests.media.corpus import BROKEN, BROKEN_ANSWERS, BROKEN_CANDIDATES, BROKEN_OFFERS, OFFER
from rooms.tests.media.real_janus import ADMIN_KEY, API_SECRET, Cable

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def cable(janus):
    async with Cable(janus.port) as cable:
        yield cable


@pytest_asyncio.fixture
async def engine(cable):
    """As for the others, but the line to it can be cut, and it is given up after 2 s instead of 15."""
    clock = {"reclaim": 2.0, "keepalive": 0.2, "answer_within": 4.0}
    engine = Engine(cable.url, api_secret=API_SECRET, admin_key=ADMIN_KEY, fir_freq=1, **clock)
    await engine.start()
    await until(lambda: engine.connected, "the engine is connected")
    yield engine
    await engine.stop()


async def watching(host: Host, guest: Guest) -> None:
    await host.go_live()
    guest.peer.watch([host.peer.feed])
    await guest.next_offer(0)
    await guest.sees("0", "1")
    await until(lambda: guest.events.ups, "the guest is up")


async def test_it_negotiates_again_after_the_engine_was_killed(new_host, new_guest, janus, engine):
    anna, ben = new_host("anna"), new_guest("ben")
    await watching(anna, ben)
    janus.kill()
    await until(lambda: not engine.connected, "the loss is seen")
    janus.start()
    await until(lambda: anna.events.failed == ["engine"] == ben.events.failed, "both are told")
    anna.events.failed.clear()
    await anna.new_page()
    await anna.go_live()
    again = new_guest("ben")
    again.peer.watch(["anna"])
    await again.next_offer(0)
    await again.sees("0", "1")
    ben.peer.watch(["anna"])  # the same peer will do as well, on a fresh connection
    await until(lambda: len(ben.events.offers) == 2, "an offer")
    assert not anna.events.failed
    assert ben.events.failed == ["engine"]


async def test_it_goes_on_as_if_nothing_was_when_only_the_line_is_cut(new_host, new_guest, engine, cable):
    anna, carl, ben = new_host("anna"), new_host("carl"), new_guest("ben")
    await watching(anna, ben)
    await carl.go_live()
    used = cable.used
    cable.cut()
    await until(lambda: not engine.connected, "the loss is seen")
    ben.peer.watch(["anna", "carl"])  # said while nobody listens
    await ben.sees("0", "1")
    cable.mend()
    await ben.next_offer(1)
    await ben.sees("0", "1", "2", "3")
    assert cable.used == used + 1
    assert not anna.events.failed + anna.events.downs + ben.events.failed + ben.events.downs


async def test_it_begins_again_what_was_half_done_when_the_line_was_cut(new_host, new_guest, engine, cable):
    anna, ben = new_host("anna"), new_guest("ben")
    await anna.go_live()
    ben.peer.watch(["anna"])
    await until(lambda: ben.events.offers, "an offer")
    cable.cut()
    await until(lambda: not engine.connected, "the loss is seen")
    cable.mend()
    await until(lambda: ben.events.failed == ["engine"], "ben is told")
    ben.events.failed.clear()
    ben.peer.watch(["anna"])
    await ben.next_offer(1)
    await ben.sees("0", "1")
    assert not anna.events.failed


async def test_it_takes_a_closed_feed_off_the_air_once_the_line_is_back(new_host, engine, room, cable):
    anna = new_host("anna")
    await anna.go_live()
    cable.cut()
    await until(lambda: not engine.connected, "the loss is seen")
    anna.peer.close()
    cable.mend()
    await until(lambda: engine.connected, "the line is back")
    async with asyncio.timeout(5):
        while await engine.participants(room):
            continue


async def test_it_gives_up_an_engine_that_does_not_come_back(new_host, new_guest, janus, engine):
    anna, ben = new_host("anna"), new_guest("ben")
    await watching(anna, ben)
    assert await engine.ping()
    janus.kill()
    await until(lambda: anna.events.failed == ["engine"] == ben.events.failed, "both are told")
    assert not await engine.ping(within=0.2)
    await anna.new_page()
    anna.peer.publish(await anna.offer())
    await until(lambda: anna.events.failed == ["engine", "engine"], "a verb does not wait for ever")
    anna.peer.close()
    assert [task for task in asyncio.all_tasks() if "Peer" in repr(task.get_coro())] == []


async def test_it_does_not_show_the_engine_what_is_broken(new_host, new_guest, janus):
    anna, ben = new_host("anna"), new_guest("ben")
    await watching(anna, ben)
    eve, mallory = new_host("eve"), new_guest("mallory")
    for change in (BROKEN | BROKEN_OFFERS).values():
        eve.events.failed.clear()
        eve.peer.publish(change(OFFER))
        await until(lambda: eve.events.failed == ["bad_sdp"], "a broken offer is refused")
    for change in [change for name, change in (BROKEN | BROKEN_ANSWERS).items() if name != "another mid"]:
        mallory.events.failed.clear()
        mallory.events.offers.clear()
        mallory.peer.watch(["anna"])
        await until(lambda: mallory.events.offers, "an offer")
        mallory.peer.answer(change(ben.connection.localDescription.sdp))
        await until(lambda: mallory.events.failed == ["bad_sdp"], "a broken answer is refused")
    eve.events.failed.clear()
    for candidate in BROKEN_CANDIDATES:
        eve.peer.trickle(candidate)
    await until(lambda: eve.events.failed == ["bad_candidate"] * len(BROKEN_CANDIDATES), "and candidates")
    await ben.sees("0", "1")
    assert janus.alive
