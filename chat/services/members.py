"""Who belongs to a group: let in, put out, gone by themselves."""

from collections.abc import Iterable

from django.db import transaction

from chat import access, announce
from chat.models import Group, GroupType, MemberRole, Membership
from chat.selectors import group_for
from chat.services import quitting
from core import clock, ports
from core.actors import Actor
from core.audit import act
from core.errors import IllegalMove, LoginRequired, NotAllowed, NotFound
from core.models import User
from core.people import person_of


@act("add_member")
def add(*, actor: Actor, gid: str, uid: str) -> Membership:
    """The owner or a moderator lets somebody into a member group. Twice is harmless.

    Raises IllegalMove `no_member_group`, NotAllowed `banned`, BadInput `unknown_user`."""
    group = _ruled(actor, gid, lock=True)
    return let_in(group, person_of(group.realm, uid, by=actor), invited=True)


@act("remove_member")
def remove(*, actor: Actor, gid: str, uid: str) -> None:
    """Puts somebody out of a member group, who may come back as others come in. Twice is harmless; only the owner (or
    staff) puts a moderator out. Raises IllegalMove `owner_cannot_quit`, `no_member_group`; NotAllowed; BadInput
    `unknown_user`."""
    group = _ruled(actor, gid)
    user = person_of(group.realm, uid, by=actor)
    role = access.role(user, group)
    if role == MemberRole.OWNER:
        raise _owner_stays()
    if role == MemberRole.ADMIN and user.pk != actor.pk:
        access.require_owner(actor, group)
    if end(group, [user], kicked=True):
        announce.tip(group, "kicked", [user], operator=actor, until=None)
        announce.put_out(group, user, "kicked")


@transaction.atomic
def quit(*, actor: Actor, gid: str, platform: str = "rest") -> None:
    """Leaves (at this platform), or takes back the request to be let in. Twice is harmless.

    Raises IllegalMove `owner_cannot_quit`, LoginRequired; NotFound for who may not know of the group."""
    group = group_for(actor, gid)
    if not actor.pk:
        raise LoginRequired()
    if actor.pk == group.owner_id:
        raise _owner_stays()
    quitting.tell_others(actor=actor, gid=gid, platform=platform)  # before their sockets are shown out
    asked, _ = group.join_requests.filter(user=actor).delete()
    if not end(group, [actor]) and not asked and not access.may_know(actor, group):
        raise NotFound()


@transaction.atomic
def keep(*, group: Group, uids: list[str]) -> None:
    """The plain members are exactly these people (those of them that exist)."""
    people = list(User.objects.filter(realm=group.realm, uid__in=uids))
    end(group, User.objects.filter(membership__group=group).exclude(pk__in=[user.pk for user in people]))
    for user in people:
        Membership.objects.get_or_create(group=group, user=user)


def let_in(group: Group, user: User, *, invited: bool = False) -> Membership:
    """Inside the caller's transaction, with the group locked. Raises NotAllowed `banned`."""
    if access.is_banned(group, user, clock.now()):
        raise NotAllowed("banned", uid=user.uid)
    group.join_requests.filter(user=user).delete()
    member, made = Membership.objects.get_or_create(group=group, user=user)
    if made:
        announce.member_added(group, user, invited=invited)
    return member


def end(group: Group, people: Iterable[User], *, kicked: bool = False) -> list[User]:
    """Ends memberships, and with them whatever rests on them; answers whose there were. The owner stays. Called inside
    the caller's transaction."""
    gone = []
    for user in people:
        others = group.memberships.exclude(role=MemberRole.OWNER)  # asked by the DELETE itself: hand-overs may cross
        if others.filter(user=user).delete()[0]:
            announce.member_removed(group, user, kicked=kicked)
            ports.ask("member_left", group=group, user=user)
            gone.append(user)
    return gone


def _ruled(actor: Actor, gid: str, *, lock: bool = False) -> Group:
    """A member group in which `actor` moderates. An audience has no members: watching needs none."""
    group = group_for(actor, gid, lock=lock)
    access.require_moderator(actor, group)
    if group.type == GroupType.AVCHATROOM:
        raise IllegalMove("no_member_group")
    return group


def _owner_stays() -> IllegalMove:
    return IllegalMove("owner_cannot_quit")
