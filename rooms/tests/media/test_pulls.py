"""Real sources, a real engine, and somebody who watches."""

import asyncio
import contextlib
import re

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async

from core.models import User
from rooms.consumers.engine import room_of
from rooms.flows import ChannelState, RelayState
from rooms.media.feeds import name_now
from rooms.media.remote import RemoteFeed
from rooms.models import Channel, Relay, RelayKind, Source
from rooms.relay import worker as worker_module
from rooms.relay.pull import Pull
from rooms.relay.worker import Worker
from rooms.services import channels, pulls
from rooms.tests.media import sources
from rooms.tests.media.browser import Guest

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
H264 = re.compile(r"(a=rtpmap:(\d+) H264/90000\r\n)")


class Watcher(Guest):
    """aiortc takes H264 only where it is told how it is packed; browsers look."""

    async def answer(self, number: int = -1):
        sdp, feeds = self.events.offers[number]
        packed = r"\1a=fmtp:\2 packetization-mode=1;profile-level-id=42e01f\r\n"
        self.events.offers[number] = (H264.sub(packed, sdp), feeds)
        return await super().answer(number)


def pulled(host: User, url: str) -> Channel:
    return channels.create(actor=host, title="From afar", source=Source.PROXY, source_url=url, with_group=False)


def relay_of(channel: Channel) -> Relay:
    return Relay.objects.get(channel=channel, kind=RelayKind.PULL)


async def until(true, bound: float = 40):
    async with asyncio.timeout(bound):
        while not await sync_to_async(true)():  # noqa: ASYNC110  (the row moves, nobody signals)
            await asyncio.sleep(0.1)


@pytest_asyncio.fixture
async def worker(engine, monkeypatch):
    monkeypatch.setattr(worker_module, "ROUND", 0.2)
    task = asyncio.create_task(Worker(engine, {RelayKind.PULL: Pull}, slots=3).run())
    yield task
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def watched(engine, channel: Channel, *mids: str) -> None:
    sid = await sync_to_async(lambda: channel.stays.get(role="uploader").sid)()
    guest = Watcher(engine, room_of(channel), "guest")
    guest.peer.watch([sid])
    await guest.next_offer(0)
    await guest.sees(*mids)
    await guest.leave()


def state(channel: Channel) -> str:
    return Channel.objects.values_list("state", flat=True).get(pk=channel.pk)


async def test_a_film_over_http_is_watched_until_it_ends(engine, worker, host, tmp_path):
    await asyncio.to_thread(sources.film, tmp_path / "film.mp4", seconds=12)
    with sources.served(tmp_path) as address:
        channel = await sync_to_async(pulled)(host, f"{address}/film.mp4")
        await until(lambda: state(channel) == ChannelState.LIVE)
        await watched(engine, channel, "0", "1")
        await until(lambda: relay_of(channel).state == RelayState.STOPPED)
    assert (await sync_to_async(relay_of)(channel)).error == "source_ended"
    assert await sync_to_async(state)(channel) == ChannelState.LOST


@pytest_asyncio.fixture
async def film(tmp_path):
    return await asyncio.to_thread(sources.film, tmp_path / "film.mp4", seconds=20)


async def test_rtmp_is_watched_is_lost_with_its_sender_and_comes_back(engine, worker, host, film, tmp_path):
    with sources.rtmp_server(tmp_path) as address:
        with sources.sent_on(film, f"{address}/x"):
            channel = await sync_to_async(pulled)(host, f"{address}/x")
            await until(lambda: state(channel) == ChannelState.LIVE)
            await watched(engine, channel, "0", "1")
        await until(lambda: state(channel) == ChannelState.LOST)
        await until(lambda: relay_of(channel).error in ("source_gone", "source_stalled"))
        assert not await engine.participants(room_of(channel))
        with sources.sent_on(film, f"{address}/x"):
            await until(lambda: state(channel) == ChannelState.LIVE)
            await watched(engine, channel, "0", "1")


async def test_hls_is_watched(engine, worker, host, film, tmp_path):
    (tmp_path / "hls").mkdir()
    with sources.served(tmp_path / "hls") as address, sources.in_pieces(film, tmp_path / "hls"):
        await until(lambda: (tmp_path / "hls" / "live.m3u8").exists())
        channel = await sync_to_async(pulled)(host, f"{address}/live.m3u8")
        await until(lambda: state(channel) == ChannelState.LIVE)
        await watched(engine, channel, "0", "1")


async def test_rtsp_is_watched(engine, worker, host, film):
    with sources.rtsp_server(film) as address:
        channel = await sync_to_async(pulled)(host, address)
        await until(lambda: state(channel) == ChannelState.LIVE)
        await watched(engine, channel, "0", "1")


async def test_paused_it_leaves_nothing_in_the_engine(engine, worker, host, film, tmp_path):
    with sources.served(tmp_path) as address:
        channel = await sync_to_async(pulled)(host, f"{address}/film.mp4")
        await until(lambda: state(channel) == ChannelState.LIVE)
        await sync_to_async(pulls.stop)(actor=host, cid=channel.cid)
        async with asyncio.timeout(20):
            while await engine.participants(room_of(channel)):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert await sync_to_async(state)(channel) == ChannelState.IDLE


async def test_an_engine_that_was_restarted_has_it_again(engine, janus, worker, host, film, tmp_path):
    with sources.served(tmp_path) as address:
        channel = await sync_to_async(pulled)(host, f"{address}/film.mp4")
        await until(lambda: state(channel) == ChannelState.LIVE)
        janus.kill()
        janus.start()
        await until(lambda: relay_of(channel).error == "engine")
        await until(lambda: relay_of(channel).state == RelayState.RUNNING)
        await watched(engine, channel, "0", "1")


async def lists(engine, room, *names: str) -> None:
    """The engine says that a command is done a moment before it shows."""
    listed = None
    async with asyncio.timeout(10):
        while listed != set(names):
            answer = await engine.command({"request": "listparticipants", "room": room.id})
            listed = {each["id"] for each in answer["participants"]}


async def test_what_a_killed_worker_left_in_the_room_goes(engine, host, film, tmp_path, room):
    old = RemoteFeed(engine, room, name_now("feed"), ["video"])
    await old.open()
    await lists(engine, room, old.name)
    new = RemoteFeed(engine, room, name_now("feed"), ["video"])
    await new.open()
    await lists(engine, room, new.name)
