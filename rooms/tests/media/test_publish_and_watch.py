import asyncio

import pytest

from rooms.media.janus import Engine, Participant
from rooms.media.peer import FeedLine
from rooms.tests.media.browser import Guest, Host, until
from rooms.tests.media.real_janus import ADMIN_KEY, API_SECRET

pytestmark = pytest.mark.asyncio


def on_air(feed: str, first_mid: int = 0) -> list[FeedLine]:
    return [FeedLine(str(first_mid), feed, "audio"), FeedLine(str(first_mid + 1), feed, "video")]


async def test_it_shows_a_host_to_a_guest(new_host, new_guest):
    anna, ben = new_host("anna"), new_guest("ben")
    await anna.go_live()
    ben.peer.watch(["anna"])
    assert await ben.next_offer(0) == on_air("anna")
    await ben.sees("0", "1")
    assert ben.events.ups == 1
    assert not ben.events.failed
    await until(lambda: ("video", True) in anna.events.media, "the engine says that video comes in")


async def test_it_brings_further_feeds_and_takes_them_away_on_one_connection(new_host, new_guest):
    anna, carl, ben = new_host("anna"), new_host("carl"), new_guest("ben")
    await anna.go_live()
    await carl.go_live()
    ben.peer.watch(["anna"])
    await ben.next_offer(0)
    await ben.sees("0", "1")
    ben.peer.watch(["anna", "carl"])
    assert await ben.next_offer(1) == on_air("anna") + on_air("carl", 2)
    await ben.sees("0", "1", "2", "3")
    ben.peer.watch(["carl"])
    assert await ben.next_offer(2) == on_air("carl", 2)
    await ben.sees("2", "3")
    ben.peer.watch([])
    assert await ben.next_offer(3) == []
    assert not ben.events.failed


async def test_it_offers_by_itself_when_a_feed_leaves_and_uses_its_lines_again(new_host, new_guest):
    anna, carl, dora, ben = new_host("anna"), new_host("carl"), new_host("dora"), new_guest("ben")
    await anna.go_live()
    await carl.go_live()
    ben.peer.watch(["anna", "carl"])
    assert await ben.next_offer(0) == on_air("anna") + on_air("carl", 2)
    carl.peer.close()
    assert await ben.next_offer(1) == on_air("anna")
    await dora.go_live()
    ben.peer.watch(["anna", "dora"])
    assert await ben.next_offer(2) == on_air("anna") + on_air("dora", 2)
    await ben.sees("0", "1")
    assert not ben.events.failed


async def test_it_lets_a_host_return_whose_old_connection_is_still_there(new_host, new_guest):
    old, new, ben = new_host("anna"), new_host("anna"), new_guest("ben")
    await old.go_live()
    ben.peer.watch(["anna"])
    await ben.next_offer(0)
    await ben.sees("1")
    await new.go_live()
    assert old.events.downs == ["kicked"]
    ben.peer.watch(["anna"])
    assert await ben.next_offer(1) == on_air("anna")
    old.peer.close()
    late: Guest = new_guest("late")
    late.peer.watch(["anna"])
    await late.next_offer(0)
    await late.sees("0", "1")
    assert not new.events.failed + new.events.downs + ben.events.failed


async def test_it_takes_what_is_wanted_during_a_negotiation_after_the_answer(new_host, new_guest):
    anna, carl, ben = new_host("anna"), new_host("carl"), new_guest("ben")
    await anna.go_live()
    await carl.go_live()
    ben.peer.watch(["anna"])
    await until(lambda: ben.events.offers, "the first offer")
    ben.peer.watch(["anna", "carl"])
    ben.peer.watch(["carl"])
    await ben.answer()
    assert await ben.next_offer(1) == on_air("carl")  # the freed lines are used at once
    assert len(ben.events.offers) == 2


