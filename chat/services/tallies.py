"""What is counted instead of told one by one: likes, and a show's vouchers and inquiries.

Counts gather in Redis and are written into the profile every 3 to 5 seconds, each exactly once: what is to be written
is set aside under a name (a claim), and the row remembers the name of the last claim that it took in."""

import secrets
from contextlib import suppress

from django.db import transaction
from django.db.models import F
from redis import RedisError

from chat import announce, counting, standing
from chat.counting import NAMES
from chat.models import Group
from chat.services import speech
from core import limits
from core.actors import Actor
from core.events import redis_client
from core.limits import Due

MOST_BURSTS, SECONDS = 30, 30  # of likes, from one person
PAUSE = 3000  # ms between two profile frames of a group


def like(*, actor: Actor, gid: str, count: int) -> None:
    """A burst of hearts, from somebody signed in who is not muted."""
    place = standing.place(actor, gid)
    speech.require(actor, place.group, place.standing, {})
    limits.spend(Due(f"like:{actor.pk}", MOST_BURSTS, SECONDS))
    counting.count(gid, {"likes": count})


def count_message(group: Group, kind: str, payload: dict) -> None:
    """Counted before the room is asked, so that a flood loses the message but not the number."""
    if counts := counting.what_counts(kind, payload):
        counting.count(group.gid, counts)


def note(gid: str) -> None:
    """Something that the profile shows moved elsewhere (who is here, who follows): tell it with the next."""
    try:
        redis_client().sadd(counting.waiting(), gid)
    except RedisError:
        return


def write_waiting() -> int:
    """For the beat: every group of which something moved, at most one profile frame in 3 s. Raises redis.RedisError."""
    written = 0
    for gid in {name.decode() for name in redis_client().smembers(counting.waiting())}:
        if redis_client().set(counting.key(gid, "paused"), 1, nx=True, px=PAUSE):
            redis_client().srem(counting.waiting(), gid)  # first: what moves from now on is written the next time
            written += write(gid)
    return written


def write(gid: str) -> bool:
    """Takes what gathered into the row and tells the profile. Whatever dies in between, each like counts once."""
    redis = redis_client()
    redis.hsetnx(counting.key(gid, "open"), "claim", secrets.token_hex(8))
    if not redis.renamenx(counting.key(gid, "open"), counting.key(gid, "claimed")):
        note(gid)  # one was left behind: it is taken in first
    claimed = {name.decode(): value.decode() for name, value in redis.hgetall(counting.key(gid, "claimed")).items()}
    if not claimed:  # somebody else is done with it already
        return False
    told = _take_in(gid, claimed)
    if redis.hget(counting.key(gid, "claimed"), "claim") == claimed["claim"].encode():
        redis.delete(counting.key(gid, "claimed"))
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
