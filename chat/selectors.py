"""Questions about groups and who belongs to them. Nothing here writes."""

from django.db.models import Case, QuerySet, When

from chat import access
from chat.models import Access, Group, JoinRequest, MemberRole, Membership, Message
from core.actors import Actor, App, confined
from core.errors import LoginRequired, NotFound


def group_for(actor: Actor, gid: str, *, lock: bool = False) -> Group:
    """The group, or NotFound; a disbanded one is gone for everybody. Whether it may be read is another question
    (`access.require_read`). `lock` holds it until the transaction ends; lock channels before their group."""
    rows = Group.objects.select_related("owner").filter(gid=gid, disbanded_at=None)
    group = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if group is None or confined(actor, group.realm):
        raise NotFound()
    return group


def group_named(realm: str, name: str) -> Group | None:
    """Of an app: the group that it calls so, or that we do. A disbanded one keeps its name."""
    theirs = Group.objects.select_related("owner").filter(realm=realm)
    return theirs.filter(external_id=name).first() or theirs.filter(external_id=None, gid=name).first()


def groups_of(actor: Actor, **exact: str) -> QuerySet[Group]:
    """Those that the person belongs to; an app's server has all of its realm. Raises LoginRequired."""
    rows = Group.objects.filter(realm=actor.realm, disbanded_at=None, **exact).select_related("owner")
    if isinstance(actor, App):
        return rows
    if not actor.pk:
        raise LoginRequired()
    return rows.filter(memberships__user=actor.pk)


def readable(actor: Actor, gid: str) -> Group:
    """The group, for who may read it. Raises NotFound (also for who may not know of it), LoginRequired, NotAllowed."""
    group = group_for(actor, gid)
    if group.access == Access.MEMBERS and not access.may_know(actor, group):
        raise NotFound()
    access.require_read(actor, group)
    return group


def members(actor: Actor, gid: str) -> QuerySet[Membership]:
    """Its owner (`rank` 0), its moderators (1), then the others. For members and staff; the group does not show its
    people to anybody else. Raises NotFound."""
    group = group_for(actor, gid)
    if not access.reads_all(actor, group) and not access.is_member(actor, group):
        raise NotFound()
    rank = Case(When(role=MemberRole.OWNER, then=0), When(role=MemberRole.ADMIN, then=1), default=2)
    return group.memberships.select_related("user").annotate(rank=rank)


def join_requests(actor: Actor, gid: str) -> QuerySet[JoinRequest]:
    """Who waits to be let in; for moderators. Raises NotFound, NotAllowed, LoginRequired."""
    group = group_for(actor, gid)
    access.require_moderator(actor, group)
    return group.join_requests.select_related("user")


def around(message: Message, *, each_way: int = 10) -> list[Message]:
    """What was said, held and deleted in its group just before and after it, in order."""
    rows = Message.objects.filter(group_id=message.group_id).select_related("sender", "group")
    before = rows.filter(pk__lt=message.pk).order_by("-pk")[:each_way]
    after = rows.filter(pk__gte=message.pk).order_by("pk")[: each_way + 1]
    return [*reversed(before), *after]
