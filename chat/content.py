"""What a message of each kind carries, who may send it, and how important it is: the table of docs/protocol.md."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from chat.models import Kind, Priority
from core.errors import BadInput, NotAllowed

LONGEST = 500  # characters of a text
MOST_FACES = 8
MOST_DATA = 4096  # bytes of JSON
MOST_LIKES = 100
ORDER = list(Priority.values)  # most important first
UNSAYABLE = re.compile("[\0\ud800-\udfff]")  # no encoding and no database takes them
LINK = re.compile(
    r"(?i)\b(?:https?:\s*//|www\.)\s*\S|\b[a-z0-9-]+\.(?:com|net|org|info|biz|io|co|me|tv|cn|ru|xyz|top|shop|club|app|dev"
    r"|link|live|site|online|store|vip|cc|gg|ly|to)\b"
)


def _text(text: str, data: object) -> dict:
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise BadInput("bad_text", longest=LONGEST)
    return {"text": text}


def _face(text: str, data: object) -> dict:
    """A row of emoji and nothing else. One may be built of several characters (skin, families, flags)."""
    text = "".join(text.split())
    built = sum(unicodedata.category(letter) in ("So", "Sk", "Sm") for letter in text)
    plain = any(unicodedata.category(letter)[0] in "LNC" and letter not in "\u200d#*0123456789" for letter in text)
    if not built or plain or built > MOST_FACES * 4 or len(text) > LONGEST:
        raise BadInput("bad_text", most=MOST_FACES)
    return {"text": text}


def _custom(text: str, data: object) -> dict:
    fields = {name: _object(data).get(name, "") for name in ("data", "desc", "ext")}
    if not all(isinstance(value, str) for value in fields.values()) or not any(fields.values()):
        raise BadInput("bad_data")
    return {"data": fields}


def _named(name: str, longest: int) -> Callable[[str, object], dict]:
    def check(text: str, data: object) -> dict:
        value = _object(data).get(name)
        if not isinstance(value, str) or not 0 < len(value.strip()) <= longest:
            raise BadInput("bad_data", field=name)
        return {"data": data}

    return check


def _like(text: str, data: object) -> dict:
    count = _object(data or {"count": 1}).get("count", 1)
    if type(count) is not int or not 1 <= count <= MOST_LIKES:
        raise BadInput("bad_data", field="count", most=MOST_LIKES)
    return {"data": {"count": count}}


def _from_the_house(text: str, data: object) -> dict:
    return {"data": data} if data is not None else {}


def _object(data: object) -> dict:
    if not isinstance(data, dict) or len(json.dumps(data)) > MOST_DATA or any(map(UNSAYABLE.search, _texts(data))):
        raise BadInput("bad_data", most_bytes=MOST_DATA)
    return data


def _texts(data: object) -> Iterator[str]:
    """Every text in it, names included."""
    left = [data]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            left += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            left += each
        elif isinstance(each, str):
            yield each


@dataclass(frozen=True)
class Rule:
    priority: Priority
    sender: Literal["anybody", "moderators", "server"]
    payload: Callable[[str, object], dict]


RULES = {
    Kind.TEXT: Rule(Priority.NORMAL, "anybody", _text),
    Kind.FACE: Rule(Priority.NORMAL, "anybody", _face),
    Kind.CUSTOM: Rule(Priority.NORMAL, "anybody", _custom),
    Kind.INQUIRY: Rule(Priority.NORMAL, "anybody", _named("about", 200)),
    Kind.VOUCHER: Rule(Priority.NORMAL, "moderators", _named("title", 120)),
    Kind.LIKE: Rule(Priority.LOW, "anybody", _like),
    Kind.BOARD: Rule(Priority.HIGH, "server", _from_the_house),
    Kind.GIFT: Rule(Priority.HIGH, "server", _from_the_house),
    Kind.RED_PACKET: Rule(Priority.HIGH, "server", _from_the_house),
    Kind.FOLLOW: Rule(Priority.LOW, "server", _from_the_house),
    Kind.DELETED: Rule(Priority.HIGH, "server", _from_the_house),
}
SENDABLE = [kind.value for kind, rule in RULES.items() if rule.sender != "server"]


def rule_for(kind: str, *, moderator: bool) -> Rule:
    """Of a message that somebody sends. Raises BadInput `bad_kind`, NotAllowed."""
    if kind not in SENDABLE:
        raise BadInput("bad_kind", kinds=SENDABLE)
    if RULES[kind].sender == "moderators" and not moderator:
        raise NotAllowed()
    return RULES[kind]


def priority(kind: str, asked: str, *, moderator: bool) -> str:
    """The kind decides. A custom message alone may ask: for less, or, from a moderator, for more."""
    if kind != Kind.CUSTOM or asked not in ORDER:
        return RULES[kind].priority
    return asked if moderator else max(asked, Priority.NORMAL, key=ORDER.index)


def words(payload: dict) -> str:
    """All that people could read in it."""
    texts = [payload.get("text", ""), *payload.get("data", {}).values()]
    return "\n".join(text for text in texts if isinstance(text, str) and text)
