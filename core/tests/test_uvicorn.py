"""uvicorn's sockets as ours: what is written straight away, how a close is final, when uvicorn's own way is taken."""

import asyncio
from types import SimpleNamespace

import pytest
import pytest_asyncio
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import OPEN

from core import uvicorn

pytestmark = pytest.mark.asyncio
WORD = {"type": "websocket.send", "text": "good evening"}


@pytest_asyncio.fixture
async def protocol(monkeypatch):
    monkeypatch.setattr(uvicorn, "GRACE", 0)
    protocol = uvicorn.Protocol.__new__(uvicorn.Protocol)
    protocol.loop, protocol.writable = asyncio.get_running_loop(), asyncio.Event()
    protocol.writable.set()
    protocol.handshake_complete, protocol.close_sent, protocol.disconnected = True, False, False
    protocol.conn = SimpleNamespace(state=OPEN)
    protocol.config = SimpleNamespace(ws_per_message_deflate=False)
    protocol.written, protocol.aborted = [], asyncio.Event()
    protocol.transport = SimpleNamespace(write=protocol.written.append, abort=protocol.aborted.set)
    protocol._is_known = uvicorn.is_known(protocol)
    return protocol


@pytest.fixture
def own_way(monkeypatch):
    said = []

    async def send(self, message):
        await self.writable.wait()
        said.append(message)

    monkeypatch.setattr(WebSocketsSansIOProtocol, "send", send)
    return said


@pytest.fixture
def silence(protocol, monkeypatch):
    """Who was given up."""
    given_up = []
    monkeypatch.setattr(WebSocketsSansIOProtocol, "keepalive_timeout", lambda self: given_up.append(self))
    monkeypatch.setattr(uvicorn, "READING", 0)
    protocol.pending_ping_payload, protocol.ping_sent_at = b"ping", protocol.loop.time()
    protocol.schedule_ping = lambda: None
    return given_up


async def test_a_word_is_written_straight_away(protocol, own_way):
    await protocol.send(WORD)
    assert (protocol.written, own_way) == ([b"\x81\x0cgood evening"], [])


async def test_a_close_does_not_wait_for_a_reader_that_stalls_and_is_final(protocol, own_way):
    protocol.writable.clear()
    close = {"type": "websocket.close", "code": 4008}
    async with asyncio.timeout(5):
        await protocol.send(close)
        await protocol.aborted.wait()
    assert own_way == [close]


async def test_an_unanswered_ping_ends_it(protocol, silence):
    protocol.keepalive_timeout()
    async with asyncio.timeout(5):
        await protocol.aborted.wait()
    assert silence == [protocol]


async def test_a_pong_that_a_busy_server_had_not_read_yet_is_an_answer(protocol, silence):
    protocol.keepalive_timeout()
    protocol.handle_pong(SimpleNamespace(data=b"ping"))
    await asyncio.sleep(0)
    assert protocol.pong_timer is None
    assert (protocol.aborted.is_set(), silence) == (False, [])


async def test_a_word_after_the_close_is_uvicorns_to_refuse(protocol, own_way):
    protocol.close_sent = True
    await protocol.send(WORD)
    assert (protocol.written, own_way) == ([], [WORD])


@pytest.mark.parametrize("name", uvicorn.INTERNALS)
async def test_where_an_internal_is_missing_uvicorns_own_way_is_taken(protocol, own_way, name, monkeypatch):
    monkeypatch.setattr(uvicorn, "hasattr", lambda owner, asked: asked != name, raising=False)
    protocol._is_known = uvicorn.is_known(protocol)
    await protocol.send(WORD)
    assert (protocol.written, own_way) == ([], [WORD])
