"""An encoder goes on the air over HTTP: a real engine, aiortc as the encoder."""

import asyncio

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.core.cache import cache

from core.actors import SYSTEM
from core.hub import hub
from core.services import sign_out_everywhere
from rooms.consumers import engine as engines
from rooms.consumers import whip
from rooms.consumers.engine import room_of
from rooms.flows import ChannelState, StayState
from rooms.media import fragment as fragments
from rooms.models import Broadcast, Origin, Stay
from rooms.services import channels, control, stays, stream_keys
from rooms.tasks import sweep_stays
from rooms.tests.media.browser import Guest, until
from rooms.tests.media.real_janus import ADMIN_KEY, API_SECRET
from rooms.tests.media.whip_client import Encoder

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def key(channel, host) -> str:
    return stream_keys.rotate(actor=host, cid=channel.cid)[1]


@pytest_asyncio.fixture
async def house(janus, settings):
    """The door's own line to the real engine."""
    settings.JANUS_URL, settings.JANUS_API_SECRET, settings.JANUS_ADMIN_KEY = janus.url, API_SECRET, ADMIN_KEY
    yield
    engine = engines._engines.pop(asyncio.get_running_loop(), None)
    if engine:
        await engine.stop()


@pytest_asyncio.fixture
async def encoder(house, channel, key):
    one = Encoder(channel.cid, key)
    yield one
    await one.stop()


async def row(**where) -> Stay:
    return await sync_to_async(lambda: Stay.objects.select_related("channel").filter(**where).latest("id"))()


async def becomes(state: str, **where) -> Stay:
    stay = None
    for _ in range(400):
        stay = await row(**where)
        if stay.state == state:
            return stay
        await asyncio.sleep(0.025)
    raise AssertionError(f"{stay.state} and not {state}")


async def on_air(channel) -> set[str]:
    """Whose media the engine has."""
    there = await (await engines.engine()).participants(room_of(channel))
    return {one.feed for one in there if one.publishing}


async def leaves_the_air(channel) -> None:
    for _ in range(400):
        if not await on_air(channel):
            return
        await asyncio.sleep(0.025)
    raise AssertionError("still in the engine")


@pytest_asyncio.fixture
async def sending(encoder) -> Encoder:
    await encoder.publish()
    await becomes(StayState.UP)
    return encoder


async def watch(stay: Stay, name: str) -> Guest:
    for _ in range(400):
        if stay.sid in await on_air(stay.channel):
            break
        await asyncio.sleep(0.025)
    guest = Guest(await engines.engine(), room_of(stay.channel), name)
    guest.peer.watch([stay.sid])
    await guest.next_offer(0)
    return guest


async def test_one_post_puts_an_encoder_on_the_air_and_a_guest_sees_it(encoder, channel):
    await encoder.publish()
    assert encoder.answer.status_code == 201, encoder.answer.content
    assert encoder.answer.headers["Content-Type"] == "application/sdp"
    stay = await becomes(StayState.UP)
    assert (stay.origin, stay.platform, stay.channel.state) == (Origin.WHIP, "encoder", ChannelState.LIVE)
    guest = await watch(stay, "ben")
    await guest.sees("0", "1")
    await guest.leave()


async def test_delete_is_an_explicit_goodbye(sending, channel):
    assert (await sending.delete()).status_code == 200
    stay = await row()
    assert (stay.state, stay.end_reason, stay.channel.state) == (StayState.ENDED, "left", ChannelState.IDLE)
    await leaves_the_air(channel)
    assert (await sending.delete()).status_code == 404


async def test_a_line_that_was_lost_is_not_hung_up_and_the_show_waits_for_the_encoder(sending, channel, key):
    """It closes what it lost, says goodbye to it, and comes back."""
    before = await row()
    for sender in sending.connection.getSenders():
        sender.replaceTrack(None)
    await becomes(StayState.LOST)
    await sending.stop()
    await until(lambda: not whip._sessions(), "the engine's word of it")
    assert (await sending.delete()).status_code == 404
    again = await Encoder(channel.cid, key).publish()
    assert again.answer.status_code == 201
    assert (await becomes(StayState.UP)).sid == before.sid
    assert await sync_to_async(Broadcast.objects.count)() == 1
    await again.stop()


async def test_silence_is_lost_and_what_comes_again_is_back(sending, channel):
    senders = sending.connection.getSenders()
    tracks = [sender.track for sender in senders]
    for sender in senders:
        sender.replaceTrack(None)
    assert (await becomes(StayState.LOST)).channel.state == ChannelState.LOST
    for sender, track in zip(senders, tracks, strict=True):
        sender.replaceTrack(track)
    assert (await becomes(StayState.UP)).channel.state == ChannelState.LIVE
    assert await sync_to_async(Broadcast.objects.count)() == 1


async def test_who_hangs_up_first_and_says_goodbye_then_has_ended_the_show(sending, channel):
    """As OBS does."""
    await sending.stop()
    await becomes(StayState.LOST)
    assert (await sending.delete()).status_code == 200
    stay = await row()
    assert (stay.state, stay.end_reason, stay.channel.state) == (StayState.ENDED, "left", ChannelState.IDLE)
    assert (await sending.delete()).status_code == 404


async def test_who_is_gone_without_a_word_is_lost_and_swept_after_the_watch(sending, channel, later):
    await sending.stop()
    await becomes(StayState.LOST)
    cache.delete_pattern("whip:hung_up:*")  # more than a moment goes by
    assert (await sending.delete()).status_code == 404
    assert (await row()).state == StayState.LOST
    later(seconds=31)
    await sync_to_async(sweep_stays)()
    stay = await row()
    assert (stay.state, stay.end_reason, stay.channel.state) == (StayState.ENDED, "timeout", ChannelState.IDLE)


