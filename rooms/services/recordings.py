"""Keeping a show to be seen again: begun and ended with it, made ready by a worker, deleted by whoever rules there."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from core import clock
from core.actors import SYSTEM, Actor
from core.audit import act
from core.errors import IllegalMove
from rooms import access, announce
from rooms.flows import RECORDING, RecordingState
from rooms.models import Broadcast, Channel, Recording, RelayKind
from rooms.services import films, outputs, relays, replays

GIGABYTE = 1_000_000_000
DELETABLE = RECORDING.moves["delete"].sources


def begin(channel: Channel, show: Broadcast, now: datetime) -> None:
    """Part of the caller's transaction. A house whose cellar is full records nothing more, and the host is told."""
    if not channel.record or Recording.objects.filter(show=show, state=RecordingState.RECORDING).exists():
        return
    if is_full():
        announce.host_told(channel, "not_recorded", "")
        return
    facts = {"channel": channel, "show": show, "group": channel.group, "title": channel.title, "started_at": now}
    recording = Recording.objects.create(**facts, **RECORDING.start("begin", now=now))
    announce.recording_told(recording, "started")
    outputs.begin(channel)


def end(channel: Channel, now: datetime) -> None:
    """What is being recorded there ends, and a worker is asked to make it ready. Part of the caller's transaction."""
    for recording in Recording.objects.filter(channel=channel, state=RecordingState.RECORDING):
        RECORDING.advance(recording, "end", now=now, ended_at=now)
        _ask(recording)


def switched(channel: Channel, now: datetime) -> None:
    """The host changed their mind: while a show runs, from here on. Part of the caller's transaction."""
    show = Broadcast.objects.filter(channel=channel, ended_at=None).first()
    if show and channel.record:
        begin(channel, show, now)
    elif show:
        end(channel, now)


def records(*, show: Broadcast) -> bool:
    """Port: whether it is being recorded now."""
    return show.recordings.filter(state=RecordingState.RECORDING).exists()


def is_full() -> bool:
    """Whether the films that are kept take all the room that the house gives them."""
    most = settings.RECORDINGS_MOST_GB * GIGABYTE
    if not most:
        return False
    kept = Recording.objects.exclude(state=RecordingState.DELETED).aggregate(bytes=Sum("bytes"))
    return (kept["bytes"] or 0) >= most


def to_render(rid: str) -> Recording | None:
    """For the worker: the recording that waits to be made ready, or None where nothing is to be done any more."""
    rows = Recording.objects.select_related("channel", "show")
    return rows.filter(rid=rid, state=RecordingState.PROCESSING).first()


def progressed(rid: str, percent: int) -> None:
    Recording.objects.filter(rid=rid, state=RecordingState.PROCESSING).update(progress=min(max(percent, 0), 100))


@transaction.atomic
def finish(*, rid: str, **film: Any) -> None:
    """`film`: file, poster, seconds, bytes and parts of it. Raises IllegalMove where somebody deleted it meanwhile."""
    _done(rid, "finish", "ready", progress=100, error="", detail="", **film)


@transaction.atomic
def fail(*, rid: str, error: str, detail: str = "") -> None:
    """What it was to be made of is kept as long as a film would be. Raises IllegalMove."""
    _done(rid, "fail", "failed", progress=0, error=error, detail=detail[-400:])


def _done(rid: str, verb: str, told: str, **fields: Any) -> None:
    now, days = clock.now(), settings.RECORDINGS_KEEP_DAYS
    recording = Recording.objects.select_related("channel__owner", "show").get(rid=rid)
    keep_until = now + timedelta(days=days) if days else None
    RECORDING.advance(recording, verb, now=now, keep_until=keep_until, **fields)
    announce.recording_told(recording, told)


@act("retry_recording")
def retry(*, actor: Actor, rid: str) -> Recording:
    """Makes it ready once more, after what stood in the way is gone. Raises NotFound, NotAllowed, IllegalMove."""
    recording = _owned(actor, rid)
    RECORDING.advance(recording, "retry", now=clock.now(), error="", detail="", progress=0, keep_until=None)
    _ask(recording)
    return recording


@act("delete_recording")
def delete(*, actor: Actor, rid: str, reason: str = "") -> Recording:
    """For good: its files go as soon as that stands. Raises NotFound, NotAllowed, IllegalMove while it is recorded."""
    recording = _owned(actor, rid)
    _delete(recording)
    return recording


def _delete(recording: Recording) -> None:
    under_way = recording.state == RecordingState.PROCESSING
    RECORDING.advance(recording, "delete", now=clock.now(), keep_until=None)
    if under_way:
        relays.stop(recording.channel, RelayKind.RENDER, recording.rid)
    announce.recording_told(recording, "deleted")
    transaction.on_commit(lambda: films.forget(recording))


def delete_all(channel: Channel) -> None:
    """With their channel. Part of the caller's transaction."""
    for recording in Recording.objects.filter(channel=channel, state__in=DELETABLE):
        recording.channel = channel
        _delete(recording)


def ask_again() -> None:
    """For the beat: of everything that waits to be made ready. Twice is harmless."""
    for recording in Recording.objects.filter(state=RecordingState.PROCESSING).select_related("channel"):
        _ask(recording)


def forget() -> int:
    """For the beat: what was kept long enough, and files of deleted ones that could not be deleted then."""
    old = Recording.objects.filter(state__in=DELETABLE, keep_until__lt=clock.now())
    done = 0
    for rid in old.values_list("rid", flat=True):
        try:
            delete(actor=SYSTEM, rid=rid)
            done += 1
        except IllegalMove:
            continue  # somebody else was faster
    for recording in Recording.objects.filter(state=RecordingState.DELETED).exclude(file="", poster=""):
        films.forget(recording)
    return done


def _owned(actor: Actor, rid: str) -> Recording:
    recording = replays.find(actor, rid, lock=True)
    access.require_host(actor, recording.channel, recording)
    return recording


def _ask(recording: Recording) -> None:
    relays.ask(recording.channel, RelayKind.RENDER, recording.rid)
