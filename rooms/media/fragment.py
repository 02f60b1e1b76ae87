"""The fragment of a description by which an encoder adds candidates, or begins ICE anew (RFC 8840)."""

import re
from dataclasses import dataclass, field

from rooms.media.candidate import BadSDP
from rooms.media.sdp_text import VALUES

MAX_BYTES = 16 * 1024
MAX_LINES = 128
LINE = re.compile(r"[a-z]=[\x20-\x7e]{1,480}")


@dataclass(frozen=True)
class Fragment:
    """`candidates` as `Peer.trickle` takes them; the last may be None: there are no more. `ufrag` and `pwd` are ""
    where they are not said."""

    ufrag: str = ""
    pwd: str = field(default="", repr=False)
    candidates: list[dict | None] = field(default_factory=list)


def read(text: str) -> Fragment:
    """Raises BadSDP. A candidate in itself is judged by whoever takes it."""
    if len(text) > MAX_BYTES:
        raise BadSDP("a fragment that is too large")
    lines = [line.removesuffix("\r") for line in text.split("\n") if line.strip()]
    if not lines or len(lines) > MAX_LINES or not all(LINE.fullmatch(line) for line in lines):
        raise BadSDP("a fragment that cannot be read")
    ufrag, pwd = _only(lines, "ice-ufrag"), _only(lines, "ice-pwd")
    if bool(ufrag) != bool(pwd):
        raise BadSDP("half of the credentials")
    return Fragment(ufrag, pwd, _candidates(lines))


def begun_anew(offer: str, fragment: Fragment) -> str:
    """The same good offer under the fragment's credentials and candidates."""
    gone = ("a=candidate:", "a=end-of-candidates")
    kept = [line for line in offer.replace("\r\n", "\n").split("\n") if line and not line.startswith(gone)]
    fresh = {"a=ice-ufrag:": fragment.ufrag, "a=ice-pwd:": fragment.pwd}
    named = [next((name + value for name, value in fresh.items() if line.startswith(name)), line) for line in kept]
    return "\r\n".join([*named, ""])


def of_answer(sdp: str) -> str:
    """The fragment by which the engine's own answer tells of its new ICE session."""
    lines = sdp.replace("\r\n", "\n").split("\n")
    found = [f"a=ice-{name}:{_first(lines, f'ice-{name}')}" for name in ("ufrag", "pwd")]
    candidates = dict.fromkeys(line for line in lines if line.startswith("a=candidate:"))
    return "\r\n".join([*found, *candidates, ""])


def ufrag_of(offer: str) -> str:
    return _first(offer.replace("\r\n", "\n").split("\n"), "ice-ufrag")


def _candidates(lines: list[str]) -> list[dict | None]:
    found: list[dict | None] = []
    mid, index, over = "", -1, False
    for line in lines:
        if line.startswith("m="):
            mid, index = "", index + 1
        elif line.startswith("a=mid:"):
            mid = line[6:]
        elif line.startswith("a=candidate:"):
            place = {"sdpMid": mid} if mid else {"sdpMLineIndex": max(index, 0)}
            found.append({"candidate": line[2:], **place})
        over = over or line == "a=end-of-candidates"
    return [*found, *([None] if over else [])]


def _only(lines: list[str], name: str) -> str:
    """Said once, or often and always the same; "" where it is not said."""
    values = {line.removeprefix(f"a={name}:") for line in lines if line.startswith(f"a={name}:")}
    if len(values) > 1 or not all(VALUES[name].fullmatch(value) for value in values):
        raise BadSDP(f"{name} is not legal")
    return next(iter(values), "")


def _first(lines: list[str], name: str) -> str:
    return next((line.partition(":")[2] for line in lines if line.startswith(f"a={name}:")), "")
