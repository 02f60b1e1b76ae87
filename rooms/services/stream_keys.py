"""The key with which an encoder goes on the air as the host: made, changed, taken away; and whom it opens to."""

from contextlib import suppress
from datetime import timedelta

from django.core.cache import cache
from django.db.models import Q

from core import clock, keys, limits
from core.actors import Actor
from core.audit import act
from core.errors import LoginRequired, NotAllowed, Unavailable
from rooms import access, selectors
from rooms.flows import ChannelState
from rooms.models import Channel, Origin, Role, Source, Stay, StreamKey
from rooms.services import lock, stays

MOST_WRONG, IN_SECONDS = 20, 60  # keys that open nothing, from one address
GOODBYE_WITHIN = 10  # seconds after an encoder hung up
NOTED = timedelta(minutes=1)  # how exact "last used" is


@act("rotate_stream_key")
def rotate(*, actor: Actor, cid: str) -> tuple[StreamKey, str]:
    """The key's row, and the key itself, which is shown this once. The one before opens nothing any more, and an
    encoder that sends with it is cut off."""
    channel, key = _owned(actor, cid), keys.new("fs")
    _cut_off(channel)
    facts = {"prefix": key.prefix, "digest": key.digest, "created_at": clock.now(), "used_at": None}
    row, _ = StreamKey.objects.update_or_create(channel=channel, defaults=facts)
    return row, key.text


@act("revoke_stream_key")
def revoke(*, actor: Actor, cid: str) -> None:
    """No encoder opens the channel any more. Revoking twice is harmless."""
    take_away(_owned(actor, cid))


def take_away(channel: Channel) -> None:
    """Whoever held the key holds nothing now. Inside the caller's transaction, with the channel locked."""
    if StreamKey.objects.filter(channel=channel).delete()[0]:
        _cut_off(channel)


def shown(*, actor: Actor, cid: str) -> StreamKey | None:
    """What may be said of the key, to whoever could change it."""
    channel = selectors.channel_for(actor, cid)
    access.require_host(actor, channel)
    return StreamKey.objects.filter(channel=channel).first()


def opens(*, key: str, cid: str, address: str) -> Channel:
    """The channel of this key, whose owner comes from `address`. The key is asked for first: without one, nobody
    learns which channels there are. Raises LoginRequired `bad_stream_key` (TooFast after too many), NotFound."""
    row = StreamKey.objects.select_related("channel__owner").filter(prefix=keys.prefix_of(key)).first()
    if row is None or not keys.fits(key, row.digest):
        _count_wrong(address)
        raise LoginRequired("bad_stream_key")
    owner = row.channel.owner
    channel = selectors.channel_for(owner, cid)
    if channel != row.channel:
        raise LoginRequired("bad_stream_key")
    channel.owner.address = address
    return channel


def require_air(channel: Channel) -> None:
    """What keeps an encoder off the air that a browser would be told otherwise, or not at all. Raises NotAllowed."""
    if not channel.owner.is_active:
        raise NotAllowed("signed_off")
    if channel.state == ChannelState.CLOSED:
        raise NotAllowed("channel_closed")
    if channel.frozen_at:
        raise NotAllowed("show_frozen")
    if channel.source == Source.PROXY:
        raise NotAllowed("channel_is_pulled")
    access.require_upload(channel.owner, channel)


def note_use(channel: Channel) -> None:
    now = clock.now()
    StreamKey.objects.filter(Q(used_at=None) | Q(used_at__lt=now - NOTED), channel=channel).update(used_at=now)


def sent_by(channel: Channel, connection: str) -> Stay | None:
    """The open stay that this connection of an encoder holds."""
    held = selectors.uploaders(channel).filter(origin=Origin.WHIP, connection=connection)
    return held.first() if connection else None


def note_hang_up(connection: str) -> None:
    cache.set(_hang_up(connection), 1, timeout=GOODBYE_WITHIN)


def has_hung_up(connection: str) -> bool:
    """Whether the encoder closed this connection itself, a moment ago."""
    return cache.get(_hang_up(connection)) is not None


def _hang_up(connection: str) -> str:
    return f"whip:hung_up:{connection}"


def _owned(actor: Actor, cid: str) -> Channel:
    channel = lock.channel(actor, cid)
    access.require_host(actor, channel)
    return channel


def _cut_off(channel: Channel) -> None:
    for stay in selectors.uploaders(channel).filter(origin=Origin.WHIP):
        stays.remove(channel=channel, user=stay.user, role=Role.UPLOADER, reason="key_changed")


def _count_wrong(address: str) -> None:
    with suppress(Unavailable):  # a Redis that is away lets nobody guess 256 bits
        limits.spend(limits.Due(f"stream-key:{address}", MOST_WRONG, IN_SECONDS))
