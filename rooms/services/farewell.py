"""What the rooms do when somebody leaves, and what they hand to who asks for theirs."""

from contextlib import suppress

from django.db import transaction
from django.db.models import Q

from core.actors import SYSTEM
from core.errors import IllegalMove
from core.models import User
from rooms.flows import OPEN, ChannelState, RecordingState
from rooms.models import (
    Broadcast,
    Call,
    CallSetup,
    Channel,
    Follow,
    GiftSent,
    Recording,
    Role,
    Seat,
    Stay,
    StreamKey,
    UploadGrant,
)
from rooms.services import calls, channels, stays


def forget(*, user: User) -> None:
    """Port `person_leaves`: out of every room, their own channels deleted; where they came from is forgotten."""
    calls.deinitialize(actor=user)
    for sid in Stay.objects.filter(user=user, state__in=OPEN).exclude(role=Role.CALL).values_list("sid", flat=True):
        with suppress(IllegalMove):  # it ended with another of theirs
            stays.end(actor=SYSTEM, sid=sid, reason="removed")
    for channel in user.channels.exclude(state=ChannelState.DELETED):
        _empty(channels.delete(actor=SYSTEM, cid=channel.cid))
    for model in (Follow, UploadGrant, CallSetup):
        model.objects.filter(user=user).delete()
    Stay.objects.filter(user=user).update(address=None, platform="")
    GiftSent.objects.filter(sender=user).update(words="")


def _empty(channel: Channel) -> None:
    """A channel that is no more says nothing about who had it."""
    picture, storage = channel.cover.name, channel.cover.storage
    Channel.objects.filter(pk=channel.pk).update(title=channel.cid, cover="", extra="", source_url="", specify=[])
    channel.relays.update(detail="")
    Broadcast.objects.filter(channel=channel).update(title=channel.cid)
    StreamKey.objects.filter(channel=channel).delete()
    Recording.objects.filter(channel=channel).update(title=channel.cid)
    if picture:
        transaction.on_commit(lambda: storage.delete(picture))


def export(*, user: User) -> dict[str, object]:
    """Port `person_export`."""
    own = Stay.objects.filter(user=user).order_by("id")
    stays_of = own.values(
        "channel__cid", "channel__title", "role", "started_at", "ended_at", "platform", "address", "minutes"
    )
    calls_of = Call.objects.filter(Q(caller=user) | Q(host=user)).order_by("id")
    return {
        "channels": list(user.channels.values("cid", "title", "kind", "category", "extra", "state", "created_at")),
        "shows": list(
            Broadcast.objects.filter(channel__owner=user).values(
                "channel__cid", "title", "started_at", "ended_at", "peak", "likes", "messages", "gifts", "income"
            )
        ),
        "recordings": list(
            Recording.objects.filter(channel__owner=user)
            .exclude(state=RecordingState.DELETED)
            .values("rid", "channel__cid", "title", "state", "started_at", "ended_at", "seconds", "bytes", "keep_until")
        ),
        "stays": list(stays_of.iterator(chunk_size=1000)),
        "calls": list(calls_of.values("call_id", "channel__cid", "kind", "state", "created_at", "ended_at", "minutes")),
        "seats": list(Seat.objects.filter(user=user).values("channel__cid", "number", "state", "created_at")),
        "gifts": list(
            GiftSent.objects.filter(sender=user).values(
                "channel__cid", "kind", "quantity", "coins", "words", "created_at"
            )
        ),
        "follows": list(Follow.objects.filter(user=user).values("channel__cid", "channel__title", "created_at")),
    }
