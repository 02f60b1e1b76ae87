"""The channel's state follows its uploaders; a show is what lies between going live and stopping."""

from datetime import datetime

from django.db import transaction

from chat.services import tallies
from rooms import announce, selectors
from rooms.flows import CHANNEL, ON_AIR, ChannelState, StayState
from rooms.models import Broadcast, Channel
from rooms.services import figures, outputs, recordings, seating, terms


def settle(channel: Channel, now: datetime) -> None:
    """Live while one uploader is up, lost while all are, idle when none is left. Part of the caller's transaction."""
    channel.refresh_from_db(fields=["state", "version"])
    there = selectors.uploaders(channel).exclude(state=StayState.JOINING)
    uploaders = dict(there.values_list("user_id", "state"))
    verb = _after_call(channel, uploaders) if channel.state == ChannelState.AWAY else ""
    verb = verb or _verb(channel.state, set(uploaders.values()))
    if not verb:
        return
    CHANNEL.advance(channel, verb, now=now)
    if verb == "go_live":
        begin(channel, now)
    elif verb == "stop":
        seating.clear(channel, now)
        finish(channel, now)
    announce.channel_changed(channel)


def _verb(state: str, uploaders: set[str]) -> str:
    if state == ChannelState.AWAY and uploaders:
        return ""
    if StayState.UP in uploaders:
        return {ChannelState.IDLE: "go_live", ChannelState.LOST: "resume"}.get(state, "")
    if uploaders:
        return "lose" if state == ChannelState.LIVE else ""
    return "stop" if state in ON_AIR else ""


def _after_call(channel: Channel, uploaders: dict[int, str]) -> str:
    """The show goes on when the host is on the air again, or without a host who will not come back."""
    if selectors.open_call(channel) or StayState.UP not in uploaders.values():
        return ""
    return "resume" if uploaders.get(channel.owner_id, StayState.UP) == StayState.UP else ""


def begin(channel: Channel, now: datetime) -> None:
    here = selectors.viewers(channel)
    likes = channel.group.likes if channel.group else 0
    facts = {"title": channel.title, "started_at": now, "peak": here, "likes_before": likes}
    show = Broadcast.objects.create(channel=channel, **facts, **terms.of_show(channel))
    outputs.begin(channel)
    recordings.begin(channel, show, now)
    if channel.group:
        tallies.begin_show(group=channel.group)


def finish(channel: Channel, now: datetime) -> None:
    """What chat and ledger counted goes into the show's row, the last seconds too."""
    show = Broadcast.objects.filter(channel=channel, ended_at=None).first()
    if show is None:
        return
    outputs.end(channel)
    show.ended_at = now
    show.save(update_fields=["ended_at"])
    recordings.end(channel, now)
    transaction.on_commit(lambda: _keep_counts(show, channel))


def _keep_counts(show: Broadcast, channel: Channel) -> None:
    if channel.group:
        totals = tallies.totals(gid=channel.group.gid)
        likes = max(0, totals.pop("likes") - show.likes_before)
        Broadcast.objects.filter(pk=show.pk).update(likes=likes, **totals)
    figures.keep(show)


@transaction.atomic
def count_viewers(*, cid: str) -> None:
    """The number moved: keep the peak, tell the room. Each process asks at most once a second per channel."""
    channel = Channel.objects.select_related("owner", "group").filter(cid=cid).first()
    if channel is None or channel.state == ChannelState.DELETED:
        return
    here = selectors.viewers(channel)
    Broadcast.objects.filter(channel=channel, ended_at=None, peak__lt=here).update(peak=here)
    announce.viewers_changed(channel, here)
