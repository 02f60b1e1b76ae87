"""The numbered line of a room, in Redis: `(epoch, seq)` on every message, the recent ones kept for arrivals.

The epoch contains Redis' own run id: a Redis that came back empty starts another epoch, so a number is never
repeated unnoticed."""

import json
import secrets
from functools import cache
from pathlib import Path

from core.events import encode, layer_channel, redis_client

KEEP = 2000  # messages
SECONDS = 300  # after the last message
SCRIPT = (Path(__file__).parent / "publish.lua").read_text()


def topic(gid: str) -> str:
    """The hub's topic of a group. Topic names take no '@' or '#'."""
    return "chat." + gid.replace("@TGS#", "")


def _keys(gid: str) -> tuple[str, str, str]:
    return f"chat:{gid}:epoch", f"chat:{gid}:seq", f"chat:{gid}:history"


@cache
def _script():
    return redis_client().register_script(SCRIPT)


def new_epoch() -> str:
    run_id = redis_client().info("server")["run_id"]
    return f"{run_id[:12]}-{secrets.token_hex(4)}"


def append(gid: str, message: dict) -> tuple[str, int]:
    """Numbers the message, keeps it and publishes its frame. Raises redis.RedisError."""
    keys, frame = (*_keys(gid), layer_channel(topic(gid))), encode(message)

    def said(fresh_epoch: str) -> list | None:
        return _script()(keys=keys, args=[fresh_epoch, frame, KEEP, SECONDS, topic(gid)])

    epoch, seq = said("") or said(new_epoch())
    return epoch.decode(), seq


def recent(gid: str, count: int = 50) -> tuple[str, int, list[dict]]:
    """`(epoch, seq, messages)`, oldest first: where the room's line stands now. Raises redis.RedisError."""
    epoch_key, seq_key, history_key = _keys(gid)
    pipe = redis_client().pipeline(transaction=True)
    pipe.get(epoch_key)
    pipe.get(seq_key)
    pipe.lrange(history_key, -count, -1)
    epoch, seq, frames = pipe.execute()
    if epoch is None:  # nothing was said yet
        redis_client().set(epoch_key, new_epoch(), nx=True)
        return redis_client().get(epoch_key).decode(), 0, []
    return epoch.decode(), int(seq or 0), [json.loads(frame) for frame in frames]
