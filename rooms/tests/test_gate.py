"""The way out for programs that are given somebody else's address. Real sockets; only names are made up."""

import asyncio
import contextlib
import socket

import pytest

from core import addresses
from rooms.relay.gate import Gate
from rooms.sources import redacted, without_secrets

pytestmark = pytest.mark.asyncio
FEINTS = [b"RTSP/1.0 302 Moved\r\n", b"RTSP/1.0  \t0301 x\r\n", b"RT\rSP/1.0 302 x\r\n", b"RTSP/2.0 +305 x\r\n"]


class Far:
    """A server that answers whatever it was given to say, and keeps what it heard."""

    def __init__(self, *says: bytes) -> None:
        self._says, self.heard = says, b""

    async def __aenter__(self) -> "Far":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader, writer) -> None:
        self.heard += await reader.read(4096)
        for piece in self._says:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        writer.close()


async def through(port: int, said: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    heard = b""
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(10):
            heard = await reader.read()
    writer.close()
    return heard


async def asks(gate: Gate, target: str, verb: str = "GET") -> bytes:
    return await through(gate.port, f"{verb} {target} HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n".encode())


async def test_a_page_comes_through_and_each_connection_carries_one_request():
    async with Far(b"HTTP/1.1 200 OK\r\n\r\nhello") as far:
        gate = Gate()
        async with gate.open(f"http://127.0.0.1:{far.port}/x"):
            assert b"hello" in await asks(gate, f"http://127.0.0.1:{far.port}/x?y=1")
        assert far.heard.startswith(b"GET /x?y=1 HTTP/1.1\r\nConnection: close\r\nHost: h\r\n")
        assert (gate.reached, gate.forbidden, gate.unreached) == (True, False, False)


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest", "http://10.0.0.1/", "http://[::ffff:10.0.0.1]/", "http://[fe80::1]/"]
)
async def test_whatever_leads_within_the_walls_is_refused(target):
    gate = Gate()
    async with gate.open("http://a.example/"):
        assert b" 403 " in await asks(gate, target)
    assert gate.forbidden


@pytest.mark.parametrize("target", ["10.0.0.1:443", "169.254.169.254:443"])
async def test_so_is_a_way_for_tls(target):
    gate = Gate()
    async with gate.open("https://a.example/"):
        assert b" 403 " in await asks(gate, target, "CONNECT")


async def test_our_own_machine_counts_as_within_where_nobody_allows_it(settings):
    settings.PULL_ALLOW = []
    gate = Gate()
    async with Far(b"HTTP/1.1 200 OK\r\n\r\nsecret") as far, gate.open("http://a.example/"):
        assert b"secret" not in await asks(gate, f"http://127.0.0.1:{far.port}/")
        assert far.heard == b""


@pytest.mark.parametrize("line", ["POST http://a.example/ HTTP/1.1", "GET file:///etc/passwd HTTP/1.1", "nonsense", ""])
async def test_nothing_else_is_understood(line):
    gate = Gate()
    async with gate.open("http://a.example/"):
        assert await through(gate.port, f"{line}\r\n\r\n".encode()) == b""


async def test_a_name_is_looked_up_once_and_what_was_checked_is_dialled(monkeypatch):
    asked = []

    def resolve(host, port, **_):
        asked.append(host)
        found = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    async with Far(b"HTTP/1.1 200 OK\r\n\r\nhello") as far:
        gate = Gate()
        async with gate.open("http://turns.example/"):
            monkeypatch.setattr(addresses.socket, "getaddrinfo", _only_for("turns.example", resolve))
            assert b"hello" in await asks(gate, f"http://turns.example:{far.port}/")
            assert asked == ["turns.example"]
            assert b" 403 " in await asks(gate, f"http://turns.example:{far.port}/")


async def test_rtmp_goes_through_to_one_place_alone():
    async with Far(b"answer") as far:
        gate = Gate()
        async with gate.open(f"rtmp://me:pw@localhost:{far.port}/live/x?k=v") as address:
            assert address == f"rtmp://me:pw@127.0.0.1:{gate.port}/live/x?k=v"
            assert await through(gate.port, b"hello") == b"answer"
        assert far.heard == b"hello"


@pytest.mark.parametrize("line", FEINTS)
async def test_rtsp_that_leads_elsewhere_is_cut(line):
    async with Far(b"x" * 500 + line[:6], line[6:] + b"Location: rtsp://10.0.0.1/\r\n\r\n") as far:
        gate = Gate()
        async with gate.open(f"rtsp://127.0.0.1:{far.port}/x"):
            assert b"Location" not in await through(gate.port, b"DESCRIBE")


async def test_rtsp_that_answers_comes_through():
    said = b"RTSP/1.0 200 OK\r\nCSeq: 3\r\n\r\n"
    async with Far(said) as far:
        gate = Gate()
        async with gate.open(f"rtsp://127.0.0.1:{far.port}/x"):
            assert await through(gate.port, b"DESCRIBE") == said


async def test_nobody_there_is_told_apart_from_forbidden():
    gate = Gate()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        async with gate.open("http://a.example/"):
            assert b" 502 " in await asks(gate, f"http://127.0.0.1:{nobody.getsockname()[1]}/")
    assert (gate.unreached, gate.forbidden) == (True, False)


async def test_what_a_program_said_of_an_address_is_told_without_it():
    url = "rtmp://me:hunter2@media.example/live/streamkey?token=abcdef"
    said = "rtmp://127.0.0.1:99/live/streamkey: Failed to play streamkey for hunter2, abcdef"
    assert not {"hunter2", "streamkey", "abcdef", "127.0.0.1"} & set(redacted(said, url).replace(",", "").split())
    assert without_secrets(url) == "rtmp://***@media.example/live/streamkey?***"


def _only_for(name: str, resolve):
    real = socket.getaddrinfo

    def ask(host, *args, **kwargs):
        return resolve(host, *args, **kwargs) if host == name else real(host, *args, **kwargs)

    return ask
