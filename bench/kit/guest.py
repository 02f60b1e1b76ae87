"""A guest who costs the client little: one kept HTTP connection, and sockets that come and go."""

import asyncio
import json
from types import TracebackType
from typing import Self
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.kit.place import Place

BOUND = 30.0  # seconds for any one answer


class Guest:
    """`async with Guest(place) as guest`: has been to the lobby once and kept the cookie."""

    def __init__(self, place: Place) -> None:
        self.place, self.cookie = place, ""
        self._host = place.origin.partition("://")[2]

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.place.port)
        head = await self.get("/")
        self.cookie = next(
            line[12:].partition(";")[0] for line in head if line.lower().startswith("set-cookie: guest=")
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    async def get(self, path: str) -> list[str]:
        """One page, read to its end; its head's lines."""
        return await self.ask("GET", path, Cookie=self.cookie)

    async def ask(self, method: str, path: str, body: dict | None = None, **fields: str) -> list[str]:
        """Any request that is answered with success; the lines of the answer's head."""
        sent = b"" if body is None else json.dumps(body).encode()
        fields = {"Host": self._host, "X-Forwarded-Proto": "https", **fields, "Content-Length": str(len(sent))}
        if sent:
            fields["Content-Type"] = "application/json"
        request = [f"{method} {path} HTTP/1.1", *(f"{name.replace('_', '-')}: {it}" for name, it in fields.items())]
        self._writer.write(("\r\n".join(request) + "\r\n\r\n").encode() + sent)
        async with asyncio.timeout(BOUND):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            await self._body({line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in head})
        if head[0].split()[1][0] != "2":
            raise RuntimeError(f"{path} answered {head[0]}")
        return head

    async def _body(self, fields: dict[str, str]) -> None:
        """An answer without a body (204) may say nothing of its length."""
        if "transfer-encoding" not in fields and "content-length" not in fields:
            return
        if "content-length" in fields:
            await self._reader.readexactly(int(fields["content-length"]))
            return
        size = -1
        while size:
            size = int(await self._reader.readuntil(b"\r\n"), 16)
            await self._reader.readexactly(size + 2)

    async def lobby(self) -> None:
        await self.get("/")

    async def watch_page(self) -> None:
        await self.get(f"/c/{self.place.cid}/")

    async def health(self) -> None:
        await self.get("/healthz")

    async def room(self) -> float:
        """Comes in, and says goodbye so that the stay ends; answers when the snapshot was there."""
        async with self._socket(f"/ws/rooms/{self.place.cid}/") as socket:
            there = await self._heard(socket, "room.snapshot")
            await socket.send('{"type": "stay.leave", "id": 1}')
            await self._heard(socket, "reply")
        return there

    async def chat(self) -> float:
        async with self._socket(f"/ws/chat/{quote(self.place.gid)}/") as socket:
            return await self._heard(socket, "chat.welcome")

    async def elsewhere(self) -> float:
        """A handshake, and a socket that is closed at once."""
        async with self._socket("/ws/elsewhere/") as socket:
            try:
                async with asyncio.timeout(BOUND):
                    await socket.recv()
            except ConnectionClosed:
                return asyncio.get_running_loop().time()
        raise RuntimeError("an unknown address let a socket in")

    def _socket(self, path: str) -> connect:
        """Addressed by the site's name, as the proxy passes it on, and connected here."""
        return connect(
            f"ws://{self._host}{path}",
            host="127.0.0.1",
            port=self.place.port,
            origin=self.place.origin,
            additional_headers={"Cookie": self.cookie},
            compression=None,
            open_timeout=BOUND,
            proxy=None,
        )

    async def _heard(self, socket: ClientConnection, type: str) -> float:
        async with asyncio.timeout(BOUND):
            while True:
                frames = json.loads(await socket.recv())
                for frame in frames if isinstance(frames, list) else [frames]:
                    if frame["type"] == type:
                        return asyncio.get_running_loop().time()
                    if frame["type"] == "error":
                        raise RuntimeError(f"refused: {frame}")
