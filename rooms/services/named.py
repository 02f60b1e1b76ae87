"""Channels as the apps call them: by an id of the app's own."""

from django.db import transaction

from chat.selectors import group_named
from chat.services import groups
from core.errors import BadInput, IllegalMove, NotAllowed, NotFound
from core.models import User
from rooms.flows import ChannelState
from rooms.models import GROUP_KINDS, Channel, Source
from rooms.services import channels

LONGEST_EXTRA = Channel._meta.get_field("extra").max_length


def find(realm: str, name: str, *, deleted: bool = False) -> Channel:
    """The channel that the app calls so, or that we do. Raises NotFound, unless told otherwise also for one that was
    deleted."""
    channel = _named(realm, name)
    if channel is None or (channel.state == ChannelState.DELETED and not deleted):
        raise NotFound()
    return channel


@transaction.atomic
def create(
    *,
    actor: User,
    name: str,
    kind: str,
    room: str = "",
    group: str = "",
    source: str = Source.UPLOAD,
    max_people: int = 0,
    extra: str = "",
    specify: str = "",
) -> Channel:
    """The channel of `actor` that the app calls `name`, on the audience `room` (made where there is none) or on the
    member group `group`. Asked for again it is not made again: a closed one is reopened under the new terms.

    Raises NotAllowed `channel_of_another`, IllegalMove `channel_deleted`, `channel_is_other`, NotFound
    `unknown_group`, BadInput."""
    if len(extra) > LONGEST_EXTRA:
        raise BadInput("bad_extra", longest=LONGEST_EXTRA)
    facts = {"max_people": max_people, "extra": extra, "specify": specify}
    if _named(actor.realm, name) is None:
        try:
            with transaction.atomic():
                return _make(actor, name, kind, room, group, source, facts)
        except IllegalMove:  # somebody made it in the same moment
            if _named(actor.realm, name) is None:
                raise
    return _again(actor, name, kind, source, facts)


@transaction.atomic
def close(*, actor: User, name: str) -> None:
    """Twice is harmless. Raises NotFound; NotAllowed for others than the owner."""
    channel = _held(actor.realm, name)
    _require_owner(actor, channel)
    if channel.state not in (ChannelState.CLOSED, ChannelState.DELETED):
        channels.close(actor=actor, cid=channel.cid)


@transaction.atomic
def delete(*, actor: User, name: str) -> None:
    """Twice is harmless. Raises NotFound; NotAllowed for others than the owner."""
    channel = _held(actor.realm, name)
    _require_owner(actor, channel)
    if channel.state != ChannelState.DELETED:
        channels.delete(actor=actor, cid=channel.cid)


def owner_of_room(realm: str, room: str) -> User:
    """Raises NotFound `unknown_room` where there is no such group, or nobody owns it."""
    group = group_named(realm, room)
    if group is None or group.owner is None or group.disbanded_at:
        raise NotFound("unknown_room")
    return group.owner


def _make(actor: User, name: str, kind: str, room: str, group: str, source: str, facts: dict) -> Channel:
    known = group_named(actor.realm, group) if group else None
    if kind in GROUP_KINDS and known is None:
        raise NotFound("unknown_group", gid=group)
    on = {"gid": known.gid} if known else {"with_group": False}
    if room:
        on["group"] = groups.named(actor=actor, name=room)
    return channels.create(actor=actor, title=name[:120], kind=kind, external_id=name, source=source, **on, **facts)


def _again(actor: User, name: str, kind: str, source: str, facts: dict) -> Channel:
    channel = _held(actor.realm, name)
    _require_owner(actor, channel)
    if channel.state == ChannelState.DELETED:
        raise IllegalMove("channel_deleted")
    if (channel.kind, channel.source) != (kind, source):
        raise IllegalMove("channel_is_other")
    if channel.state == ChannelState.CLOSED:
        channels.update(actor=actor, cid=channel.cid, **facts)
        return channels.reopen(actor=actor, cid=channel.cid)
    return channel


def _require_owner(actor: User, channel: Channel) -> None:
    if channel.owner_id != actor.pk:
        raise NotAllowed("channel_of_another")


def _held(realm: str, name: str) -> Channel:
    """For nobody else to change until the transaction ends."""
    known = _named(realm, name)
    if known is None:
        raise NotFound()
    return Channel.objects.select_for_update(of=("self",)).select_related("owner", "group").get(pk=known.pk)


def _named(realm: str, name: str) -> Channel | None:
    rows = Channel.objects.select_related("owner", "group").filter(realm=realm)
    return rows.filter(external_id=name).first() or rows.filter(external_id=None, cid=name).first()
