"""How many are in a room now, as the processes last said. A figure for people to look at, not for money."""

import time

from redis import RedisError

from core.events import redis_client

FRESH = 20  # seconds a process' word holds


def _key(gid: str) -> str:
    return f"chat:{gid}:online"


def tell(process: str, counts: dict[str, int]) -> None:
    """One process says how many people it holds in each room. Raises redis.RedisError."""
    pipe, now = redis_client().pipeline(transaction=False), int(time.time())
    for gid, count in counts.items():
        pipe.hset(_key(gid), process, f"{count}:{now}")
        pipe.expire(_key(gid), FRESH)
    pipe.execute()


def online(gid: str) -> int:
    """0 where Redis cannot be asked."""
    try:
        said = redis_client().hvals(_key(gid))
    except RedisError:
        return 0
    pairs = (value.decode().split(":") for value in said)
    return sum(int(count) for count, at in pairs if int(at) > time.time() - FRESH)
