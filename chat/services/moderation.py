"""What moderators do to people and messages. Each act leaves a row with its reason."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from redis import RedisError

from chat import access, announce, history
from chat.models import (
    Deed,
    Group,
    Kind,
    MemberRole,
    Message,
    MessageState,
    ModerationDeed,
    Outcome,
    Restriction,
    RestrictionKind,
)
from chat.services import members, messages, outcomes
from chat.services.groups import group_for
from core import clock
from core.actors import Actor, holds
from core.audit import act
from core.errors import BadInput, NotAllowed, NotFound, Unavailable
from core.models import User
from core.people import person_of

LONGEST = 366 * 24 * 3600  # seconds a rule with an end may last
KICKED_FOR = 60  # seconds, unless the moderator says otherwise


@act("mute")
def mute(*, actor: Actor, gid: str, uid: str, seconds: int | None, reason: str = "") -> None:
    """`seconds` None is for good, 0 lifts it. It outlives leaving and coming back."""
    if seconds == 0:
        unmute(actor=actor, gid=gid, uid=uid, reason=reason)
        return
    group, user = _ruled(actor, gid, uid)
    until = _restrict(actor, group, user, RestrictionKind.MUTE, seconds, reason, Deed.MUTE)
    _tell_mute(group, user, actor, until or "forever")


@act("unmute")
def unmute(*, actor: Actor, gid: str, uid: str, reason: str = "") -> None:
    group, user = _ruled(actor, gid, uid)
    if _lift(actor, group, user, RestrictionKind.MUTE, reason, Deed.UNMUTE):
        _tell_mute(group, user, actor, None)


@act("kick")
def kick(*, actor: Actor, gid: str, uid: str, seconds: int | None = KICKED_FOR, reason: str = "") -> None:
    """Out for a time; the door opens by itself."""
    if not seconds:
        raise BadInput("bad_seconds", most=LONGEST)
    _put_out(actor, gid, uid, seconds, reason, Deed.KICK, "kicked")


@act("ban")
def ban(*, actor: Actor, gid: str, uid: str, seconds: int | None = None, reason: str = "") -> None:
    """Out, and not in again before a moderator says so (or `seconds` are over)."""
    _put_out(actor, gid, uid, seconds, reason, Deed.BAN, "banned")


@act("unban")
def unban(*, actor: Actor, gid: str, uid: str, reason: str = "") -> None:
    group, user = _ruled(actor, gid, uid)
    _lift(actor, group, user, RestrictionKind.BAN, reason, Deed.UNBAN)


def restrictions(*, actor: Actor, gid: str) -> QuerySet[Restriction]:
    """Those in force."""
    group = group_for(actor, gid)
    access.require_moderator(actor, group)
    rows = group.restrictions.filter(access.in_force(clock.now()))
    return rows.select_related("user", "group").order_by("-id")


@act("delete_message")
def delete(*, actor: Actor, gid: str, epoch: str, seq: int, reason: str = "") -> None:
    """The message is gone for everybody, and for who comes later. Nobody recalls their own: that is not offered."""
    group = group_for(actor, gid)
    access.require_moderator(actor, group)
    row = group.messages.select_related("sender", "group").filter(epoch=epoch, seq=seq).first()
    if row is None and not _is_kept(gid, epoch, seq):
        raise NotFound("unknown_message", seq=seq)
    if row:
        group.messages.filter(pk=row.pk).update(state=MessageState.DELETED)
        outcomes.close(row, actor, [Outcome.DELETED], reason)
    log(actor, group, Deed.DELETE, target=row and row.sender, message=row, reason=reason)
    transaction.on_commit(lambda: _take_away(group, epoch, seq))


def log(
    actor: Actor,
    group: Group,
    deed: str,
    *,
    target: User | None = None,
    message: Message | None = None,
    until: datetime | None = None,
    reason: str = "",
) -> None:
    ModerationDeed.objects.create(
        group=group,
        actor=actor if actor.pk else None,
        deed=deed,
        target=target,
        message=message,
        until=until,
        reason=reason[:200],
        created_at=clock.now(),
    )


def _is_kept(gid: str, epoch: str, seq: int) -> bool:
    """Said a moment ago and not in the log yet."""
    try:
        message = history.one(gid, seq)
    except RedisError:
        raise Unavailable() from None
    return message is not None and message["epoch"] == epoch


def _take_away(group: Group, epoch: str, seq: int) -> None:
    try:
        history.take_away(group.gid, epoch, seq)
    except RedisError:
        raise Unavailable() from None
    messages.say_for_house(group=group, kind=Kind.DELETED, data={"epoch": epoch, "seq": seq})


def _ruled(actor: Actor, gid: str, uid: str) -> tuple[Group, User]:
    """Nobody rules over the owner or themselves; moderators not over one another."""
    group = group_for(actor, gid)
    access.require_moderator(actor, group)
    user = person_of(group.realm, uid, by=actor)
    rank = access.role(user, group)
    by_power = access.rules_over(actor, group)
    above = by_power or (actor.pk == group.owner_id and rank != MemberRole.OWNER)
    is_safe = user.is_staff and not holds(actor, "chat.change_group")
    if user.pk == actor.pk or (rank in access.RULERS and not above) or is_safe:
        raise NotAllowed("not_over_them", uid=uid)
    return group, user


def _restrict(
    actor: Actor, group: Group, user: User, kind: str, seconds: int | None, reason: str, deed: str
) -> datetime | None:
    if seconds is not None and not 0 < seconds <= LONGEST:
        raise BadInput("bad_seconds", most=LONGEST)
    now = clock.now()
    until = None if seconds is None else now + timedelta(seconds=seconds)
    facts = {"until": until, "reason": reason[:200], "created_at": now}
    Restriction.objects.update_or_create(group=group, user=user, kind=kind, defaults=facts)
    log(actor, group, deed, target=user, until=until, reason=reason)
    return until


def _lift(actor: Actor, group: Group, user: User, kind: str, reason: str, deed: str) -> bool:
    lifted, _ = group.restrictions.filter(user=user, kind=kind).delete()
    if lifted:
        log(actor, group, deed, target=user, reason=reason)
    return bool(lifted)


def _put_out(actor: Actor, gid: str, uid: str, seconds: int | None, reason: str, deed: str, told: str) -> None:
    group, user = _ruled(actor, gid, uid)
    until = _restrict(actor, group, user, RestrictionKind.BAN, seconds, reason, deed)
    members.end(group, [user], kicked=True)
    announce.tip(group, "kicked", [user], actor, until=until)
    announce.put_out(group, user, told)


def _tell_mute(group: Group, user: User, actor: Actor, until: datetime | str | None) -> None:
    announce.tip(group, "member_profile", [user], actor, muted_until=until)
    announce.standing_changed(group, user)
