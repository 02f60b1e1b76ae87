"""A house that was set up again from a backup: nobody is where they were."""

from datetime import datetime

from django.db.models import Q, QuerySet

from core.actors import SYSTEM
from rooms import announce
from rooms.flows import CHANNEL, HELD, IN_CALL, ON_AIR, OPEN
from rooms.models import Broadcast, Call, Channel, Seat, Stay
from rooms.services import figures, lock, outputs, recordings, stays

REASON = "restored"


def end_what_was_open(*, taken_at: datetime, last_event: int) -> None:
    """Port `restored`. All ends at the moment of the backup: what came after it did not happen, so no minute of it is
    charged. What was owed until then is settled by the next round."""
    for cid in _left_open().order_by("pk").values_list("cid", flat=True):
        _end(lock.channel(SYSTEM, cid), taken_at)


def _left_open() -> QuerySet[Channel]:
    def of(rows: QuerySet) -> Q:
        return Q(pk__in=rows.order_by().values("channel"))

    return Channel.objects.filter(
        Q(state__in=ON_AIR)
        | of(Stay.objects.filter(state__in=OPEN))
        | of(Seat.objects.filter(state__in=HELD))
        | of(Call.objects.filter(state__in=IN_CALL))
        | of(Broadcast.objects.filter(ended_at=None))
    )


def _end(channel: Channel, at: datetime) -> None:
    """The show first: its counters in Redis are of another time, so what the database knows is what it brought."""
    shows = list(Broadcast.objects.filter(channel=channel, ended_at=None).select_related("channel__group"))
    outputs.end(channel)
    for show in shows:
        show.ended_at = at
        show.save(update_fields=["ended_at"])
    recordings.end(channel, at)
    stays.end_all(channel, REASON, at)
    channel.refresh_from_db()
    if channel.state in ON_AIR:
        CHANNEL.advance(channel, "stop", now=at)
        announce.channel_changed(channel)
    for show in shows:
        Broadcast.objects.filter(pk=show.pk).update(**figures.live(show, at))
