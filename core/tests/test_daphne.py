"""Daphne's sockets as ours: what is written at once, what waits, and when the server's own way is taken."""

from collections import deque
from types import SimpleNamespace

import pytest
from autobahn.websocket.protocol import TrafficStats
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import tcp

from core import daphne
from core.frames import BACKLOG, TOO_SLOW, text_frame


class Transport(tcp.Connection):
    """Twisted's own, above a network that takes `room` bytes at once."""

    TLS = False

    def __init__(self, room: int) -> None:
        self.room, self.connected = room, 1
        self.on_the_wire = b""
        self._tempDataBuffer, self._tempDataLen = [], 0

    def writeSomeData(self, data: bytes) -> int:
        taken = min(self.room, len(data))
        self.room -= taken
        self.on_the_wire += data[:taken]
        return taken

    def startWriting(self) -> None:
        """The reactor would call `doWrite` when there is room again."""

    @property
    def waiting(self) -> bytes:
        return b"".join(self._tempDataBuffer)


@pytest.fixture
def protocol() -> daphne.Protocol:
    protocol = daphne.Protocol()
    protocol.state = protocol.STATE_OPEN
    protocol.send_queue, protocol._perMessageCompress = deque(), None
    protocol.trafficStats, protocol.logOctets = TrafficStats(), False
    protocol.transport = Transport(room=1_000_000)
    protocol.sendCloseFrame = lambda code: setattr(protocol, "closed", code)
    protocol.closed = None
    opened(protocol)
    return protocol


def opened(protocol: daphne.Protocol) -> None:
    protocol.client_addr, protocol.server = None, SimpleNamespace(log_action=lambda *_: None)
    protocol.request = SimpleNamespace(path="/")
    protocol.onOpen()


def say(protocol: daphne.Protocol, text: str) -> None:
    protocol.handle_reply({"type": "websocket.send", "text": text})


def test_daphne_makes_our_sockets():
    daphne.mend()
    assert WebSocketFactory.protocol is daphne.Protocol


def test_it_writes_at_once_where_nothing_waits(protocol):
    say(protocol, "good evening")
    assert protocol.transport.on_the_wire == b"\x81\x0cgood evening"
    assert protocol.transport.waiting == b""


def test_what_the_network_does_not_take_waits_and_keeps_its_order(protocol):
    protocol.transport.room = 5
    say(protocol, "good evening")
    say(protocol, "and welcome")
    said = protocol.transport.on_the_wire + protocol.transport.waiting
    assert said == text_frame("good evening") + text_frame("and welcome")


def test_a_reader_too_far_behind_is_cut(protocol):
    protocol.transport.room = 0
    for _ in range(BACKLOG // 1000 + 3):
        say(protocol, "x" * 1000)
    assert protocol.closed == TOO_SLOW
    assert len(protocol.transport.waiting) < BACKLOG + 3000


def test_one_long_word_is_no_reason_to_cut(protocol):
    protocol.transport.room = 0
    say(protocol, "x" * 2 * BACKLOG)
    say(protocol, "and welcome")
    assert protocol.closed is None


@pytest.mark.parametrize(("answered", "ended"), [(False, True), (True, False)])
def test_a_ping_counts_as_unanswered_when_all_that_came_was_read(protocol, monkeypatch, answered, ended):
    dropped, rounds = [], []
    protocol.dropConnection = lambda abort: dropped.append(abort)
    monkeypatch.setattr(daphne.reactor, "callLater", lambda seconds, call, *words: rounds.append(lambda: call(*words)))
    protocol.autoPingPending = b"ping"
    protocol.onAutoPingTimeout()
    assert dropped == []
    if answered:
        protocol.autoPingPending = None
    rounds[0]()
    assert bool(dropped) == ended


def test_a_lost_connection_is_left_to_the_reactor(protocol):
    protocol.transport.writeSomeData = lambda data: ConnectionError()
    say(protocol, "anybody?")
    assert protocol.transport.waiting == text_frame("anybody?")


@pytest.mark.parametrize("name", [*daphne.OF_TRANSPORT, *daphne.OF_PROTOCOL])
def test_where_an_internal_is_missing_the_servers_own_way_is_taken(protocol, name, monkeypatch):
    own_way = []
    monkeypatch.setattr(WebSocketProtocol, "handle_reply", lambda self, message: own_way.append(message["text"]))
    monkeypatch.setattr(daphne, "hasattr", lambda owner, asked: asked != name, raising=False)
    opened(protocol)
    say(protocol, "good evening")
    assert own_way == ["good evening"]


def test_bytes_under_tls_are_not_ours_to_make(protocol):
    protocol.transport.TLS = True
    assert not daphne.is_known(protocol)


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_frame_tells_its_length(size):
    frame = text_frame("x" * size)
    extra = 0 if size < 126 else 2 if size < 65_536 else 8
    told = int.from_bytes(frame[2 : 2 + extra], "big") if extra else frame[1]
    assert (frame[0], told, len(frame)) == (0x81, size, 2 + extra + size)
