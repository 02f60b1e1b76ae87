"""Clients who fetch one file again and again over kept connections, and cost little: whole bodies by one call."""

import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.kit.processes import Meter

BOUND = 30  # seconds for any one answer


@dataclass(frozen=True)
class Load:
    requests: int
    wall: float  # seconds
    cpu: float  # seconds of the server

    @property
    def rate(self) -> float:
        return self.requests / self.wall

    @property
    def cpu_us(self) -> float:
        return 1e6 * self.cpu / self.requests


def load(port: int, request: bytes, pids: set[int], *, clients: int, seconds: float) -> Load:
    """What the server with these processes makes of it."""
    size = _size(port, request)
    with ThreadPoolExecutor(clients) as pool:
        meter, until = Meter(pids), time.monotonic() + seconds
        done = sum(pool.map(lambda _: _again_and_again(port, request, size, until), range(clients)))
        cpu, wall = meter.read()
    return Load(done, wall, cpu)


def _size(port: int, request: bytes) -> int:
    """Of the body, in bytes."""
    with socket.create_connection(("127.0.0.1", port), BOUND) as line:
        line.sendall(request)
        return _length(_head(line)[0])


def _again_and_again(port: int, request: bytes, size: int, until: float) -> int:
    done, room = 0, memoryview(bytearray(size))
    with socket.create_connection(("127.0.0.1", port), BOUND) as line:
        line.settimeout(None)  # a socket with a bound cannot wait for a whole body
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", BOUND, 0))
        while time.monotonic() < until:
            line.sendall(request)
            _read(line, room)
            done += 1
    return done


def _read(line: socket.socket, room: memoryview) -> None:
    head, body = _head(line)
    if _length(head) != len(room):
        raise RuntimeError(f"it sends {_length(head)} bytes instead of {len(room)}")
    missing = len(room) - len(body)
    if line.recv_into(room[:missing], missing, socket.MSG_WAITALL) != missing:
        raise RuntimeError("the server hung up within a body")


def _head(line: socket.socket) -> tuple[bytes, bytes]:
    """And what came of the body with it."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = line.recv(4096)
        if not piece:
            raise RuntimeError(f"the server hung up: {got!r}")
        got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    if b" 200 " not in head[:16]:
        raise RuntimeError(f"it answered {head[:40]!r}")
    return head, body


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].split(None, 1)[0])
