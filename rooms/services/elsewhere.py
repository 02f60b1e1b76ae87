"""Presence of which somebody else's media server tells: it has no lease, and lasts until that server says otherwise.

Such a stay is held by a connection that is called like its origin. Where the same person is here by a connection of
their own, that one speaks for them, and what the server says changes nothing: two routes, one presence."""

from datetime import datetime

from django.db import transaction

from chat.services import groups, roles
from core import clock
from core.actors import SYSTEM, person_key
from core.models import User
from rooms import announce, selectors
from rooms.flows import OPEN, StayState
from rooms.models import Channel, Origin, Role, Stay
from rooms.services import channels, lock, stays


def channel_named(*, realm: str, external_id: str, owner: User) -> Channel:
    """The app's channel of that id, made for `owner` when it is first named, with a chat of the same name. Inside the
    caller's transaction; two who name it at once must not be let in together."""
    found = Channel.objects.filter(realm=realm, external_id=external_id).select_related("owner", "group").first()
    if found:
        return found
    group = groups.named(actor=owner, name=external_id)
    return channels.create(actor=owner, title=external_id[:120], external_id=external_id, group=group)


@transaction.atomic
def hand_over(*, cid: str, heir: User) -> None:
    """The channel was made before its host was known: here they are."""
    channel = lock.any_channel(cid)
    channel.owner = heir
    channel.version += 1
    channel.save(update_fields=["owner", "version"])
    if channel.group:
        roles.hand_over(actor=SYSTEM, gid=channel.group.gid, uid=heir.uid)
    announce.channel_changed(channel)


@transaction.atomic
def came(*, user: User, cid: str, role: str, origin: Origin, platform: str, at: datetime) -> Stay:
    """`at`: when, by that server's clock. Raises what stays.join and stays.go_on_air raise."""
    channel = lock.channel(user, cid)
    held = _open(channel, user, role)
    if held and held.connection != origin and held.state == StayState.UP:
        return held
    told = {"actor": user, "cid": cid, "connection": origin.value, "origin": origin, "platform": platform}
    stay = stays.join(**told) if role == Role.VIEWER else stays.go_on_air(**told, flows=True)
    if held is None and at < stay.started_at:
        stay.started_at = at
        stay.save(update_fields=["started_at"])
    return stay


@transaction.atomic
def lost(*, user: User, cid: str, origin: Origin) -> None:
    """They may come back by themselves: for 30 s they are waited for."""
    now = clock.now()
    for stay in _held(user, cid, origin):
        if stay.state == StayState.UP:
            Stay.objects.filter(pk=stay.pk).update(last_seen=now)
            stay.refresh_from_db(fields=["last_seen", "deadline"])
            stays.lose_now(stay, now)


@transaction.atomic
def gone(*, user: User, cid: str, origin: Origin, reason: str, at: datetime, roles: tuple[str, ...] = ()) -> None:
    """Out, in these roles or all. Twice is harmless."""
    now = clock.now()
    for stay in _held(user, cid, origin):
        stay.refresh_from_db()  # an earlier one of theirs may have ended it
        if stay.state in OPEN and (not roles or stay.role in roles):
            seen = {"last_seen": now} if stay.state == StayState.UP else {}
            ended_at = max(min(at, now), stay.started_at)
            stays.end_now(stay, reason, now, ended_at=ended_at, **seen)


def _held(user: User, cid: str, origin: Origin) -> list[Stay]:
    channel = lock.any_channel(cid)
    rows = selectors.open_stays(channel).filter(person=person_key(user), connection=origin).order_by("pk")
    found = list(rows)
    for stay in found:
        stay.channel = channel
    return found


def _open(channel: Channel, user: User, role: str) -> Stay | None:
    return selectors.open_stays(channel).filter(person=person_key(user), role=role).first()