async def test_a_second_encoder_goes_on_with_the_same_stay_and_the_first_is_turned_out(sending, channel, key):
    before = await row()
    second = await Encoder(channel.cid, key).publish()
    assert second.answer.status_code == 201
    await leave_of(sending)
    stay = await becomes(StayState.UP)
    assert (stay.sid, stay.connection in second.there) == (before.sid, True)
    guest = await watch(stay, "ben")
    await guest.sees("1")
    await guest.leave()
    assert (await sending.delete()).status_code == 404
    assert (await row()).state == StayState.UP
    await second.stop()


async def leave_of(encoder: Encoder) -> None:
    """The engine has ended the encoder's connection."""
    await until(lambda: encoder.connection.connectionState in ("closed", "failed"), "its connection ends")


async def a_browser_takes_over(channel, host) -> None:
    await sync_to_async(stays.go_on_air)(actor=host, cid=channel.cid, connection="tab")


async def the_key_is_changed(channel, host) -> None:
    await sync_to_async(stream_keys.rotate)(actor=host, cid=channel.cid)


async def the_channel_is_closed(channel, host) -> None:
    await sync_to_async(channels.close)(actor=host, cid=channel.cid)


async def the_show_is_stopped(channel, host) -> None:
    await sync_to_async(channels.stop)(actor=host, cid=channel.cid)


async def the_stay_is_ended(channel, host) -> None:
    await sync_to_async(stays.end)(actor=SYSTEM, sid=(await row()).sid)


async def they_lose_the_account(channel, host) -> None:
    await sync_to_async(sign_out_everywhere)(user=host)


async def the_server_stops(channel, host) -> None:
    hub()._drain()


ENDS = [
    (a_browser_takes_over, StayState.UP, ""),
    (the_key_is_changed, StayState.ENDED, "key_changed"),
    (the_channel_is_closed, StayState.ENDED, "channel_closed"),
    (the_show_is_stopped, StayState.ENDED, "show_ended"),
    (the_stay_is_ended, StayState.ENDED, "removed"),
    (they_lose_the_account, StayState.LOST, ""),
    (the_server_stops, StayState.LOST, ""),
]


@pytest.mark.parametrize(("happens", "state", "reason"), ENDS, ids=[act.__name__ for act, *_ in ENDS])
async def test_its_media_end_at_once_when(happens, state, reason, sending, channel, host):
    await happens(channel, host)
    await leaves_the_air(channel)
    assert (await becomes(state)).end_reason == reason
    assert not whip._sessions()


async def test_an_engine_that_ends_leaves_a_stay_that_is_watched(sending, janus):
    janus.kill()
    janus.start()  # as its supervisor does
    await becomes(StayState.LOST)
    assert (await sending.delete()).status_code == 404
    assert (await row()).state == StayState.LOST


def forget(encoder: Encoder) -> None:
    """From now on another process holds it, which hears its topics and its peer's events as before."""
    del whip._sessions()[encoder.there.rsplit("/", 1)[1]]


async def test_a_goodbye_that_reaches_another_process_ends_it_as_well(sending, channel):
    forget(sending)
    assert (await sending.delete()).status_code == 200
    assert (await row()).end_reason == "left"
    await leaves_the_air(channel)


CANDIDATE = "candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host"


def fragment(ufrag: str = "", pwd: str = "") -> str:
    known = f"a=ice-ufrag:{ufrag}\r\na=ice-pwd:{pwd}\r\n" if ufrag else ""
    return f"{known}m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na={CANDIDATE}\r\na=end-of-candidates\r\n"


@pytest.mark.parametrize("held", ["here", "elsewhere"])
async def test_more_candidates_are_taken_for_the_session_that_is_named(sending, held):
    etag = sending.answer.headers["ETag"]
    if held == "elsewhere":
        forget(sending)
    answers = [await sending.patch(fragment(), named) for named in (etag, "*", "", '"another"', f"W/{etag}")]
    assert [one.status_code for one in answers] == [204, 204, 428, 412, 412]
    assert not answers[0].content
    assert "ETag" not in answers[0].headers
    assert (await sending.patch("nonsense", etag)).json()["error"]["code"] == "bad_sdp"


@pytest.mark.parametrize("held", ["here", "elsewhere"])
async def test_ice_begins_anew_and_the_show_goes_on(sending, channel, held):
    before = sending.answer
    if held == "elsewhere":
        forget(sending)
    anew = fragment("abcdEFGH", "a" * 22)
    assert (await sending.patch(anew, before.headers["ETag"])).status_code == 412
    answer = await sending.patch(anew, "*")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/trickle-ice-sdpfrag")
    assert answer.headers["ETag"] != before.headers["ETag"]
    told = fragments.read(answer.content.decode())
    assert told.ufrag not in before.content.decode()
    assert told.candidates
    assert (await sending.patch(anew, before.headers["ETag"])).status_code == 412
    assert (await sending.patch(anew, answer.headers["ETag"])).status_code == 204
    assert await on_air(channel) == {(await row()).sid}


async def test_what_staff_freeze_is_held_back_at_the_engine(sending, channel, staff):
    stay = await row()
    guest = await watch(stay, "ben")
    await guest.sees("1")
    await sync_to_async(control.freeze)(actor=staff, cid=channel.cid, reason="why")
    await until(lambda: quiet(guest), "no more frames")
    await sync_to_async(control.unfreeze)(actor=staff, cid=channel.cid)
    await guest.sees("1")
    await guest.leave()


def quiet(guest: Guest) -> bool:
    """No frame since it was asked last but some."""
    asked = guest.__dict__.setdefault("asked", [])
    asked.append(guest.frames.get("1", 0))
    return len(asked) > 80 and len(set(asked[-80:])) == 1
