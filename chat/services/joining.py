"""Coming into a group by oneself: at once, or by asking the moderators."""

from typing import Literal

from django.db import transaction

from chat import access
from chat.models import Group, GroupType, JoinOption, JoinRequest
from chat.selectors import group_for, readable
from chat.services import members
from core import clock
from core.actors import Actor
from core.audit import act
from core.errors import LoginRequired, NotAllowed, NotFound
from core.models import User
from core.people import person_of

Status = Literal["joined", "already", "waiting"]


def join(*, actor: Actor, gid: str, words: str = "") -> Status:
    """Joins, or asks to be let in; the id of a member group is its invitation. To an audience belongs whoever may read:
    nothing is written, nothing locked. Raises NotFound, LoginRequired, NotAllowed (`banned`)."""
    if group_for(actor, gid).type == GroupType.AVCHATROOM:
        readable(actor, gid)
        return "joined"
    if not actor.pk:
        raise LoginRequired()
    return _join_members(actor, gid, words)


@transaction.atomic
def _join_members(actor: User, gid: str, words: str) -> Status:
    group = group_for(actor, gid, lock=True)
    if actor.realm != group.realm:
        raise NotFound()
    if access.is_member(actor, group):
        return "already"
    if group.join_option == JoinOption.FREE:
        members.let_in(group, actor)
        return "joined"
    return _ask(actor, group, words)


def _ask(actor: User, group: Group, words: str) -> Status:
    now = clock.now()
    if access.is_banned(group, actor, now):
        raise NotAllowed("banned", uid=actor.uid)
    asked = {"words": words, "created_at": now}
    JoinRequest.objects.get_or_create(group=group, user=actor, defaults=asked)
    return "waiting"


@act("answer_request")
def answer(*, actor: Actor, gid: str, uid: str, accept: bool) -> None:
    """A moderator lets somebody in who asked, or not. Two who answer at once are harmless: the first one counts.

    Raises NotFound `no_request` where nobody asked, NotAllowed (`banned`), BadInput `unknown_user`."""
    group = group_for(actor, gid, lock=True)
    access.require_moderator(actor, group)
    user = person_of(group.realm, uid, by=actor)
    if not accept:
        group.join_requests.filter(user=user).delete()
    elif group.join_requests.filter(user=user).exists():
        members.let_in(group, user)
    elif not access.is_member(user, group):
        raise NotFound("no_request", uid=uid)
