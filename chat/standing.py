"""What one person may do in one group now: looked up once for each thing they say."""

from dataclasses import dataclass
from datetime import datetime

from chat import access
from chat.models import Group, RestrictionKind
from core import limits, ports
from core.actors import Actor
from core.shapes import person


@dataclass(frozen=True)
class Standing:
    role: str
    moderator: bool
    muted: bool
    muted_until: datetime | None  # None while muted: for good

    def shape(self) -> datetime | str | None:
        return (self.muted_until or "forever") if self.muted else None


def of(actor: Actor, group: Group, now: datetime) -> Standing:
    role = access.role(actor, group)
    moderator = actor.is_staff or role in access.RULERS
    mute = access.restriction(group, actor, RestrictionKind.MUTE, now) if actor.pk else None
    return Standing(role, moderator, mute is not None, mute.until if mute else None)


def follows(actor: Actor, group: Group) -> bool:
    """Whether the person follows what the group belongs to."""
    return bool(actor.pk) and any(ports.ask("follows", group=group, user=actor))


def slow_key(group: Group, actor: Actor) -> str:
    return f"slow:{group.pk}:{actor.pk}"


def me(actor: Actor, group: Group, now: datetime) -> dict:
    """`me` of docs/protocol.md."""
    it = of(actor, group, now)
    who = person(actor) if actor.pk else {"uid": None, "nick": None, "avatar": None}
    slow = group.slow_seconds if actor.pk and not it.moderator else 0
    return {
        **who,
        "role": it.role,
        "moderator": it.moderator,
        "may_speak": bool(actor.pk) and access.signed_in(actor, group),
        "muted_until": it.shape(),
        "wait": limits.left(slow_key(group, actor), seconds=slow) if slow else 0,
        "follows": follows(actor, group),
    }
