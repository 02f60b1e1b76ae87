"""What is counted instead of told one by one gathers in Redis; `chat.services.tallies` writes it down."""

from collections.abc import Mapping

from django.core.cache import cache
from redis import RedisError

from chat.models import Kind
from core.errors import Unavailable
from core.events import redis_client

NAMES = ("likes", "vouchers", "inquiries")
COUNTED = {Kind.VOUCHER: "vouchers", Kind.INQUIRY: "inquiries"}


def waiting() -> str:
    """The name of the set of gids of which a counter moved."""
    return str(cache.make_key("uncounted"))


def key(gid: str, what: str) -> str:
    return f"chat:{gid}:tally:{what}"


def what_counts(kind: str, payload: dict) -> dict[str, int]:
    """What one message adds to which counter."""
    if kind == Kind.LIKE:
        return {"likes": payload["data"]["count"]}
    return {COUNTED[kind]: 1} if kind in COUNTED else {}


def count(gid: str, more: Mapping[str, int]) -> None:
    """Raises Unavailable."""
    pipe = redis_client().pipeline(transaction=True)
    for name, by in more.items():
        pipe.hincrby(key(gid, "open"), name, by)
    pipe.sadd(waiting(), gid)
    try:
        pipe.execute()
    except RedisError:
        raise Unavailable() from None
