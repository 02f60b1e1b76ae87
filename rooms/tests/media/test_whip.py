"""An encoder goes on the air over HTTP: a real engine, aiortc as the encoder."""

import asyncio

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async

from rooms.consumers import engine as engines
from rooms.consumers.engine import room_of
from rooms.flows import ChannelState, StayState
from rooms.models import Broadcast, Channel, Origin, Stay
from rooms.services import stays, stream_keys
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


async def test_one_post_puts_an_encoder_on_the_air_and_a_guest_sees_it(encoder, channel):
    await encoder.publish()
    assert encoder.answer.status_code == 201, encoder.answer.content
    assert encoder.answer.headers["Content-Type"] == "application/sdp"
    stay = await becomes(StayState.UP)
    assert (stay.origin, stay.platform, stay.channel.state) == (Origin.WHIP, "encoder", ChannelState.LIVE)
    guest = Guest(await engines.engine(), room_of(stay.channel), "ben")
    guest.peer.watch([stay.sid])
    await guest.next_offer(0)
    await guest.sees("0")
    await guest.leave()
    assert (await encoder.delete()).status_code == 200
    stay = await row()
    assert (stay.state, stay.end_reason) == (StayState.ENDED, "left")
