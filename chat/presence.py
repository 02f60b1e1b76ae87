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
    return online_in([gid])[gid]


def online_in(gids: list[str]) -> dict[str, int]:
    """The same of each, asked in one go."""
    pipe = redis_client().pipeline(transaction=False)
    for gid in gids:
        pipe.hvals(_key(gid))
    try:
        found = pipe.execute()
    except RedisError:
        return dict.fromkeys(gids, 0)
    return {gid: _sum(said) for gid, said in zip(gids, found, strict=True)}


def _sum(said: list[bytes]) -> int:
    pairs = (value.decode().split(":") for value in said)
    return sum(int(count) for count, at in pairs if int(at) > time.time() - FRESH)
