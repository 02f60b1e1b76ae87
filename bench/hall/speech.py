"""What is said: chat messages of some 200 bytes that carry the moment of their saying, singly or several in a frame."""

import json
import time
from collections.abc import Callable
from itertools import count

RATE = 40  # messages a second: as many as a room delivers
BATCH = 4  # of them in a frame: the pump flushes every 100 ms
Speech = Callable[[float], int]  # speaks for so many seconds; answers how many messages everybody was told
_numbers = count(1)


def text_now() -> str:
    """Found again by the crowd, whatever is wrapped around it."""
    return f"at={time.monotonic_ns() // 1000} the quick brown fox jumps"


def message() -> dict:
    number = next(_numbers)
    sender = {"uid": f"viewer{number % 100:03}", "nick": "A viewer", "avatar": ""}
    return {"type": "chat.message", "epoch": "0123456789ab-01234567", "seq": number, "kind": "text",
            "text": text_now(), "sender": sender}  # fmt: skip


def speak(tell: Callable[[str], None], seconds: float, *, rate: int = RATE, batch: int = BATCH) -> int:
    """A Speech from outside, evenly paced."""
    began, frames = time.monotonic(), max(round(seconds * rate / batch), 1)
    for number in range(frames):
        time.sleep(max(began + number * batch / rate - time.monotonic(), 0))  # the pace is what is asked for
        tell(json.dumps([message() for _ in range(batch)], separators=(",", ":")))
    return frames * batch
