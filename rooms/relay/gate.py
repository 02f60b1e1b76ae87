"""The only way out for a program that is given somebody else's address: it reaches nothing but a port of this gate.

Each name is looked up once, its address checked, and that address dialled: of the source itself, of every redirect,
and of whatever a playlist names. `PULL_ALLOW` names networks of one's own that may be pulled from all the same."""

import asyncio
import contextlib
import logging
import re
import ssl
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

from core import addresses

PORTS = {"http": 80, "https": 443, "rtmp": 1935, "rtmps": 443, "rtsp": 554, "rtsps": 322}
log = logging.getLogger(__name__)
CONNECT = 8.0  # seconds
HEAD = 16 * 1024  # bytes of a request
CHUNK = 64 * 1024
BY_HTTP = ("http", "https")
REDIRECT = re.compile(rb"RTSP/\S*\s+[+0]*3")  # the program would follow it past the gate
TAIL = 64  # bytes that are looked at again with the next ones

Check = Callable[[bytes], None]


class Gate:
    """Who went through: `forbidden` once an address within the walls was asked for, `unreached` once nobody was
    there."""

    def __init__(self) -> None:
        self.forbidden = self.unreached = self.reached = False
        self.port = 0
        self._carrying: set[asyncio.Task] = set()

    @contextlib.asynccontextmanager
    async def open(self, url: str) -> AsyncIterator[str]:
        """Yields the address to give to the program."""
        parts = urlsplit(url)
        carry = self._proxy if parts.scheme in BY_HTTP else self._tunnel(parts)
        server = await asyncio.start_server(self._with(carry), "127.0.0.1", 0, limit=HEAD)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield url if parts.scheme in BY_HTTP else self._here(parts)
        finally:
            server.close()
            for task in self._carrying:
                task.cancel()
            await asyncio.gather(*self._carrying, return_exceptions=True)

    def _here(self, parts) -> str:
        """TLS ends at the gate, which knows the name that the certificate is for."""
        user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        scheme = parts.scheme.removesuffix("s")
        return urlunsplit((scheme, f"{user}127.0.0.1:{self.port}", parts.path, parts.query, ""))

    def _with(self, carry):
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            self._carrying.add(task)
            try:
                await carry(reader, writer)
            except (OSError, EOFError, ValueError):
                log.debug("a way through the gate ended early")
            except asyncio.CancelledError:  # the gate closes
                writer.transport.abort()
            finally:
                self._carrying.discard(task)
                writer.close()

        return serve

    async def _dial(self, host: str, port: int, tls: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Raises OSError, also for what may not be dialled."""
        try:
            address = await asyncio.to_thread(addresses.pick, host, port, allow=settings.PULL_ALLOW)
            way = {"ssl": ssl.create_default_context(), "server_hostname": host} if tls else {}
            async with asyncio.timeout(CONNECT):
                found = await asyncio.open_connection(str(address), port, **way)
        except addresses.Forbidden:
            self.forbidden = True
            raise OSError from None
        except (addresses.Unknown, TimeoutError, OSError):
            self.unreached = True
            raise OSError from None
        self.reached = True
        return found

    async def _proxy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request of HTTP/1: CONNECT for https, the whole address for http."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, _, rest = head.partition("\r\n")
        verb, target, _ = line.split(" ", 2)
        parts = urlsplit(f"//{target}" if verb == "CONNECT" else target)
        if not parts.hostname or verb not in ("CONNECT", "GET") or parts.scheme not in ("", "http"):
            raise ValueError
        try:
            far = await self._dial(parts.hostname, parts.port or 80, tls=False)
        except OSError:
            writer.write(f"HTTP/1.1 {403 if self.forbidden else 502} No\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
            writer.close()
            return
        if verb == "CONNECT":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            far[1].write(_request(parts, rest).encode("latin-1"))
        await _carry((reader, writer), far)

    def _tunnel(self, parts):
        async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            port = parts.port or PORTS[parts.scheme]
            far = await self._dial(parts.hostname, port, tls=parts.scheme in ("rtmps", "rtsps"))
            await _carry((reader, writer), far, _no_redirect() if parts.scheme.startswith("rtsp") else None)

        return tunnel


def _request(parts, headers: str) -> str:
    """One a connection: the next may be for another host."""
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    kept = [line for line in headers.split("\r\n") if not line.lower().startswith(("connection:", "proxy-"))]
    return "\r\n".join([f"GET {path} HTTP/1.1", "Connection: close", *kept])


async def _carry(near, far, check: Check | None = None) -> None:
    """Both ways, until one of them ends."""
    ways = [asyncio.create_task(_pump(near[0], far[1])), asyncio.create_task(_pump(far[0], near[1], check))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        if ways[1].done() and not ways[1].exception():
            near[1].close()  # what is still on its way to the program arrives
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        far[1].transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, check: Check | None = None) -> None:
    while data := await reader.read(CHUNK):
        if check:
            check(data)
        writer.write(data)
        await writer.drain()


def _no_redirect() -> Check:
    tail = b""

    def check(data: bytes) -> None:
        nonlocal tail
        tail = (tail + data.replace(b"\r", b""))[-TAIL - len(data) :]
        if REDIRECT.search(tail):
            raise ValueError("redirected")
        tail = tail[-TAIL:]

    return check