async def test_it_sees_a_feed_that_left_and_came_back_while_an_offer_waited(new_host, new_guest):
    anna, carl, ben = new_host("anna"), new_host("carl"), new_guest("ben")
    await anna.go_live()
    await carl.go_live()
    ben.peer.watch(["anna", "carl"])
    await until(lambda: ben.events.offers, "the first offer")
    carl.peer.stop()
    await carl.new_page()
    await carl.go_live()
    ben.peer.watch(["anna", "carl"])
    await ben.answer()
    assert await ben.next_offer(1) == on_air("anna")
    assert await ben.next_offer(2) == on_air("anna") + on_air("carl", 2)
    await ben.sees("0", "1")
    assert not ben.events.failed


async def test_it_says_that_there_is_no_room_and_no_feed(new_host, new_guest):
    anna, ben = new_host("anna"), new_guest("ben")
    ben.peer.watch(["anna"])
    await until(lambda: ben.events.failed == ["no_room"], "no room")
    await anna.go_live()
    ben.peer.watch(["carl"])
    await until(lambda: ben.events.failed == ["no_room", "no_feed"], "no feed")
    ben.peer.watch(["carl", "anna"])
    await until(lambda: ben.events.offers, "an offer of the feed that is there")
    assert ben.events.offers[0][1] == on_air("anna")
    assert ben.events.failed == ["no_room", "no_feed", "no_feed"]


async def test_it_renegotiates_without_the_guests_noticing(new_host, new_guest):
    anna, ben = new_host("anna"), new_guest("ben")
    await anna.go_live()
    ben.peer.watch(["anna"])
    await ben.next_offer(0)
    await ben.sees("1")
    anna.events.answers.clear()
    await anna.connection.setLocalDescription(await anna.connection.createOffer())
    anna.peer.publish(anna.connection.localDescription.sdp)
    await anna.take_answer()
    await ben.sees("0", "1")
    assert len(ben.events.offers) == 1


async def test_it_gives_fresh_credentials_to_a_guest_whose_network_changed(new_host, new_guest):
    anna, ben = new_host("anna"), new_guest("ben")
    await anna.go_live()
    ben.peer.watch(["anna"])
    await ben.next_offer(0)
    await ben.sees("1")
    ben.peer.restart()
    await until(lambda: len(ben.events.offers) == 2, "a second offer")
    ufrags = {next(line for line in sdp.split("\r\n") if "ice-ufrag" in line) for sdp, _ in ben.events.offers}
    assert len(ufrags) == 2
    assert ben.events.offers[1][1] == on_air("anna")


async def test_it_goes_off_the_air_and_on_again(new_host, engine: Engine, room):
    anna: Host = new_host("anna")
    await anna.go_live()
    assert await engine.participants(room) == [Participant("anna", True)]
    anna.peer.stop()
    await anna.new_page()
    await anna.go_live()
    assert await engine.participants(room) == [Participant("anna", True)]
    anna.peer.close()
    anna.peer.close()
    anna.peer.publish("")
    async with asyncio.timeout(5):
        while await engine.participants(room):
            continue
    assert not anna.events.failed + anna.events.downs


async def test_it_turns_a_feed_out_from_another_process(new_host, janus, room):
    anna: Host = new_host("anna")
    await anna.go_live()
    other = Engine(janus.url, api_secret=API_SECRET, admin_key=ADMIN_KEY)
    await other.start()
    await other.kick(room, "nobody")
    await other.kick(room, "anna")
    await until(lambda: anna.events.downs == ["kicked"], "anna is told")
    assert await other.participants(room) == []
    await other.stop()


async def test_it_ends_a_room_for_all(new_host, new_guest, engine: Engine, room):
    anna, ben = new_host("anna"), new_guest("ben")
    await anna.go_live()
    await engine.destroy(room)
    await engine.destroy(room)
    await until(lambda: anna.events.downs == ["destroyed"], "anna is told")
    ben.peer.watch(["anna"])
    await until(lambda: ben.events.failed == ["no_room"], "there is no room")
    await anna.new_page()
    await anna.go_live()


async def test_it_needs_the_pin_of_the_room(new_host, engine: Engine, room):
    await new_host("anna").go_live()
    stranger = Guest(engine, type(room)(room.id, "guessed", "guessed"), "eve")
    stranger.peer.watch(["anna"])
    await until(lambda: stranger.events.failed == ["not_allowed"], "the pin is wrong")
    await stranger.leave()
