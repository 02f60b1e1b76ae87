"""Something that many listen to: where it is, how one gets in, and how a word is said to all."""

from collections.abc import Callable
from dataclasses import dataclass, field

# The key of RFC 6455's example; the floor knows its answer by heart.
UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


@dataclass(frozen=True)
class Hall:
    name: str
    port: int
    servers: set[int]  # the processes whose CPU and memory count
    tell: Callable[[str], None]  # says one text frame to everybody, from outside
    path: str = "/"
    headers: dict[str, str] = field(default_factory=dict)
    welcomes: bool = False  # the server speaks first
    greeting: str = ""  # what it wants to hear then
    members: Callable[[float], int] | None = None  # a speech (bench/hall/speech.py) of people inside
    others: frozenset[int] = frozenset()  # its helpers, which stay off its core

    @property
    def request(self) -> str:
        headers = {"Host": f"127.0.0.1:{self.port}", **self.headers}
        return f"GET {self.path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + UPGRADE + "\r\n"
