"""Seeing a show again: who may, and what was said at which second of the film."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from chat import access as chat_access
from chat import replay
from chat.models import Message
from core.actors import Actor
from core.errors import NotFound
from rooms import access, reel, selectors
from rooms.flows import RecordingState
from rooms.models import Channel, Recording


def find(actor: Actor, rid: str, *, lock: bool = False) -> Recording:
    """A recording, for who may know of its channel; `lock` holds it until the transaction ends. Raises NotFound, also
    of a deleted one."""
    rows = Recording.objects.select_related("channel__owner", "channel__group", "group", "show")
    rows = rows.filter(rid=rid).exclude(state=RecordingState.DELETED)
    recording = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if recording is None:
        raise NotFound()
    access.require_known(actor, recording.channel)
    return recording


def of_channel(actor: Actor, channel: Channel) -> QuerySet[Recording]:
    """Newest first: the host and staff see all of them, everybody else those that are ready."""
    rows = Recording.objects.filter(channel=channel).exclude(state=RecordingState.DELETED)
    if not access.looks_in(actor, channel):
        rows = rows.filter(state=RecordingState.READY)
    return rows.select_related("channel__owner", "show").order_by("-id")


def recording(*, actor: Actor, rid: str) -> Recording:
    """For who may watch its channel. Raises NotFound, LoginRequired, NotAllowed, IllegalMove `channel_closed`."""
    found = find(actor, rid)
    access.require_replay(actor, found.channel)
    return found


def gate(actor: Actor, channel: Channel) -> str:
    """What stands between a person and what is kept of the channel; "" where nothing does."""
    return "" if access.looks_in(actor, channel) else access.gate(actor, channel)


def may_read(actor: Actor, found: Recording) -> bool:
    """Who was put out of a chat does not read it afterwards either."""
    return found.group is not None and chat_access.may_read(actor, found.group)


def listed(*, actor: Actor, cid: str) -> QuerySet[Recording]:
    """Of a channel, newest first. Raises what `recording` raises."""
    channel = selectors.channel_for(actor, cid)
    access.require_replay(actor, channel)
    return of_channel(actor, channel)


def latest(actor: Actor, channel: Channel, most: int) -> list[Recording]:
    """Those that are ready, for the page of a channel."""
    return list(of_channel(actor, channel).filter(state=RecordingState.READY)[:most])


def messages(*, actor: Actor, rid: str, since: float = 0, until: float | None = None) -> QuerySet[Message]:
    """What was said from the one second of the film to (and without) the other, for who may read the chat. Raises what
    `recording` raises."""
    found = recording(actor=actor, rid=rid)
    if found.group is None:
        return Message.objects.none()
    chat_access.require_read(actor, found.group)
    parts, begin, end = reel.parts_of(found.parts), found.started_at, found.ended_at
    first = reel.moment(parts, since) or begin
    last = end if until is None or end is None else min(end, reel.moment(parts, until) or begin)
    return replay.said(found.group, max(begin, first), last)


def lines(found: Recording, rows: list[Message]) -> list[dict]:
    """Each with its second of the film (`offset`)."""
    parts = reel.parts_of(found.parts)
    said = replay.lines(found.group, rows) if found.group else []
    return [{**line, "offset": round(reel.offset(parts, line["at"]), 3)} for line in said]


def words_kept() -> Exists:
    """Port: which messages belong to a recording that is kept, or will be."""
    said_then = Recording.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=OuterRef("created_at")),
        group=OuterRef("group"),
        started_at__lte=OuterRef("created_at"),
    )
    return Exists(said_then.exclude(state=RecordingState.DELETED))
