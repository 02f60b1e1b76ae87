"""All media of the engine, whichever process holds them, seen and ended over the engine's admin line."""

import itertools
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from rooms.media.wire import Refused

NO_SESSION, NO_HANDLE = 458, 459
UNREACHED = (OSError, TimeoutError, WebSocketException, Refused)
AT_ONCE = 50  # requests under way together


@dataclass(frozen=True)
class Held:
    """A handle of the engine, by the name that its process gave it (`opaque_id`)."""

    session: int
    handle: int
    name: str


@contextmanager
def visit(url: str, *, secret: str, names: dict[int, str], within: float = 2.0) -> Iterator["Warden"]:
    """Raises one of UNREACHED where the engine is not there, does not answer `within` seconds, or says no.

    `names` is kept by whoever comes often: a handle keeps its name for life, and asking for it costs 2 ms."""
    with connect(
        url,
        subprotocols=[Subprotocol("janus-admin-protocol")],
        compression=None,
        proxy=None,
        open_timeout=within,
        close_timeout=0.1,
        ping_interval=None,
        max_size=2**24,
    ) as socket:
        yield Warden(socket, secret, names, within)


class Warden:
    """What goes away while it looks is fine."""

    def __init__(self, socket: ClientConnection, secret: str, names: dict[int, str], within: float) -> None:
        self._socket, self._secret, self._names, self._within = socket, secret, names, within
        self._numbers = itertools.count(1)

    def held(self) -> list[Held]:
        """Every handle there is."""
        (listed,) = self._ask([{"janus": "list_sessions"}])
        sessions = listed["sessions"]
        lists = self._ask({"janus": "list_handles", "session_id": session} for session in sessions)
        pairs = [(s, handle) for s, found in zip(sessions, lists, strict=True) if found for handle in found["handles"]]
        self._learn_names(pairs)
        return [Held(session, handle, self._names[handle]) for session, handle in pairs if handle in self._names]

    def sent(self, held: list[Held]) -> dict[int, int]:
        """Handle -> bytes of audio and video that the engine has sent on it since it was made."""
        infos = self._infos([(one.session, one.handle) for one in held])
        return {one.handle: _sent(info) for one, info in zip(held, infos, strict=True) if info}

    def detach(self, held: list[Held]) -> int:
        """Ends them and their media; answers how many were still there."""
        verbs = [{"janus": "detach_handle", "session_id": one.session, "handle_id": one.handle} for one in held]
        return sum(answer is not None for answer in self._ask(verbs))

    def _learn_names(self, pairs: list[tuple[int, int]]) -> None:
        for gone in self._names.keys() - {handle for _, handle in pairs}:
            del self._names[gone]
        new = [pair for pair in pairs if pair[1] not in self._names]
        for (_, handle), info in zip(new, self._infos(new, plugin_only=True), strict=True):
            if info:
                self._names[handle] = info.get("opaque_id", "")

    def _infos(self, pairs: list[tuple[int, int]], **more: object) -> list[dict | None]:
        facts = ({"janus": "handle_info", "session_id": s, "handle_id": handle, **more} for s, handle in pairs)
        return [answer and answer["info"] for answer in self._ask(facts)]

    def _ask(self, requests: Iterable[dict]) -> list[dict | None]:
        """The answers in the order of the requests; None for what is not there any more."""
        requests, answers = iter(requests), []
        while some := list(itertools.islice(requests, AT_ONCE)):
            answers += self._ask_some(some)
        return answers

    def _ask_some(self, requests: list[dict]) -> list[dict | None]:
        numbers = [str(next(self._numbers)) for _ in requests]
        for number, request in zip(numbers, requests, strict=True):
            self._socket.send(json.dumps({**request, "transaction": number, "admin_secret": self._secret}))
        heard: dict[str, dict | None] = {}
        while len(heard) < len(numbers):
            answer = json.loads(self._socket.recv(timeout=self._within))
            heard[answer.get("transaction", "")] = _settled(answer)
        return [heard[number] for number in numbers]


def _settled(answer: dict) -> dict | None:
    error = answer.get("error")
    if error and error["code"] not in (NO_SESSION, NO_HANDLE):
        raise Refused(error["code"], error["reason"])
    return None if error else answer


def _sent(info: dict) -> int:
    """Of all its lines; media statistics stand under the line they belong to."""
    lines = info.get("webrtc", {}).get("media", {})
    return sum(line.get("stats", {}).get("out", {}).get("bytes", 0) for line in lines.values())
