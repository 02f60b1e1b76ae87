"""What is made of a show while it is on the air: pictures for the lobby, HLS, and the files of a recording."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from core import clock, ports
from rooms import folders, selectors, shapes
from rooms.flows import RelayState, SeatState
from rooms.models import Broadcast, Channel, Delivery, Relay, RelayKind, Seat
from rooms.services import relays

AFTERWARDS = timedelta(minutes=1)  # in which those who watch by HLS see the end of a show


@dataclass(frozen=True)
class OnAir:
    """A feed (the stay's sid) that may be in our engine, and which kinds of it nobody sees or hears."""

    sid: str
    is_host: bool
    muted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plan:
    """`feeds`: the host's first, then by how long they have been there."""

    show: int
    feeds: tuple[OnAir, ...]
    thumbs: bool
    hls: bool
    record: bool


def begin(channel: Channel) -> None:
    """A show begins. Part of the caller's transaction, as `end` is."""
    if settings.THUMBNAILS or settings.HLS or channel.record:
        relays.ask(channel, RelayKind.OUT)


def end(channel: Channel) -> None:
    relays.stop(channel, RelayKind.OUT)


def plan(relay: Relay) -> Plan | None:
    """What is to be made now; None when no show runs any more."""
    fresh = Relay.objects.select_related("channel").filter(pk=relay.pk).first()
    show = Broadcast.objects.filter(channel=relay.channel_id, ended_at=None).first()
    if fresh is None or show is None:
        return None
    channel = fresh.channel
    return Plan(
        show=show.pk,
        feeds=() if channel.frozen_at else tuple(_feeds(channel)),
        thumbs=settings.THUMBNAILS,
        hls=settings.HLS and _watched(fresh),
        record=recorded(show),
    )


def recorded(show: Broadcast) -> bool:
    """Whether it is being recorded; port `records`."""
    return any(ports.ask("records", show=show))


def needed(cid: str, show: int) -> bool:
    """Whether its files still serve: the show runs or has just ended, or a recording is made of them (port
    `keeps_files`)."""
    row = Broadcast.objects.filter(pk=show, channel__cid=cid).first()
    if row is None:
        return False
    return row.ended_at is None or clock.now() - row.ended_at < AFTERWARDS or any(ports.ask("keeps_files", show=row))


def tidy() -> int:
    """Removes the files of shows that nobody needs. Answers of how many."""
    gone = [(cid, show) for cid, show in folders.shows() if not needed(cid, show)]
    for cid, show in gone:
        folders.remove(cid, show)
    return len(gone)


def off_air(room_keys: Iterable[str]) -> list[Channel]:
    """Those of the channels, by their rooms in the engine, for which nothing is made now."""
    rows = Channel.objects.filter(room_key__in=list(room_keys))
    return list(rows.exclude(relays__in=Relay.objects.filter(kind=RelayKind.OUT).exclude(state=RelayState.STOPPED)))


def _watched(relay: Relay) -> bool:
    always = relay.channel.delivery == Delivery.HLS
    return always or (relay.hls_until is not None and relay.hls_until > clock.now())


def _feeds(channel: Channel) -> list[OnAir]:
    """Rules that take sound or picture away need no word here: the engine sends nothing of it on."""
    sids = selectors.feeds(channel)
    owners = dict(selectors.uploaders(channel).filter(sid__in=sids).values_list("sid", "user_id"))
    seats = Seat.objects.filter(channel=channel, state=SeatState.SEATED).select_related("channel", "user")
    held = {seat.user_id: _muted(seat) for seat in seats}
    found = [
        OnAir(sid, owners[sid] == channel.owner_id, held.get(owners[sid], frozenset())) for sid in sids if sid in owners
    ]
    return sorted(found, key=lambda feed: not feed.is_host)


def _muted(seat: Seat) -> frozenset[str]:
    shape = shapes.seat(seat)
    own = {"audio": not seat.mic, "video": not seat.camera}
    held = {"audio": shape["mic_held"], "video": shape["camera_held"]}
    return frozenset(kind for kind in own if own[kind] or held[kind])
