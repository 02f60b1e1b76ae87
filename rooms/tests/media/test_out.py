"""What leaves a show: a real engine, real ffmpeg, and rows as a show has them."""

import asyncio
import contextlib

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async

from rooms import folders
from rooms.consumers.engine import room_of
from rooms.models import Broadcast, Relay, RelayKind
from rooms.relay.out import Out
from rooms.services import outputs, relays, stays
from rooms.tests.media.browser import Picture
from rooms.tests.media.made import Tone, codecs, decodes, loudness, whole

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
        await sync_to_async(stays.arrive)(sid=stay.sid, connection=f"of-{user.uid}")
        return person

    async def begins(self, *, hls: bool) -> None:
        if hls:
            await sync_to_async(relays.want_hls)(self.channel)
        (self.relay,) = await sync_to_async(relays.claim)(worker="w", kinds=[RelayKind.OUT], limit=1)
        self.show = (await sync_to_async(Broadcast.objects.get)(channel=self.channel)).pk
        self.task = asyncio.create_task(Out(self.relay, self._engine).run())

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

    async def stops(self) -> None:
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task


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
    assert not stage.run(1).exists()
    row = await sync_to_async(Relay.objects.get)(channel=stage.channel)
    assert (row.state, row.error) == ("running", "")


async def test_hls_is_made_for_whoever_asks_and_decodes(stage, host):
    await stage.comes(host, Tone(440), Picture())
    await stage.begins(hls=True)
    await stage.segments(1, 3)
    await stage.stops()
    joined = whole(stage.run(1))
    assert await codecs(joined) == {"h264", "aac"}
    await decodes(joined)
    assert await loudness(joined, 440, since=1) > -35
