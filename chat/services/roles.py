"""Who rules a group: its one owner, and the moderators the owner names."""

from chat import access, announce
from chat.models import Access, Group, GroupType, MemberRole, Membership
from chat.selectors import group_for
from core import clock
from core.actors import Actor
from core.audit import act
from core.errors import BadInput, Full, IllegalMove, NotAllowed
from core.models import User
from core.people import person_of
from core.shapes import person

MOST_MODERATORS = 50


@act("set_role")
def set_role(*, actor: Actor, gid: str, uid: str, role: str) -> tuple[User, str]:
    """The owner names somebody a moderator (`admin`) or dismisses them (`member`). Twice is harmless.

    Answers the person and the role they have now. Raises BadInput `bad_role`, `unknown_user`; IllegalMove
    `owner_keeps_role`, `not_a_member`; NotAllowed, also `banned`; Full `too_many_moderators`."""
    group = group_for(actor, gid, lock=True)
    access.require_owner(actor, group)
    if role not in (MemberRole.ADMIN, MemberRole.MEMBER):
        raise BadInput("bad_role", roles=[MemberRole.ADMIN, MemberRole.MEMBER])
    user = person_of(group.realm, uid, by=actor)
    had = access.role(user, group)
    if had == MemberRole.OWNER:
        raise IllegalMove("owner_keeps_role")
    if role == MemberRole.ADMIN and had != role:
        _name(group, actor, user, had)
    elif role == MemberRole.MEMBER and had == MemberRole.ADMIN:
        _make_plain(group, user)
        _tell(group, actor, user, "cancel_admin")
    return user, access.role(user, group)


@act("hand_over")
def hand_over(*, actor: Actor, gid: str, uid: str) -> Group:
    """Somebody else owns the group from now on; the owner so far becomes a plain member. Twice is harmless.

    Raises BadInput `unknown_user`; IllegalMove `not_a_member`; NotAllowed, also `banned`."""
    group = group_for(actor, gid, lock=True)
    access.require_owner(actor, group)
    heir, before = person_of(group.realm, uid, by=actor), group.owner
    if heir == before:
        return group
    _require_fit(group, heir, access.role(heir, group))
    Membership.objects.update_or_create(group=group, user=heir, defaults={"role": MemberRole.OWNER})
    group.owner = heir
    group.version += 1
    group.save(update_fields=["owner", "version"])
    if before:
        _make_plain(group, before)
        announce.standing_changed(group, before)
    announce.profile_changed(group, actor, {"owner": person(heir)})
    announce.standing_changed(group, heir)
    return group


def _name(group: Group, actor: Actor, user: User, had: str) -> None:
    _require_fit(group, user, had)
    if group.memberships.filter(role=MemberRole.ADMIN).count() >= MOST_MODERATORS:
        raise Full("too_many_moderators", most=MOST_MODERATORS)
    Membership.objects.update_or_create(group=group, user=user, defaults={"role": MemberRole.ADMIN})
    _tell(group, actor, user, "set_admin")


def _require_fit(group: Group, user: User, had: str) -> None:
    """Whoever is to rule a member group belongs to it."""
    if group.type == GroupType.PUBLIC and not had:
        raise IllegalMove("not_a_member", uid=user.uid)
    if access.is_banned(group, user, clock.now()):
        raise NotAllowed("banned", uid=user.uid)


def _make_plain(group: Group, user: User) -> None:
    """An audience that is not for members only has no plain members."""
    member = group.memberships.filter(user=user)
    if group.access == Access.MEMBERS:
        member.update(role=MemberRole.MEMBER)
    else:
        member.delete()


def _tell(group: Group, actor: Actor, user: User, operation: str) -> None:
    announce.tip(group, operation, [user], operator=actor)
    announce.standing_changed(group, user)
