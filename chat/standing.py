"""What one person may do in one group now."""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from chat import access
from chat.models import Group, RestrictionKind
from chat.selectors import group_for
from core import clock, limits, ports
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
    moderator = role in access.RULERS or access.rules_over(actor, group)
    mute = access.restriction(group, actor, RestrictionKind.MUTE, now) if actor.pk else None
    return Standing(role, moderator, mute is not None, mute.until if mute else None)


def silenced(actor: Actor, group: Group, now: datetime) -> str:
    """Why the person has no voice here: "banned", "muted", or "" while they have."""
    if access.is_banned(group, actor, now):
        return "banned"
    return "muted" if access.restriction(group, actor, RestrictionKind.MUTE, now) else ""


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


@dataclass(frozen=True)
class Place:
    """Where somebody stands who may speak: the group with its rules, and their standing in it."""

    group: Group
    standing: Standing
    asks_app: bool = False  # whether the app whose group it is wants to be asked about each message


def place(actor: Actor, gid: str) -> Place:
    """Raises NotFound, LoginRequired, NotAllowed."""
    group = group_for(actor, gid)
    access.require_speak(actor, group)
    asks = bool(group.realm) and any(ports.ask("asks_about_messages", realm=group.realm))
    return Place(group, of(actor, group, clock.now()), asks)


class Seat:
    """One socket's place, remembered for a moment: in a flood nobody is looked up for each word of theirs. Signals say
    when to look again; should one be lost, the moment is over soon."""

    LASTS = 5.0  # seconds

    def __init__(self) -> None:
        self._place: Place | None = None
        self._until = 0.0
        self._turn = 0

    def forget(self) -> None:
        self._turn += 1
        self._place = None

    @property
    def known(self) -> Place | None:
        place = self._place
        return place if monotonic() < self._until else None

    def place(self, actor: Actor, gid: str) -> Place:
        """Called in a thread. What was read before `forget` was called is used once and not remembered."""
        turn = self._turn
        if known := self.known:
            return known
        fresh = place(actor, gid)
        if turn == self._turn:
            self._place, self._until = fresh, monotonic() + self.LASTS
        return fresh
