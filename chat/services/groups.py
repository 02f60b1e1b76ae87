"""Groups and who belongs to them."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from chat import access, history
from chat.models import Access, Group, GroupType, MemberRole, Membership
from core import ports
from core.actors import Actor
from core.errors import LoginRequired, NotAllowed, NotFound
from core.events import publish, signal
from core.models import User
from core.selectors import person_of


def group_for(actor: Actor, gid: str) -> Group:
    """The group, or NotFound. Whether it may be read is another question (`access.require_read`)."""
    group = Group.objects.select_related("owner").filter(gid=gid).first()
    if group is None:
        raise NotFound()
    return group


@transaction.atomic
def create(*, actor: User, title: str, access: str = Access.OPEN, type: str = GroupType.AVCHATROOM) -> Group:
    if not actor.pk:
        raise LoginRequired()
    group = Group.objects.create(realm=actor.realm, title=title, owner=actor, access=access, type=type)
    Membership.objects.create(group=group, user=actor, role=MemberRole.OWNER)
    return group


def for_member(*, actor: Actor, gid: str) -> Group:
    """The group, for one of its members: only they may build a channel on it."""
    group = group_for(actor, gid)
    if group.realm != actor.realm or not access.is_member(actor, group):
        raise NotFound("unknown_group", gid=gid)
    return group


def set_access(*, group: Group, access: str) -> None:
    if group.access != access:
        Group.objects.filter(pk=group.pk).update(access=access)
        group.access = access
        signal(history.topic(group.gid), "recheck")


@transaction.atomic
def empty(*, group: Group) -> None:
    """What it belonged to is gone: nobody but the owner reads or writes there any more."""
    set_access(group=group, access=Access.MEMBERS)
    keep_members(group=group, uids=[])


@transaction.atomic
def keep_members(*, group: Group, uids: list[str]) -> None:
    """The plain members are exactly these people (those of them that exist)."""
    people = list(User.objects.filter(realm=group.realm, uid__in=uids))
    _put_out(group, User.objects.filter(membership__group=group).exclude(pk__in=[user.pk for user in people]))
    for user in people:
        Membership.objects.get_or_create(group=group, user=user)


@transaction.atomic
def add_member(*, actor: Actor, gid: str, uid: str) -> Membership:
    """The owner or a moderator lets somebody in. Twice is harmless."""
    group = _ruled(actor, gid)
    member, made = Membership.objects.get_or_create(group=group, user=person_of(group.realm, uid))
    if made:
        _tell(group, "member.added", uid)
    return member


@transaction.atomic
def remove_member(*, actor: Actor, gid: str, uid: str) -> None:
    """Puts somebody out; the owner stays."""
    group = _ruled(actor, gid)
    _put_out(group, [person_of(group.realm, uid)])


def members(*, actor: Actor, gid: str) -> QuerySet[Membership]:
    """For members and staff; the group does not show its people to anybody else."""
    group = group_for(actor, gid)
    if not actor.is_staff and not access.is_member(actor, group):
        raise NotFound()
    return group.memberships.select_related("user").order_by("id")


def _put_out(group: Group, people: Iterable[User]) -> None:
    """Ends memberships, and with them whatever rests on them. The owner stays."""
    for member in group.memberships.filter(user__in=people).exclude(role=MemberRole.OWNER).select_related("user"):
        member.delete()
        _tell(group, "member.removed", member.user.uid)
        signal(f"user.{member.user.pk}", "left_group", gid=group.gid)
        ports.ask("member_left", group=group, user=member.user)


def _ruled(actor: Actor, gid: str) -> Group:
    group = group_for(actor, gid)
    if not actor.is_staff and access.role(actor, group) not in (MemberRole.OWNER, MemberRole.ADMIN):
        raise NotAllowed() if access.is_member(actor, group) else NotFound()
    return group


def _tell(group: Group, name: str, uid: str) -> None:
    publish(history.topic(group.gid), name, subject=group.gid, realm=group.realm, uid=uid)
