"""The numbered line of a room, in Redis: `(epoch, seq)` on every message, the recent ones kept for arrivals and for who
was away.

The epoch contains Redis' own run id: a Redis that came back empty starts another epoch, so a number is never
repeated unnoticed."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Literal, NamedTuple

from core.events import encode, layer_channel, redis_client

KEEP = 2000  # messages
SECONDS = 300  # that a message can be recovered
EPOCH_SECONDS = 7 * 86_400  # that an epoch lasts in which nothing is said
LIMIT = 40  # messages a room takes in any 1,000 ms
YIELDING = ("NORMAL", "LOW", "LOWEST")  # what is dropped where a room is full
PAGE = 200  # messages in one answer: a hall that comes back must not be cut as too slow
HERE = Path(__file__).parent


def topic(gid: str) -> str:
    """The hub's topic of a group. Topic names take no '@' or '#'."""
    return "chat." + gid.replace("@TGS#", "")


def _key(gid: str, name: str) -> str:
    return f"chat:{gid}:{name}"


def _keys(gid: str) -> list[str]:
    return [_key(gid, name) for name in ("epoch", "seq", "history")]


@cache
def _script(name: str):
    return redis_client().register_script((HERE / name).read_text())


def new_epoch() -> str:
    run_id = redis_client().info("server")["run_id"]
    return f"{run_id[:12]}-{secrets.token_hex(4)}"


class Offer(NamedTuple):
    priority: str
    nonce: str  # unique to the sender and message, or ""
    text: str  # the message as JSON, without epoch and seq; "": it is to be dropped, and counted
    waited: int = 0  # us, for a place


@dataclass(frozen=True)
class Decision:
    code: Literal["a", "d", "w", "r"]  # taken, dropped, must wait, taken before
    seq: int


@dataclass(frozen=True)
class Decisions:
    epoch: str
    asked: float  # by the process' monotonic clock
    free_in: float  # seconds from then until the next place is free; 0 where there are places
    closed: dict[str, float]  # seconds from then until there may be a place for NORMAL, LOW and LOWEST
    each: list[Decision]


def publish(gid: str, offers: Sequence[Offer], *, who: str = "") -> Decisions:
    """Takes what the room may take now, in the given order, and tells all processes. For HIGH ones of `who` that must
    wait, places are kept until it offers them again, with whatever else is new. Raises redis.RedisError: then it is not
    known whether anything was taken."""
    keys = [*_keys(gid), *(_key(gid, name) for name in ("window", "counts", "nonce:", "waiting", "demand"))]
    fields = [field for each in offers for field in (each.priority, each.nonce, each.waited, each.text)]
    asked = monotonic()

    def said(fresh_epoch: str) -> list | None:
        args = [fresh_epoch, layer_channel(topic(gid)), topic(gid), KEEP, SECONDS, LIMIT, who, *fields]
        return _script("publish.lua")(keys=keys, args=args)

    epoch, free_in, *rest = said("") or said(new_epoch())
    closed = {name: us / 1_000_000 for name, us in zip(YIELDING, rest, strict=False)}
    codes, numbers = rest[len(YIELDING) :: 2], rest[len(YIELDING) + 1 :: 2]
    each = [Decision(code.decode(), seq) for code, seq in zip(codes, numbers, strict=True)]
    return Decisions(epoch.decode(), asked, free_in / 1_000_000, closed, each)


def refused(gid: str, count: int) -> None:
    """HIGH messages that waited in vain are counted too: before = after + dropped + refused."""
    pipe = redis_client().pipeline()
    pipe.hincrby(_key(gid, "counts"), "HIGH:before", count)
    pipe.hincrby(_key(gid, "counts"), "HIGH:refused", count)
    pipe.execute()


def counts(gid: str) -> dict[str, int]:
    """`HIGH:before`, `HIGH:after`, `HIGH:refused`, `LOW:dropped` and so on, of this epoch."""
    return {name.decode(): int(n) for name, n in redis_client().hgetall(_key(gid, "counts")).items()}


def recent(gid: str, count: int = 50) -> tuple[str, int, list[dict]]:
    """`(epoch, seq, messages)`, oldest first: where the room's line stands now. Raises redis.RedisError."""
    epoch_key, seq_key, history_key = _keys(gid)
    pipe = redis_client().pipeline(transaction=True)
    pipe.get(epoch_key)
    pipe.get(seq_key)
    pipe.lrange(history_key, -count, -1)
    epoch, seq, frames = pipe.execute()
    if epoch is None:  # nothing was said yet
        return publish(gid, []).epoch, 0, []
    return epoch.decode(), int(seq or 0), [json.loads(frame) for frame in frames]


@dataclass(frozen=True)
class Missed:
    recovered: bool
    epoch: str
    seq: int  # the last number of this page
    messages: list[dict]
    more: bool


def since(gid: str, epoch: str, seq: int) -> Missed:
    """Exactly what came after `(epoch, seq)`, a page of it; or, where that is not known any more, the recent messages
    and `recovered` false. Raises redis.RedisError."""
    now_seq, kept, *frames = _since(gid, epoch, seq, most=PAGE, seconds=SECONDS)
    if not kept:
        return Missed(False, *recent(gid), False)
    last = seq + len(frames)
    return Missed(True, epoch, last, [json.loads(frame) for frame in frames], last < now_seq)


def _since(gid: str, epoch: str, seq: int, *, most: int, seconds: int) -> list:
    return _script("since.lua")(keys=_keys(gid), args=[epoch, seq, most, seconds])


def one(gid: str, seq: int) -> dict | None:
    """The message of that number, while it is kept. Raises redis.RedisError."""
    epoch = redis_client().get(_key(gid, "epoch")) or ""
    _, _, *frames = _since(gid, epoch, seq - 1, most=1, seconds=EPOCH_SECONDS)
    return json.loads(frames[0]) if frames else None


def take_away(gid: str, epoch: str, seq: int) -> None:
    """The words of a message are not in the history any more; its number stays. Raises redis.RedisError."""
    gone = {"epoch": epoch, "seq": seq}
    frame = {
        "type": "chat.message",
        **gone,
        "ts": 0,
        "sender": None,
        "kind": "deleted",
        "priority": "HIGH",
        "data": gone,
    }
    _script("replace.lua")(keys=_keys(gid), args=[epoch, seq, encode({**frame, "data": gone})])
