"""What is left to do for a message when its room has no place for it."""

from chat import content, counting, verdicts
from chat.drafts import Excess
from chat.models import Kind, Priority
from chat.services import speech
from chat.standing import Place
from core.errors import DomainError
from core.models import User


def excess_of(
    *,
    actor: User,
    place: Place,
    kind: str = Kind.TEXT,
    text: str = "",
    data: object = None,
    priority: str = "",
    nonce: str = "",
    **_: object,
) -> Excess | None:
    """The same message, for a room that has no place for it: nothing here waits for anything. None where it has to be
    prepared all the same, since it is to be refused, or is HIGH, or somebody must be asked."""
    group, it = place.group, place.standing
    if place.asks_app or (group.followers_only and not it.moderator):  # an app is asked, a list is read
        return None
    try:
        payload = content.rule_for(kind, moderator=it.moderator).payload(text, data)
        speech.require(actor, group, it, payload)
    except DomainError:
        return None
    priority = content.priority(kind, priority, moderator=it.moderator)
    if priority == Priority.HIGH or verdicts.must_ask(place, kind, payload):
        return None
    dues, counts = speech.dues(actor, group, it, kind), counting.what_counts(kind, payload)
    return Excess(group.gid, actor.pk, priority, nonce, dues, counts)
