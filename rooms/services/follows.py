"""Following a channel."""

from django.db import transaction

from chat.models import Group, Kind
from chat.services import messages, tallies
from core import clock
from core.actors import Actor
from core.errors import DomainError, LoginRequired
from core.models import User
from rooms import access, selectors
from rooms.models import Channel, Follow


def follow(*, actor: Actor, cid: str) -> None:
    """Twice is harmless; the chat is told the first time."""
    channel = _watchable(actor, cid)
    with transaction.atomic():
        facts = {"created_at": clock.now()}
        _, first = Follow.objects.get_or_create(channel=channel, user=actor, defaults=facts)
        if first:
            _count(channel)
    if first:
        _tell(channel, actor)


@transaction.atomic
def unfollow(*, actor: Actor, cid: str) -> None:
    channel = _watchable(actor, cid)
    if Follow.objects.filter(channel=channel, user=actor).delete()[0]:
        _count(channel)


def follows(*, group: Group, user: User) -> bool:
    """Answers the chat (settings.PORTS): does this person follow what the group belongs to?"""
    return Follow.objects.filter(channel__group=group, user=user).exists()


def _watchable(actor: Actor, cid: str) -> Channel:
    if not actor.pk:
        raise LoginRequired()
    channel = selectors.channel_for(actor, cid)
    access.require_watch(actor, channel)
    return channel


def _count(channel: Channel) -> None:
    if channel.group:
        tallies.set_follows(group=channel.group, follows=Follow.objects.filter(channel__group=channel.group).count())


def _tell(channel: Channel, actor: User) -> None:
    if channel.group is None:
        return
    try:
        messages.say_for_house(group=channel.group, kind=Kind.FOLLOW, sender=actor)
    except DomainError:  # the room is too busy for it, or away: the number is right all the same
        return
