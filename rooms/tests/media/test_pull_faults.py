"""Sources that are no good: a clear code, and nothing left behind."""

import asyncio
import contextlib
import os
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async

from rooms.media import ffprobe
from rooms.media.remote import Line
from rooms.models import Relay, RelayKind, Source
from rooms.relay import pull
from rooms.relay.job import JobFailed
from rooms.services import channels, relays
from rooms.tests.media import sources
from tests.house import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


class Engine:
    connected, url = True, "ws://127.0.0.1:1"


class Feed:
    """Takes what is sent to it, and tells nobody."""

    def __init__(self, engine, room, name, kinds) -> None:
        self.kinds, self.lines = kinds, {}

    async def open(self) -> None:
        self._taker = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
        )
        address = "127.0.0.1:" + str(transport.get_extra_info("sockname")[1])
        self._transport = transport
        self.lines = {"audio": Line(111, 1000, address), "video": Line(96, 1010, address)}

    async def close(self) -> None:
        self._transport.close()
        self._taker.close()

    async def is_there(self) -> bool:
        return True

    async def hold_back(self, kept) -> None: ...


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(pull, "RemoteFeed", Feed)
    monkeypatch.setattr(ffprobe, "LONGEST", 8.0)
    monkeypatch.setattr(pull, "STALL", 4.0)


def children() -> set[int]:
    return {int(pid) for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()}


def _relay(host, url: str) -> Relay:
    channels.create(actor=host, title="x", source=Source.PROXY, source_url=url, with_group=False)
    return relays.claim(worker="w", kinds=[RelayKind.PULL], limit=1)[0]


async def code(host, url: str) -> JobFailed:
    relay, before = await sync_to_async(_relay)(host, url), children()
    with pytest.raises(JobFailed) as failure:
        async with asyncio.timeout(60):
            await pull.Pull(relay, Engine()).run()
    assert children() == before, "a program was left behind"
    return failure.value


@contextlib.asynccontextmanager
async def says(first: bytes, then: bytes = b"", every: float = 0):
    """A server that says `first`, and `then` again and again."""

    async def serve(reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await reader.read(4096)
            writer.write(first)
            while every:
                writer.write(then)
                await writer.drain()
                await asyncio.sleep(every)
            await asyncio.sleep(60)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def test_nobody_there(host, short):
    port = free_port()
    for scheme in ("http", "rtmp", "rtsp"):
        assert (await code(host, f"{scheme}://127.0.0.1:{port}/x")).code == "source_unreachable"


async def test_a_page_that_is_not_there(host, short, tmp_path):
    with sources.served(tmp_path) as address:
        assert (await code(host, f"{address}/none.mp4")).code == "source_unreachable"


@pytest.mark.parametrize("scheme", ["http", "rtmp"])
async def test_one_that_answers_and_says_nothing(host, short, scheme):
    async with says(b"") as port:
        assert (await code(host, f"{scheme}://127.0.0.1:{port}/x")).code == "source_silent"


async def test_what_is_no_media(host, short, tmp_path):
    (tmp_path / "page.html").write_text("<!doctype html><title>no film</title>" + "<p>x</p>" * 1000)
    (tmp_path / "noise.mp4").write_bytes(os.urandom(200_000))
    (tmp_path / "headless.mp4").write_bytes(b"\0\0\0\x10ftypmp42\0\0\0\0" + bytes(200_000))
    with sources.served(tmp_path) as address:
        assert (await code(host, f"{address}/page.html")).code == "not_media"
        assert (await code(host, f"{address}/noise.mp4")).code == "not_media"
        assert (await code(host, f"{address}/headless.mp4")).code == "not_media"


async def test_a_way_that_never_ends(host, short, tmp_path):
    with sources.served(tmp_path) as address:
        assert (await code(host, f"{address}/to?/to?/to")).code in ("source_unreachable", "not_media")


async def test_a_redirect_into_a_private_network(host, short, tmp_path):
    with sources.served(tmp_path) as address:
        assert (await code(host, f"{address}/to?http://169.254.169.254/latest")).code == "source_forbidden"


LIST = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{}\n#EXT-X-ENDLIST\n"


async def test_a_playlist_that_names_a_private_address(host, short, tmp_path):
    (tmp_path / "x.m3u8").write_text(LIST.format("http://10.0.0.1/a.ts"))
    with sources.served(tmp_path) as address:
        assert (await code(host, f"{address}/x.m3u8")).code == "source_forbidden"


@pytest.mark.parametrize(
    "child", ["file:///etc/passwd", "concat:/etc/passwd|/etc/hosts", "subfile,,start,0,end,9,,:/etc/passwd"]
)
async def test_a_playlist_that_names_a_file_of_ours(host, short, tmp_path, child):
    (tmp_path / "x.m3u8").write_text(LIST.format(child))
    with sources.served(tmp_path) as address:
        failure = await code(host, f"{address}/x.m3u8")
    assert failure.code in ("not_media", "source_unreachable")
    assert "root:" not in failure.detail


async def test_other_kinds_of_lists_are_not_read(host, short, tmp_path):
    (tmp_path / "x.txt").write_text("ffconcat version 1.0\nfile '/etc/passwd'\n")
    with sources.served(tmp_path) as address:
        assert (await code(host, f"{address}/x.txt")).code == "not_media"


async def test_a_playlist_of_a_million_lines(host, short, tmp_path):
    (tmp_path / "x.m3u8").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + "#EXTINF:2,\na.ts\n" * 500_000)
    with sources.served(tmp_path) as address:
        assert (await code(host, f"{address}/x.m3u8")).code in ("not_media", "source_silent", "source_unreachable")


async def test_a_film_that_breaks_off(host, short, tmp_path):
    film = await asyncio.to_thread(sources.film, tmp_path / "film.mp4", seconds=4)
    film.write_bytes(film.read_bytes()[: film.stat().st_size * 2 // 3])
    with sources.served(tmp_path) as address:
        failure = await code(host, f"{address}/film.mp4")
    assert (failure.code, failure.final) == ("source_ended", True)


async def test_a_film_without_its_index(host, short, tmp_path):
    film = await asyncio.to_thread(sources.film, tmp_path / "film.mp4", seconds=2)
    film.write_bytes(film.read_bytes()[:200])
    with sources.served(tmp_path) as address:
        assert (await code(host, f"{address}/film.mp4")).code == "not_media"


async def test_one_that_stands_still_after_a_while(host, short, tmp_path):
    film = await asyncio.to_thread(sources.film, tmp_path / "film.ts", seconds=5)
    async with says(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\n\r\n" + film.read_bytes()) as port:
        assert (await code(host, f"http://127.0.0.1:{port}/film.ts")).code == "source_stalled"


@pytest.mark.parametrize("only", ["sound", "picture"])
async def test_sound_alone_and_picture_alone(host, short, tmp_path, only):
    kinds = {"sound": {"picture": False}, "picture": {"sound": False}}[only]
    await asyncio.to_thread(sources.film, tmp_path / "film.mp4", seconds=2, **kinds)
    with sources.served(tmp_path) as address:
        assert (await code(host, f"{address}/film.mp4")).code == "source_ended"


async def test_a_large_picture_of_another_kind_is_made_anew(host, short, tmp_path):
    large = ("-vf", "scale=3840:2160", "-r", "60", "-c:v", "mpeg4", "-q:v", "31")
    await asyncio.to_thread(sources.film, tmp_path / "film.mp4", seconds=0.2, video=large)
    with sources.served(tmp_path) as address:
        assert (await code(host, f"{address}/film.mp4")).code == "source_ended"
