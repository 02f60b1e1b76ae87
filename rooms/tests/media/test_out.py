"""What leaves a show: a real engine, real ffmpeg, and rows as a show has them."""

import asyncio
import contextlib

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async

from rooms import folders
from rooms.consumers.engine import room_of
from rooms.flows import RelayState
from rooms.media import ffmpeg, forward, mix
from rooms.media.feeds import name_now
from rooms.media.mix import Mix
from rooms.models import Broadcast, Relay, RelayKind
from rooms.relay import run
from rooms.relay.job import JobFailed
from rooms.relay.out import Out
from rooms.relay.tidy import end_mixes
from rooms.services import relays, stays
from rooms.tests.media.browser import Picture
from rooms.tests.media.made import Tone, codecs, decodes, loudness, whole
from rooms.tests.media.test_ffmpeg import children

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
PATIENCE = 40


async def until(true, what: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await sync_to_async(true)():  # noqa: ASYNC110  (files come, nobody signals)
            await asyncio.sleep(0.05)


@pytest.fixture
def room(channel):
    return room_of(channel)


class Stage:
    """A channel whose people are in the engine and in the rows."""

    def __init__(self, channel, new_host, engine) -> None:
        self.channel, self._new_host, self._engine = channel, new_host, engine
        self.relay = self.show = self.task = None

    async def comes(self, user, *tracks):
        facts = {"actor": user, "cid": self.channel.cid, "connection": f"of-{user.uid}"}
        stay = await sync_to_async(stays.go_on_air)(**facts)
        person = self._new_host(stay.sid)
        person.peer.publish(await person.offer(*tracks))
        await person.take_answer()
        await until(lambda: person.events.ups, "the person is up")
        await sync_to_async(stays.arrive)(sid=stay.sid, connection=f"of-{user.uid}")
        return person

    async def begins(self, *, hls: bool) -> None:
        if hls:
            await sync_to_async(relays.want_hls)(self.channel)
        (self.relay,) = await sync_to_async(relays.claim)(worker="w", kinds=[RelayKind.OUT], limit=1)
        self.show = (await sync_to_async(Broadcast.objects.get)(channel=self.channel)).pk
        self.task = asyncio.create_task(self._as_a_worker())

    def run(self, number: int):
        return folders.of_show(self.channel.cid, self.show) / str(number)

    async def segments(self, number: int, count: int) -> None:
        """So many that are finished."""
        await until(lambda: self.ended() or len(folders.segments(self.run(number))) > count, f"{count} segments")
        self.ended()

    def ended(self) -> bool:
        if self.task.done():
            self.task.result()
        return False

    async def _as_a_worker(self) -> None:
        """It is begun again when the engine failed it."""
        while True:
            try:
                return await Out(self.relay, self._engine).run()
            except JobFailed as failed:
                if failed.code != "engine":
                    raise

    async def stops(self) -> None:
        self.task.cancel()
        done, _ = await asyncio.wait({self.task}, timeout=PATIENCE)
        assert done, self.task.get_stack()
        with contextlib.suppress(asyncio.CancelledError, JobFailed):
            self.task.result()


@pytest_asyncio.fixture
async def stage(channel, new_host, engine):
    stage = Stage(channel, new_host, engine)
    yield stage
    if stage.task:
        await stage.stops()


async def test_a_show_has_a_picture_in_the_lobby_and_no_hls_that_nobody_asks_for(stage, host, engine, room):
    await stage.comes(host)
    await stage.begins(hls=False)
    await until(lambda: folders.taken(stage.channel.cid) or stage.ended(), "a picture")
    assert await codecs(folders.thumb(stage.channel.cid)) == {"mjpeg"}
    goes = Relay.objects.filter(channel=stage.channel, state=RelayState.RUNNING, error="")
    await until(lambda: goes.exists() or stage.ended(), "the row says that it goes well")
    assert not stage.run(1).exists()


async def test_hls_is_made_for_whoever_asks_and_decodes(stage, host):
    await stage.comes(host, Tone(440), Picture())
    await stage.begins(hls=True)
    await stage.segments(1, 3)
    await stage.stops()
    joined = whole(stage.run(1))
    assert await codecs(joined) == {"h264", "aac"}
    await decodes(joined)
    assert await loudness(joined, 440, since=1) > -35


async def test_a_worker_on_another_address_than_the_engine_has_picture_and_sound(stage, host, engine, monkeypatch):
    monkeypatch.setattr(engine, "here", "127.0.0.2")
    await stage.comes(host, Tone(440), Picture())
    await stage.begins(hls=True)
    await stage.segments(1, 2)
    await stage.stops()
    joined = whole(stage.run(1))
    assert await codecs(joined) == {"h264", "aac"}
    assert await loudness(joined, 440, since=1) > -35


async def test_a_disk_that_takes_nothing_more_is_said_and_harms_nothing_else(stage, host, later, monkeypatch):
    before = children()
    await stage.comes(host, Tone(440), Picture())
    await stage.begins(hls=True)
    await stage.segments(1, 2)
    now = folders.segments(stage.run(1))[-1]
    full = [stage.run(1) / f"{number}.m4s" for number in range(now + 2, now + 40)]
    for each in full:
        each.symlink_to("/dev/full")
    with monkeypatch.context() as patched:
        patched.setattr(run, "LONGEST", 5.0)
        with pytest.raises(JobFailed) as failed:
            await stage.task
    assert failed.value.code == "disk_full"
    assert children() == before
    for each in full:
        each.unlink(missing_ok=True)
    await decodes(whole(stage.run(1)))
    await sync_to_async(relays.failed)(stage.relay, "disk_full", "")
    later(seconds=3)
    await stage.begins(hls=True)
    await stage.segments(2, 2)  # whoever sends was not disturbed


async def test_all_on_the_air_are_heard_and_whoever_comes_and_goes_begins_no_new_run(stage, host, viewer, channel):
    await sync_to_async(channel.grants.create)(user=viewer)
    await stage.comes(host, Tone(440), Picture())
    await stage.begins(hls=True)
    await stage.segments(1, 2)
    guest = await stage.comes(viewer, Tone(1320), Picture())
    came = len(folders.segments(stage.run(1)))
    await stage.segments(1, came + 3)
    await guest.leave()
    await sync_to_async(stays.leave)(actor=viewer, cid=channel.cid, role="uploader")
    left = len(folders.segments(stage.run(1)))
    await stage.segments(1, left + 3)
    await stage.stops()
    assert not stage.run(2).exists()
    joined = whole(stage.run(1))
    begin, amid, end = (0.5, 2.5), (2 * came + 2, 2 * came + 5), (2 * left + 3, 2 * left + 6)
    for part in (begin, amid, end):
        assert await loudness(joined, 440, *part) > -35, part
    heard = [await loudness(joined, 1320, *part) for part in (begin, amid, end)]
    assert heard[1] > -35
    assert max(heard[0], heard[2]) < -50


async def test_a_host_who_returns_begins_the_next_run_and_the_count_goes_on(stage, host):
    first = await stage.comes(host)
    await stage.begins(hls=True)
    await stage.segments(1, 2)
    await first.leave()
    await stage.comes(host)
    await stage.segments(2, 2)
    await stage.stops()
    assert min(folders.segments(stage.run(2))) == max(folders.segments(stage.run(1))) + 1
    await decodes(whole(stage.run(2)))


async def test_a_show_without_a_picture_has_hls_with_sound_alone(stage, host):
    await stage.comes(host, Tone(440))
    await stage.begins(hls=True)
    await stage.segments(1, 2)
    await stage.stops()
    assert await codecs(whole(stage.run(1))) == {"aac"}
    assert folders.taken(stage.channel.cid) is None


async def test_a_show_without_sound_has_hls_all_the_same(stage, host):
    await stage.comes(host, Picture())
    await stage.begins(hls=True)
    await stage.segments(1, 2)
    await stage.stops()
    assert await codecs(whole(stage.run(1))) == {"h264", "aac"}


async def test_nothing_is_left_in_the_engine_and_nothing_of_a_dead_worker_is_in_the_way(stage, host, engine, room):
    """One that was killed leaves its forwards, its mix, and a run that has no end."""
    person = await stage.comes(host)
    name = (await engine.on_air(room))[person.peer.feed]
    (picture,) = [line for line in await forward.sources(engine, room, name) if line.kind == "video"]
    await forward.begin(engine, room, picture, forward.free_ports(engine, 1)[0])
    await Mix(engine, room).open(forward.free_ports(engine, 1)[0])
    await stage.begins(hls=True)
    (stage.run(1)).mkdir(parents=True)
    (stage.run(1) / "4.m4s").touch()
    await stage.segments(2, 1)
    assert min(folders.segments(stage.run(2))) == 5
    assert len(await forward.held(engine, room)) == 2  # the picture, and the host's voice into the mix
    before = children()
    await stage.stops()
    assert await forward.held(engine, room) == []
    assert await mix.held(engine) == []
    assert len(before) == 2  # the engine and ffmpeg
    assert len(children()) == 1


async def test_a_mix_whose_show_is_over_is_ended(stage, host, engine, room, channel):
    await stage.comes(host)
    await Mix(engine, room).open(forward.free_ports(engine, 1)[0])
    await end_mixes(engine)
    assert await mix.held(engine) == [room.id]
    await sync_to_async(stays.leave)(actor=host, cid=channel.cid, role="uploader")
    await end_mixes(engine)
    assert await mix.held(engine) == []


async def test_an_engine_that_was_killed_ends_the_run_and_the_host_who_is_back_has_the_next(stage, host, janus, engine):
    person = await stage.comes(host)
    await stage.begins(hls=True)
    await stage.segments(1, 1)
    janus.kill()
    janus.start()
    await until(lambda: person.events.failed and engine.connected, "the host hears of it")
    person.events.failed.clear()
    await person.new_page()
    person.peer.publish(await person.offer())
    await person.take_answer()
    await stage.segments(2, 1)


async def test_a_full_disk_is_told_and_the_show_goes_on(stage, host, engine, room, settings):
    settings.HLS_KEEP_FREE = 2**40
    await stage.comes(host)
    await stage.begins(hls=True)
    with pytest.raises(JobFailed) as failed:
        await stage.task
    assert failed.value.code == "disk_full"
    assert await engine.on_air(room)


async def test_a_feed_pulled_in_from_elsewhere_goes_out_like_any_other(stage, host, engine, room):
    """It is a remote publisher of the room, to which ffmpeg sends."""
    stay = await sync_to_async(stays.go_on_air)(actor=host, cid=stage.channel.cid, connection="p", flows=True)
    await engine.make_room(room)
    lines = [{"mid": "0", "mindex": 0, "type": "audio", "codec": "opus"}]
    lines += [{"mid": "1", "mindex": 1, "type": "video", "codec": "h264"}]
    body = {"request": "add_remote_publisher", "room": room.id, "secret": room.secret, "id": name_now(stay.sid)}
    port = (await engine.command(body | {"iface": "127.0.0.1", "streams": lines}))["port"]
    to = f"rtp://127.0.0.1:{port}?pkt_size=1200"
    sent = ["-re", "-f", "lavfi", "-i", "testsrc=size=320x180:rate=15"]
    sent += ["-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"]
    picture = "-c:v libx264 -preset ultrafast -tune zerolatency -g 15 -pix_fmt yuv420p -bsf:v dump_extra=freq=keyframe"
    sent += ["-map", "1:a", "-c:a", "libopus", "-payload_type", "111", "-ssrc", "1000", "-f", "rtp", to]
    sent += ["-map", "0:v", *picture.split(), "-payload_type", "96", "-ssrc", "1010", "-f", "rtp", to]
    source = asyncio.create_task(ffmpeg.run(sent))
    await stage.begins(hls=True)
    await stage.segments(1, 3)
    await stage.stops()
    source.cancel()
    await asyncio.gather(source, return_exceptions=True)
    joined = whole(stage.run(1))
    assert await codecs(joined) == {"h264", "aac"}
    assert await loudness(joined, 440, since=1) > -35
