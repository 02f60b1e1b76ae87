"""One question, and what is done without an answer.

Whoever asks waits, so the answer must come in two seconds. A server that was silent several times in a row is not asked
for a while: everybody would wait for nothing."""

import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from typing import TypeVar

from core.errors import NotAllowed
from partners import http
from partners.models import Callbacks, Silence

log = logging.getLogger(__name__)
WITHIN = 2.0  # seconds
PATIENCE, REST = 5, 10.0  # silences in a row, and the seconds for which nobody is asked after them
Read = TypeVar("Read")
_calls = ThreadPoolExecutor(32, thread_name_prefix="callbacks")


@dataclass
class _Record:
    silences: int = 0
    asked_again: float = 0.0  # monotonic


_records: dict[str, _Record] = {}  # by address, of this process


def ask(callbacks: Callbacks, url: str, body: bytes, kind: str, read: Callable[[dict], Read], silent: Read) -> Read:
    """What `read` makes of the JSON object that was answered. Without one that it understands (it raises ValueError,
    TypeError or KeyError) the app's rule decides: `silent`, or NotAllowed `app_silent`."""
    record = _records.setdefault(url, _Record())
    if time.monotonic() >= record.asked_again:
        try:
            answer = read(_answer(url, body, kind))
        except (http.Failed, http.Refused, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            _note(record, url, error)
        else:
            record.silences = 0
            return answer
    if callbacks.silence == Silence.REFUSE:
        raise NotAllowed("app_silent")
    return silent


def _answer(url: str, body: bytes, kind: str) -> dict:
    """In a thread of its own: looking up a name, and an answer that drips, know no time-out."""
    call = _calls.submit(http.send, "POST", url, body=body, headers={"Content-Type": kind}, timeout=WITHIN)
    try:
        answer = call.result(WITHIN)
    except TookTooLong:
        call.cancel()
        raise http.Failed("too late") from None
    if answer.status != 200:
        raise http.Failed(f"answered {answer.status}")
    return json.loads(answer.body)


def _note(record: _Record, url: str, error: Exception) -> None:
    record.silences += 1
    log.warning("the server of an app did not answer: %s (%s)", url.split("?")[0], error)
    if record.silences >= PATIENCE:
        record.silences, record.asked_again = 0, time.monotonic() + REST
