"""Words of the house: system notices, and who came and went."""

from django.db.models import QuerySet
from redis import RedisError

from chat import access, announce
from chat.models import Group
from chat.services.groups import group_for
from core import audit
from core.actors import Actor, rules
from core.audit import act
from core.errors import BadInput, NotAllowed, Unavailable
from core.events import redis_client
from core.models import User

LONGEST = 1000  # characters
DAY = 86_400


@act("notify", atomic=False)
def send(*, actor: Actor, gid: str, text: str = "", data: str = "") -> None:
    """To everybody who is in the group now; from its moderators and staff."""
    group = group_for(actor, gid)
    access.require_moderator(actor, group)
    announce.notice(group, *_words(text, data))


@act("notify_all", atomic=False)
def to_all(*, actor: Actor, text: str = "", data: str = "") -> int:
    """To every group of the site, from staff; of an app, from its server. Answers how many groups."""
    if not rules(actor, actor.realm, "chat.change_group"):
        raise NotAllowed()
    audit.by_staff(actor, Group)
    words = _words(text, data)
    gids = list(rooms(actor.realm).values_list("gid", flat=True))
    announce.notice_to_all(gids, actor.realm, *words)
    return len(gids)


def rooms(realm: str) -> QuerySet[Group]:
    """Those that a notice to all reaches."""
    return Group.objects.filter(realm=realm, disbanded_at=None).order_by("pk")


def _words(text: str, data: str) -> tuple[str, str]:
    text = text.strip()
    if not (text or data) or len(text) > LONGEST or len(data) > LONGEST * 4:
        raise BadInput("bad_text", longest=LONGEST)
    return text, data


def tell_arrivals(*, gid: str, process: str, came: list[int], went: list[int]) -> None:
    """Who of a second's comings and goings is news. A person held by two processes, or back within moments, is not.
    Raises redis.RedisError."""
    group = Group.objects.filter(gid=gid, disbanded_at=None).first()
    if group is None:
        return
    came, went = _new(gid, process, came), _gone(gid, process, went)
    people = User.objects.in_bulk({*came, *went})
    for operation, pks in (("join", came), ("quit", went)):
        if told := [people[pk] for pk in pks if pk in people]:
            announce.came_and_went(group, operation, told)


def _here(gid: str) -> str:
    return f"chat:{gid}:here"


def here(gid: str, *, most: int) -> list[User]:
    """Who of those that are signed in is in the group now, as far as it was told. Raises Unavailable."""
    try:
        pks = redis_client().hkeys(_here(gid))
    except RedisError:
        raise Unavailable() from None
    return list(User.objects.filter(pk__in=sorted(map(int, pks))[:most]).order_by("pk"))


def _new(gid: str, process: str, pks: list[int]) -> list[int]:
    pipe = redis_client().pipeline()
    for pk in pks:
        pipe.hset(_here(gid), pk, process)
    pipe.expire(_here(gid), DAY)
    added = pipe.execute()[:-1]
    return [pk for pk, new in zip(pks, added, strict=True) if new]


def _gone(gid: str, process: str, pks: list[int]) -> list[int]:
    redis = redis_client()
    gone = [pk for pk in pks if redis.hget(_here(gid), pk) == process.encode()]
    if gone:
        redis.hdel(_here(gid), *gone)
    return gone
