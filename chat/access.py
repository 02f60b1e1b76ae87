"""Who may read and who may speak in a group."""

from chat.models import Access, Group, MemberRole
from core.actors import Actor
from core.errors import LoginRequired, NotAllowed


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


def signed_in(actor: Actor, group: Group) -> bool:
    return actor.is_authenticated and (actor.realm == group.realm or actor.is_staff)


def may_read(actor: Actor, group: Group) -> bool:
    if actor.is_staff or group.access == Access.OPEN:
        return True
    return signed_in(actor, group) and (group.access == Access.SIGNED_IN or is_member(actor, group))


def require_read(actor: Actor, group: Group) -> None:
    if not may_read(actor, group):
        raise NotAllowed() if signed_in(actor, group) else LoginRequired()


def require_speak(actor: Actor, group: Group) -> None:
    """Guests receive only."""
    if not signed_in(actor, group) or not actor.pk:
        raise LoginRequired()
    require_read(actor, group)
