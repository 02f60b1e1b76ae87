"""What both ASGI servers' sockets (core/daphne.py, core/uvicorn.py) know of a frame that goes out. Imports nothing of
Django: uvicorn loads its protocol before the application."""

import struct
from functools import lru_cache

BACKLOG = 256 * 1024  # bytes that may wait for one slow reader before it is cut
TOO_SLOW = 4008
READING = 1.0  # seconds for a busy server to read what has come, before it takes a ping for unanswered
TEXT = 0x81  # a whole text message in one frame


@lru_cache(maxsize=8)  # a hub says the same text to thousands of sockets in one round
def text_frame(text: str) -> bytes:
    """The WebSocket frame of a server (RFC 6455, 5.2): not masked."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", TEXT, size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", TEXT, 126, size)
    else:
        head = struct.pack("!BBQ", TEXT, 127, size)
    return head + payload
