"""How often somebody may do something, all processes together: the exact count in the trailing seconds."""

from functools import lru_cache

from django.core.cache import cache
from redis import RedisError

from core.errors import TooFast, Unavailable
from core.events import redis_client

SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2] * 1000000)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then
  return redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] + ARGV[2] * 1000000 - now
end
redis.call('ZADD', KEYS[1], now, string.format('%.0f', now))
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 0
"""


@lru_cache(maxsize=1)
def _script():
    return redis_client().register_script(SCRIPT)


def _key(key: str) -> str:
    """In the house's corner of the cache, so that whoever empties that forgets the limits too."""
    return str(cache.make_key(f"limit:{key}"))


def spend(key: str, *, most: int, seconds: int, code: str = "") -> None:
    """Counts one. Raises TooFast (`wait` in seconds) where `most` were counted in the last `seconds`; Unavailable."""
    try:
        wait = int(_script()(keys=[_key(key)], args=[most, seconds]))
    except RedisError:
        raise Unavailable() from None
    if wait > 0:
        raise TooFast(code, wait=-(-wait // 1_000_000))


def left(key: str, *, seconds: int) -> int:
    """Seconds until the oldest of what was counted is forgotten; 0 where nothing was. For limits of one."""
    try:
        oldest = redis_client().zrange(_key(key), 0, 0, withscores=True)
        now, part = redis_client().time()
    except RedisError:
        return 0
    return max(0, -int(-(oldest[0][1] / 1_000_000 + seconds - now - part / 1_000_000) // 1)) if oldest else 0
