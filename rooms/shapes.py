"""The one public shape of a channel and of a stay: REST, frames and events show the same."""

from typing import Any

from billing.models import PriceKind
from core import clock
from core.shapes import person
from rooms import folders, reasons, sources
from rooms.models import GROUP_KINDS, SPECIFY_KINDS, Call, Category, Channel, Kind, Recording, Seat, Source, Stay

# How a stage with guests is laid out: goods are shown by one who stays large, a lesson has its board, all others meet
# as equals.
LAYOUTS = {Category.MARKET: "spotlight", Category.CLASSROOM: "strip"}


def channel(row: Channel, costs: dict, *, viewers: int | None = None, show: dict | None = None) -> dict:
    """`costs` are billing.prices.of_places of it. `viewers` and `show` (started_at, peak) are left out where nobody
    counted them."""
    shape = {
        "cid": row.cid,
        "external_id": row.external_id,
        "gid": row.group.gid if row.group else None,
        "kind": row.kind,
        "source": row.source,
        "delivery": row.delivery,
        "state": row.state,
        "title": row.title,
        "cover": row.cover.url if row.cover else "",
        "thumbnail": folders.thumbnail(row) or None,
        "category": row.category,
        "layout": LAYOUTS.get(row.category, "grid"),
        "seats": row.seats,
        "max_people": row.max_people,
        "extra": row.extra if row.source == Source.UPLOAD else sources.extra_without_secrets(row.extra),
        "open_upload": row.open_upload,
        "record": row.record,
        "frozen": row.frozen_at is not None,
        "locked": row.kind != Kind.GLOBAL_PUBLIC,
        "members_only": row.kind in (*GROUP_KINDS, *SPECIFY_KINDS),
        "owner": person(row.owner),
        "price": costs[PriceKind.PLAY],
        "preview": costs[PriceKind.PREVIEW],
        "upload_price": costs[PriceKind.UPLOAD],
        "call_price": costs[PriceKind.CALL],
        "auto_accept_calls": row.auto_accept_calls,
        "version": row.version,
        "created_at": row.created_at,
    }
    if viewers is not None:
        shape["viewers"] = viewers
    if show is not None:
        shape["show"] = show
    return shape


def outline(row: Channel, costs: dict, **figures: Any) -> dict:
    """What anybody may see of a channel that is not open to all: neither its chat nor what the host attached to it."""
    shape = channel(row, costs, **figures)
    return shape if row.kind == Kind.GLOBAL_PUBLIC else {**shape, "gid": None, "extra": ""}


def stay(row: Stay) -> dict:
    return {
        "sid": row.sid,
        "role": row.role,
        "state": row.state,
        "origin": row.origin,
        "platform": row.platform,
        "person": person(row.user) if row.user else None,
        "host": row.user_id is not None and row.user_id == row.channel.owner_id,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "end_reason": row.end_reason,
        "version": row.version,
    }


def history(row: Stay) -> dict:
    """A stay as a list shows it: with the reason in words, and how long it lasted so far, in seconds."""
    lasted = ((row.ended_at or clock.now()) - row.started_at).total_seconds()
    return {**stay(row), "end_words": reasons.words(row.end_reason), "duration": max(0, round(lasted))}


def seat(row: Seat) -> dict:
    """A request for a seat, or a seat that is held."""
    locks = row.channel.seat_locks.get(str(row.number), ())
    return {
        "rid": row.rid,
        "cid": row.channel.cid,
        "state": row.state,
        "number": row.number,
        "person": person(row.user),
        "mic": row.mic,
        "camera": row.camera,
        "mic_held": row.mic_held or "audio" in locks,
        "camera_held": row.camera_held or "video" in locks,
        "since": row.since,
        "deadline": row.deadline,
        "created_at": row.created_at,
        "version": row.version,
    }


def seats(row: Channel, users: list[Seat]) -> dict:
    for one in users:
        one.channel = row
    return {
        "version": row.seats_version,
        "size": row.seats,
        "locks": row.seat_locks,
        "users": [seat(one) for one in users],
    }


def recording(row: Recording) -> dict:
    """`error` is for the host; the film itself is under `url`, for who may watch the channel."""
    return {
        "rid": row.rid,
        "cid": row.channel.cid,
        "title": row.title,
        "state": row.state,
        "url": row.get_absolute_url(),
        "poster": f"{row.get_absolute_url()}poster.jpg" if row.poster else "",
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "seconds": row.seconds,
        "bytes": row.bytes,
        "progress": row.progress,
        "error": row.error,
        "error_words": reasons.of_film(row.error),
        "keep_until": row.keep_until,
        "version": row.version,
    }


def call(row: Call) -> dict:
    """For the two people in it, staff and events."""
    return {
        "call_id": row.call_id,
        "cid": row.channel.cid,
        "kind": row.kind,
        "state": row.state,
        "caller": person(row.caller),
        "host": person(row.host),
        "extension": row.extension,
        "price": row.price,
        "deadline": row.deadline,
        "created_at": row.created_at,
        "connected_at": row.connected_at,
        "ended_at": row.ended_at,
        "ended_by": row.ended_by.uid if row.ended_by else None,
        "end_reason": row.end_reason,
        "duration": duration(row),
        "version": row.version,
    }


def duration(row: Call) -> int | None:
    """ms from connected to the end, the same for both; what is billed."""
    if not (row.connected_at and row.ended_at):
        return None
    return round((row.ended_at - row.connected_at).total_seconds() * 1000)


def call_info(row: Call) -> dict:
    """onCallStateChanged's eventInfo, in the vendor's names: from them both pages know their role."""
    return {
        "callId": row.call_id,
        "fromUserId": row.caller.uid,
        "fromRoomId": row.channel.cid,
        "remoteUserId": row.host.uid,
        "fromUserExtension": row.extension,
        "duration": duration(row),
    }
