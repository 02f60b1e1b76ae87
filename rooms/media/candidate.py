"""One ICE candidate from outside."""

import ipaddress
import re


class BadSDP(ValueError):
    """A description or candidate that is not relayed. The text says why, never what was in it."""


class NotCarried(BadSDP):
    """Well written, and not what this house carries."""


MAX_CANDIDATE = 480
MID = re.compile(r"[A-Za-z0-9_-]{1,16}")
CANDIDATE = re.compile(
    r"(?P<foundation>[A-Za-z0-9+/_=-]{1,32}) (?P<component>[12]) (?P<transport>[A-Za-z]{3}) (?P<priority>\d{1,10})"
    r" (?P<address>[A-Za-z0-9.:-]{2,49}) (?P<port>\d{1,5}) typ (?P<type>host|srflx|prflx|relay)"
    r"(?: raddr (?P<raddr>[A-Za-z0-9.:]{2,39}) rport (?P<rport>\d{1,5}))?(?P<rest>( [\x21-\x7e]+)*)"
)


def check_candidate(candidate: object) -> dict[str, str | int] | None:
    """The candidate with the keys the engine reads and no other; None means that there are no more of them."""
    if candidate is None:
        return None
    if not isinstance(candidate, dict):
        raise BadSDP("a candidate that is not an object")
    text = candidate.get("candidate")
    if candidate.get("completed") is True or text == "":
        return None
    if not isinstance(text, str) or len(text) > MAX_CANDIDATE:
        raise BadSDP("a candidate that is not short text")
    check_candidate_line(text.removeprefix("a=").removeprefix("candidate:"))
    return {"candidate": text.removeprefix("a="), **_place(candidate)}


def check_candidate_line(text: str) -> None:
    """The value of one a=candidate attribute. Raises BadSDP."""
    found = CANDIDATE.fullmatch(text)
    if not found or found["transport"].lower() not in ("udp", "tcp", "ssl"):
        raise BadSDP("a candidate that cannot be read")
    if int(found["priority"]) >= 2**32 or int(found["port"]) > 65535 or int(found["rport"] or 0) > 65535:
        raise BadSDP("a candidate with a number out of range")
    if not found["address"].endswith(".local") and not _is_address(found["address"]):
        raise BadSDP("a candidate without an address")
    if found["type"] != "host" and not _is_address(found["raddr"] or ""):
        raise BadSDP("a candidate without its base")  # the engine would read what is not there


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _place(candidate: dict) -> dict[str, str | int]:
    mid, index = candidate.get("sdpMid"), candidate.get("sdpMLineIndex")
    place: dict[str, str | int] = {}
    if mid is not None:
        if not isinstance(mid, str) or not MID.fullmatch(mid):
            raise BadSDP("a candidate for no line")
        place["sdpMid"] = mid
    if index is not None:
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < 64:
            raise BadSDP("a candidate for no line")
        place["sdpMLineIndex"] = index
    if not place:
        raise BadSDP("a candidate for no line")
    return place
