"""Who holds which seat: the rows and the word about them. The verbs people use are in seats.py; here is what other
services do to seats. Always inside the caller's transaction, with the channel locked."""

from datetime import datetime

from django.db.models import F

from core.actors import Actor
from core.errors import Full, IllegalMove
from core.models import User
from rooms import access, announce, selectors
from rooms.flows import HELD, SEAT, WAITING, SeatState
from rooms.models import Channel, Seat


def free_number(channel: Channel, wish: int | None = None) -> int:
    """The seat wished for, else the lowest free one that is not locked.

    Raises Full `seats_full`, IllegalMove `seat_taken` or `seat_locked`."""
    taken, locked = _taken(channel), _locked(channel)
    if len(taken) >= channel.seats:
        raise Full("seats_full", seats=channel.seats)
    if wish is not None:
        _require_free(wish, taken, locked)
        return wish
    free = [number for number in range(1, channel.seats + 1) if number not in taken | locked]
    if not free:
        raise Full("seats_full", seats=channel.seats)
    return free[0]


def require_free(channel: Channel, number: int) -> None:
    """Raises IllegalMove `seat_taken` or `seat_locked`."""
    _require_free(number, _taken(channel), _locked(channel))


def _require_free(number: int, taken: set[int], locked: set[int]) -> None:
    if number in taken:
        raise IllegalMove("seat_taken", number=number)
    if number in locked:
        raise IllegalMove("seat_locked", number=number)


def _taken(channel: Channel) -> set[int]:
    return {seat.number for seat in selectors.seated(channel)}


def _locked(channel: Channel) -> set[int]:
    return {int(number) for number, what in channel.seat_locks.items() if "seat" in what}


def sit(channel: Channel, actor: Actor, now: datetime) -> None:
    """Whoever goes on the air beside the owner holds a seat: the one they were given, else the next that is free.
    An open request of theirs is answered by it."""
    if actor.pk == channel.owner_id:
        return
    seat = selectors.open_seat(channel, actor)
    if seat and seat.state == SeatState.SEATED:
        return
    number = free_number(channel)
    if seat:
        SEAT.advance(seat, "accept", now=now, number=number)
    else:
        fields = {"channel": channel, "user_id": actor.pk, "number": number, "created_at": now}
        seat = Seat.objects.create(**fields, **SEAT.start("take", now=now))
    announce.seat_changed(seat)
    tell_list(channel, joined=[seat])


def require_seat(channel: Channel, actor: Actor) -> None:
    """Whether `sit` would find one. Raises Full `seats_full`."""
    if actor.pk != channel.owner_id and not access.is_seated(actor, channel):
        free_number(channel)


def vacate(channel: Channel, user: User | None, now: datetime, verb: str = "leave") -> None:
    """The person is gone from the air or from the room, and with them their seat or request."""
    seat = selectors.open_seat(channel, user) if user else None
    if seat is None:
        return
    if _close(seat, verb, now):
        tell_list(channel, left=[seat])


def clear(channel: Channel, now: datetime) -> None:
    """The show is over: nobody sits, nobody waits."""
    open_seats = Seat.objects.filter(channel=channel, state__in=HELD).select_related("channel", "user")
    left = [seat for seat in open_seats.order_by("id") if _close(seat, "leave", now)]
    if left:
        tell_list(channel, left=left)


def _close(seat: Seat, verb: str, now: datetime) -> bool:
    """A request is cancelled, a held seat given up by `verb`. Answers whether it was held."""
    held = seat.state not in WAITING
    SEAT.advance(seat, verb if held else "cancel", now=now)
    announce.seat_changed(seat)
    return held


def tell_list(channel: Channel, *, joined: list[Seat] = (), left: list[Seat] = ()) -> None:
    """The whole list, and who came and went by this change."""
    Channel.objects.filter(pk=channel.pk).update(seats_version=F("seats_version") + 1)
    channel.refresh_from_db(fields=["seats_version"])
    announce.seats_changed(channel, selectors.seated(channel), joined=joined, left=left)
