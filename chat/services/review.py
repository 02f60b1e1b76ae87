"""What waits for a moderator: held messages, and reports of what was said."""

from django.db import transaction
from django.db.models import QuerySet

from chat import access, announce, pump
from chat.models import Deed, Message, MessageState, Priority, Report, ReportState
from chat.services import messages, moderation
from chat.services.groups import group_for
from core import clock
from core.actors import Actor
from core.audit import act
from core.errors import DomainError, IllegalMove, LoginRequired, NotFound


def held(*, actor: Actor, gid: str) -> QuerySet[Message]:
    return messages.log(actor=actor, gid=gid, state=MessageState.HELD)


@act("approve", atomic=False)
def approve(*, actor: Actor, gid: str, id: int, reason: str = "") -> Message:
    """It is said now. A room that cannot take it leaves it held."""
    message = _decide(actor, gid, id, MessageState.SHOWN, Deed.APPROVE, reason)
    try:
        pump.say(messages.draft_of(message, priority=Priority.HIGH))
    except DomainError:
        Message.objects.filter(pk=message.pk, seq=None).update(state=MessageState.HELD)
        raise
    announce.decided(message)
    return message


@act("refuse", atomic=False)
def refuse(*, actor: Actor, gid: str, id: int, reason: str = "") -> Message:
    message = _decide(actor, gid, id, MessageState.REFUSED, Deed.REFUSE, reason)
    announce.decided(message)
    return message


@transaction.atomic
def _decide(actor: Actor, gid: str, id: int, state: str, deed: str, reason: str) -> Message:
    message = messages.log(actor=actor, gid=gid).filter(pk=id).first()
    if message is None:
        raise NotFound()
    if not Message.objects.filter(pk=id, state=MessageState.HELD).update(state=state):
        raise IllegalMove("decided_already", state=message.state)
    message.state = state
    moderation.log(actor, message.group, deed, target=message.sender, message=message, reason=reason)
    return message


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


def reports(*, actor: Actor, gid: str) -> QuerySet[Report]:
    """The open ones."""
    group = group_for(actor, gid)
    access.require_moderator(actor, group)
    rows = Report.objects.filter(message__group=group, state=ReportState.OPEN)
    return rows.select_related("reporter", "message__sender", "message__group").order_by("-id")


@act("dismiss_report")
def dismiss(*, actor: Actor, gid: str, id: int, reason: str = "") -> None:
    """The message stays."""
    row = reports(actor=actor, gid=gid).filter(pk=id).first()
    if row is None:
        raise NotFound()
    Report.objects.filter(pk=row.pk).update(state=ReportState.DISMISSED)
    moderation.log(
        actor, row.message.group, Deed.DISMISS, target=row.message.sender, message=row.message, reason=reason
    )
