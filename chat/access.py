"""Who may read, who may speak and who rules in a group."""

from datetime import datetime

from django.db.models import Q

from chat.models import Access, Group, GroupType, MemberRole, Restriction, RestrictionKind
from core import audit, clock, ports
from core.actors import Actor, confined, of_staff, rules
from core.errors import DomainError, LoginRequired, NotAllowed, NotFound
from core.models import User

RULERS = (MemberRole.OWNER, MemberRole.ADMIN)


def is_member(actor: Actor, group: Group | None) -> bool:
    if group is None or not actor.pk:
        return False
    return actor.pk == group.owner_id or group.memberships.filter(user_id=actor.pk).exists()


def role(actor: Actor, group: Group) -> str:
    """`owner`, `admin`, `member` or "" for everybody else."""
    if not actor.pk:
        return ""
    if actor.pk == group.owner_id:
        return MemberRole.OWNER
    return group.memberships.filter(user_id=actor.pk).values_list("role", flat=True).first() or ""


def is_moderator(actor: Actor, group: Group) -> bool:
    """The owner, whom the owner named; staff with the right to it and the house itself; the server of the app whose
    group it is."""
    return rules_over(actor, group) or role(actor, group) in RULERS


def rules_over(actor: Actor, group: Group) -> bool:
    """By power, not by a role in it."""
    return rules(actor, group.realm, "chat.change_group")


def reads_all(actor: Actor, group: Group) -> bool:
    return rules(actor, group.realm, "chat.view_group") or rules_over(actor, group)


def signed_in(actor: Actor, group: Group) -> bool:
    return actor.is_authenticated and (actor.realm == group.realm or of_staff(actor))


def in_force(now: datetime) -> Q:
    return Q(until=None) | Q(until__gt=now)


def restriction(group: Group, user: User, kind: str, now: datetime) -> Restriction | None:
    return group.restrictions.filter(in_force(now), user_id=user.pk, kind=kind).first()


def is_banned(group: Group, user: User, now: datetime) -> bool:
    return restriction(group, user, RestrictionKind.BAN, now) is not None


def may_know(actor: Actor, group: Group) -> bool:
    """Whether the group may be named to this person at all. Whoever is banned knows well that it exists."""
    if confined(actor, group.realm):
        return False
    if group.access == Access.OPEN or reads_all(actor, group):
        return True
    return signed_in(actor, group) and (group.access == Access.SIGNED_IN or _belongs(actor, group))


def may_read(actor: Actor, group: Group) -> bool:
    if not may_know(actor, group):
        return False
    if reads_all(actor, group):
        return True
    if any(ports.ask("barred", group=group, actor=actor)):
        return False
    return not actor.pk or not is_banned(group, actor, clock.now())


def _belongs(actor: Actor, group: Group) -> bool:
    """A member; or somebody whom what the group belongs to lets in by a list of its own."""
    return is_member(actor, group) or any(ports.ask("reads_group", group=group, actor=actor))


def require_read(actor: Actor, group: Group) -> None:
    if not may_read(actor, group):
        raise _no(actor, group)


def require_speak(actor: Actor, group: Group) -> None:
    """Guests receive only."""
    if not signed_in(actor, group) or not actor.pk:
        raise LoginRequired()
    require_read(actor, group)


def require_moderator(actor: Actor, group: Group) -> None:
    if not is_moderator(actor, group):
        raise _no(actor, group) if may_know(actor, group) else NotFound()
    audit.by_staff(actor, group, own=lambda: role(actor, group) in RULERS)


def require_owner(actor: Actor, group: Group) -> None:
    owns = actor.pk is not None and actor.pk == group.owner_id
    if not (owns or rules_over(actor, group)):
        raise _no(actor, group) if may_know(actor, group) else NotFound()
    audit.by_staff(actor, group, own=lambda: owns)


def _no(actor: Actor, group: Group) -> DomainError:
    """The audience group of a channel for people on a list does not exist for anybody else."""
    if group.type == GroupType.AVCHATROOM and not may_know(actor, group) and group.access == Access.MEMBERS:
        return NotFound()
    return NotAllowed() if signed_in(actor, group) else LoginRequired()
