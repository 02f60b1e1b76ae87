"""How often somebody may do something, all processes together: the exact count in the trailing seconds."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from django.core.cache import cache
from redis import RedisError

from core.errors import TooFast, Unavailable
from core.events import redis_client

SCRIPT = """
-- KEYS: what is counted. ARGV: three for each: how many, in how many seconds, whose it is. Answers for each the us
-- until there is room again, or 0: it was counted. After the first that is full, nothing more of that person's is.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local answer, refused = {}, {}
for i, key in ipairs(KEYS) do
  local most, seconds, who = tonumber(ARGV[3 * i - 2]), ARGV[3 * i - 1], ARGV[3 * i]
  answer[i] = 0
  if not refused[who] then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now - seconds * 1000000)
    if redis.call('ZCARD', key) >= most then
      answer[i] = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2] + seconds * 1000000 - now
      refused[who] = true
    else
      redis.call('ZADD', key, now, string.format('%.0f:%d', now, i))
      redis.call('EXPIRE', key, seconds)
    end
  end
end
return answer
"""


class Due(NamedTuple):
    """One of at most so many in the trailing seconds; `code` is that of the refusal."""

    key: str
    most: int
    seconds: int
    code: str = ""


@lru_cache(maxsize=1)
def _script():
    return redis_client().register_script(SCRIPT)


def _key(key: str) -> str:
    """In the house's corner of the cache, so that whoever empties that forgets the limits too."""
    return str(cache.make_key(f"limit:{key}"))


def spend(*dues: Due) -> None:
    """Counts one of each, in order, up to the first of which there is none left. Raises that TooFast (`wait` in
    seconds); Unavailable."""
    (refusal,) = spend_each([dues])
    if refusal:
        raise refusal


def spend_each(dues_of_each: Sequence[Sequence[Due]]) -> list[TooFast | None]:
    """`spend` for many in one step: for each the refusal that it would raise. Raises Unavailable."""
    dues = [(due, who) for who, dues in enumerate(dues_of_each) for due in dues]
    if not dues:
        return [None] * len(dues_of_each)
    args = [field for due, who in dues for field in (due.most, due.seconds, who)]
    try:
        waits = _script()(keys=[_key(due.key) for due, _ in dues], args=args)
    except RedisError:
        raise Unavailable() from None
    refusals: list[TooFast | None] = [None] * len(dues_of_each)
    for (due, who), wait in zip(dues, waits, strict=True):
        if wait > 0:
            refusals[who] = TooFast(due.code, wait=-(-wait // 1_000_000))
    return refusals


def left(key: str, *, seconds: int) -> int:
    """Seconds until the oldest of what was counted is forgotten; 0 where nothing was. For limits of one."""
    try:
        oldest = redis_client().zrange(_key(key), 0, 0, withscores=True)
        now, part = redis_client().time()
    except RedisError:
        return 0
    return max(0, -int(-(oldest[0][1] / 1_000_000 + seconds - now - part / 1_000_000) // 1)) if oldest else 0
