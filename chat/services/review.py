"""Messages that wait for a moderator: let through, or refused."""

from django.db import transaction
from django.db.models import QuerySet

from chat import announce, pump
from chat.models import Deed, Message, MessageState, Priority
from chat.services import messages, moderation
from core.actors import Actor
from core.audit import act
from core.errors import DomainError, IllegalMove, NotFound


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
