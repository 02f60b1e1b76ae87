"""What is counted instead of told one by one: likes, and a show's vouchers and inquiries.

Counts gather in Redis and are written into the profile every 3 to 5 seconds, each exactly once: what is to be written
is set aside under a name (a claim), and the row remembers the name of the last claim that it took in."""

import secrets
from contextlib import suppress

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from redis import RedisError

from chat import announce, standing
from chat.models import Group, Kind
from chat.services import speech
from core import limits
from core.actors import Actor
from core.errors import Unavailable
from core.events import redis_client

MOST_BURSTS, SECONDS = 30, 30  # of likes, from one person
PAUSE = 3000  # ms between two profile frames of a group
NAMES = ("likes", "vouchers", "inquiries")
COUNTED = {Kind.VOUCHER: "vouchers", Kind.INQUIRY: "inquiries"}


def _waiting() -> str:
    """The name of the set of gids of which a counter moved."""
    return str(cache.make_key("uncounted"))


def _key(gid: str, what: str) -> str:
    return f"chat:{gid}:tally:{what}"


def like(*, actor: Actor, gid: str, count: int) -> None:
    """A burst of hearts, from somebody signed in who is not muted."""
    place = standing.place(actor, gid)
    speech.require(actor, place.group, place.standing, {})
    limits.spend(f"like:{actor.pk}", most=MOST_BURSTS, seconds=SECONDS)
    _count(gid, likes=count)


def _count(gid: str, **by: int) -> None:
    """Raises Unavailable."""
    pipe = redis_client().pipeline(transaction=True)
    for name, more in by.items():
        pipe.hincrby(_key(gid, "open"), name, more)
    pipe.sadd(_waiting(), gid)
    try:
        pipe.execute()
    except RedisError:
        raise Unavailable() from None


def count_message(group: Group, kind: str, payload: dict) -> None:
    """Counted before the room is asked, so that a flood loses the message but not the number."""
    if kind == Kind.LIKE:
        _count(group.gid, likes=payload["data"]["count"])
    elif kind in COUNTED:
        _count(group.gid, **{COUNTED[kind]: 1})


def note(gid: str) -> None:
    """Something that the profile shows moved elsewhere (who is here, who follows): tell it with the next."""
    try:
        redis_client().sadd(_waiting(), gid)
    except RedisError:
        return


def write_waiting() -> int:
    """For the beat: every group of which something moved, at most one profile frame in 3 s. Raises redis.RedisError."""
    written = 0
    for gid in {name.decode() for name in redis_client().smembers(_waiting())}:
        if redis_client().set(_key(gid, "paused"), 1, nx=True, px=PAUSE):
            redis_client().srem(_waiting(), gid)  # first: what moves from now on is written the next time
            written += write(gid)
    return written


def write(gid: str) -> bool:
    """Takes what gathered into the row and tells the profile. Whatever dies in between, each like counts once."""
    redis = redis_client()
    redis.hsetnx(_key(gid, "open"), "claim", secrets.token_hex(8))
    if not redis.renamenx(_key(gid, "open"), _key(gid, "claimed")):  # one was left behind: it is taken in first
        note(gid)
    claimed = {name.decode(): value.decode() for name, value in redis.hgetall(_key(gid, "claimed")).items()}
    if not claimed:  # somebody else is done with it already
        return False
    told = _take_in(gid, claimed)
    if redis.hget(_key(gid, "claimed"), "claim") == claimed["claim"].encode():
        redis.delete(_key(gid, "claimed"))
    return told


@transaction.atomic
def _take_in(gid: str, claimed: dict[str, str]) -> bool:
    group = (
        Group.objects.select_for_update(of=("self",)).select_related("owner").filter(gid=gid, disbanded_at=None).first()
    )
    if group is None:
        return False
    if group.last_claim != claimed["claim"]:
        more = {name: F(name) + int(claimed.get(name, 0)) for name in NAMES}
        Group.objects.filter(pk=group.pk).update(last_claim=claimed["claim"], **more)
        group.refresh_from_db(fields=NAMES)
    announce.counted(group)
    return True


def begin_show(*, group: Group) -> None:
    """Vouchers and inquiries are those of one show."""
    Group.objects.filter(pk=group.pk).update(vouchers=0, inquiries=0)
    note(group.gid)


def totals(*, gid: str) -> dict[str, int]:
    """`likes` of all time, `vouchers` and `inquiries` of the show, up to now. Without Redis: as last written."""
    with suppress(RedisError):
        write(gid)
    return Group.objects.values(*NAMES).get(gid=gid)


def set_follows(*, group: Group, follows: int) -> None:
    Group.objects.filter(pk=group.pk).update(follows=follows)
    transaction.on_commit(lambda: note(group.gid))
