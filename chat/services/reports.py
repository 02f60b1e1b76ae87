"""What people reported, and what comes of it: for the message, for whoever wrote it, and a letter to each whom it
concerns."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from chat import access, announce
from chat.models import Deed, Group, Message, Outcome, Report, ReportState
from chat.services import moderation, outcomes
from chat.services.groups import group_for
from core import audit, clock
from core.actors import Actor, holds
from core.audit import act
from core.errors import BadInput, LoginRequired, NotFound

RIGHT = "chat.change_report"  # of staff who rule no chat: they warn and dismiss


@transaction.atomic
def report(*, actor: Actor, gid: str, epoch: str, seq: int, reason: str = "") -> None:
    """Once a person and message; again is harmless."""
    group = group_for(actor, gid)
    access.require_read(actor, group)
    if not actor.pk:
        raise LoginRequired()
    message = group.messages.select_related("group", "sender").filter(epoch=epoch, seq=seq).first()
    if message is None:
        raise NotFound("unknown_message", seq=seq)
    facts = {"reason": reason[:200], "created_at": clock.now()}
    row, first = Report.objects.get_or_create(message=message, reporter=actor, defaults=facts)
    if first:
        announce.reported(row)


def waiting(*, actor: Actor, gid: str) -> QuerySet[Report]:
    """The open ones."""
    group = group_for(actor, gid)
    _require_judge(actor, group)
    rows = Report.objects.filter(message__group=group, state=ReportState.OPEN)
    return rows.select_related("reporter", "message__sender", "message__group").order_by("-id")


@act("dismiss_report")
def dismiss(*, actor: Actor, gid: str, id: int, reason: str = "") -> None:
    """The message stays; who reported it is told."""
    message = _one(actor, gid, id).message
    moderation.log(actor, message.group, Deed.DISMISS, target=message.sender, message=message, reason=reason)
    outcomes.close(message, actor, [Outcome.NOTHING], reason)


@act("decide_report")
def decide(
    *, actor: Actor, gid: str, id: int, measure: str, seconds: int | None = None, delete: bool = False, reason: str
) -> None:
    """`measure` is what is done to whoever wrote it: nothing, warned, muted or banned (there, for `seconds`; None is
    for good). They and whoever reported it are told, and the other reports of the message end with this one. Raises
    BadInput `bad_measure`, NotAllowed for what this person may not do there."""
    message = _one(actor, gid, id).message
    if measure not in set(Outcome.values) - {Outcome.DELETED} or (measure != Outcome.NOTHING and not message.sender):
        raise BadInput("bad_measure")
    outcome = ([Outcome.DELETED] if delete else []) + ([measure] if measure != Outcome.NOTHING else [])
    if not outcome:
        dismiss(actor=actor, gid=gid, id=id, reason=reason)
        return
    outcomes.close(message, actor, outcome, reason)
    outcomes.tell_author(message, outcome, reason, _until(measure, seconds))
    _do(actor, message, measure, seconds, delete, reason)


def _do(actor: Actor, message: Message, measure: str, seconds: int | None, delete: bool, reason: str) -> None:
    gid, uid = message.group.gid, message.sender.uid if message.sender else ""
    if measure == Outcome.WARNED:
        moderation.log(actor, message.group, Deed.WARN, target=message.sender, message=message, reason=reason)
    elif measure == Outcome.MUTED:
        moderation.mute(actor=actor, gid=gid, uid=uid, seconds=seconds, reason=reason)
    elif measure == Outcome.BANNED:
        moderation.ban(actor=actor, gid=gid, uid=uid, seconds=seconds, reason=reason)
    if delete:
        moderation.delete(actor=actor, gid=gid, epoch=message.epoch, seq=message.seq, reason=reason)


def _until(measure: str, seconds: int | None) -> datetime | None:
    ends = measure in (Outcome.MUTED, Outcome.BANNED) and seconds
    return clock.now() + timedelta(seconds=min(seconds, moderation.LONGEST)) if ends else None


def _one(actor: Actor, gid: str, id: int) -> Report:
    row = waiting(actor=actor, gid=gid).filter(pk=id).first()
    if row is None:
        raise NotFound()
    return row


def _require_judge(actor: Actor, group: Group) -> None:
    if holds(actor, RIGHT) and not access.is_moderator(actor, group):
        audit.by_staff(actor, group)
    else:
        access.require_moderator(actor, group)
