"""The co-mic: hands are raised, people invited, seats given, muted, moved, locked and taken back.

Every verb is one row of `flows.SEAT`. A seated person may go on the air (access.may_upload); whoever loses the seat
leaves the air in the same transaction."""

from datetime import timedelta

from django.db import transaction

from chat import standing
from core import clock
from core.actors import Actor, person_key
from core.audit import act
from core.errors import BadInput, IllegalMove, LoginRequired, NotAllowed, NotFound
from core.models import User
from core.people import person_of
from rooms import access, announce, selectors
from rooms.flows import OPEN, SEAT, ChannelState, SeatState
from rooms.models import Channel, Role, Seat, Stay
from rooms.services import lock, seating, stays

LONGEST = 3600  # seconds that a request may wait
LOCKS = ("seat", "audio", "video")


@transaction.atomic
def ask(*, actor: Actor, cid: str, video: bool = True, number: int | None = None, timeout: int | None = None) -> Seat:
    """Raises the hand. `timeout` in seconds, else the channel's; `number` is a wish for that very seat.

    Raises LoginRequired, NotAllowed (`muted`, `banned`), Full `seats_full`, IllegalMove (`not_live`, `not_here`,
    `already_asked`, `already_invited`, `already_seated`, `host_needs_no_seat`, `seat_taken`, `seat_locked`)."""
    channel = lock.channel(actor, cid)
    access.require_watch(actor, channel)
    _require_candidate(channel, actor)
    _require_voice(channel, actor)
    return _begin(channel, actor, "ask", video, number, timeout)


@act("invite")
def invite(
    *, actor: Actor, cid: str, uid: str, video: bool = True, number: int | None = None, timeout: int | None = None
) -> Seat:
    """The host asks somebody in the audience up. Raises what `ask` does, and NotFound."""
    channel = lock.channel(actor, cid)
    access.require_host(actor, channel)
    guest = person_of(channel.realm, uid, by=actor)
    _require_candidate(channel, guest)
    return _begin(channel, guest, "invite", video, number, timeout)


@act("accept")
def accept(*, actor: Actor, rid: str, number: int | None = None) -> Seat:
    """The host takes a request, the guest an invitation.

    Raises NotAllowed, IllegalMove (`seat_expired`, `guest_gone`, `illegal_move`), Full `seats_full`."""
    seat = _seat(rid)
    _require_answerer(actor, seat)
    if not SEAT.allows(seat.state, "accept"):  # answered or taken back meanwhile: said before any full house
        raise IllegalMove(state=seat.state)
    _require_in_time(seat)
    _require_live(seat.channel)
    if not _is_here(seat.channel, seat.user):
        raise IllegalMove("guest_gone")
    wish = _number(seat.channel, number) or seat.number
    SEAT.advance(seat, "accept", now=clock.now(), number=seating.free_number(seat.channel, wish))
    announce.seat_changed(seat)
    seating.tell_list(seat.channel, joined=[seat])
    return seat


@act("refuse")
def refuse(*, actor: Actor, rid: str) -> Seat:
    """By whoever may accept it."""
    seat = _seat(rid)
    _require_answerer(actor, seat)
    return _move(seat, "refuse")


@act("cancel")
def cancel(*, actor: Actor, rid: str) -> Seat:
    """Taken back by whoever began it: the guest their request, the host an invitation."""
    seat = _seat(rid)
    if seat.state == SeatState.INVITED:
        access.require_host(actor, seat.channel, about=seat)
    else:
        _require_guest(actor, seat)
    return _move(seat, "cancel")


@transaction.atomic
def leave(*, actor: Actor, rid: str) -> Seat:
    """The guest goes back to the audience."""
    seat = _seat(rid)
    _require_guest(actor, seat)
    return _give_back(seat, "leave", "seat_left")


@act("remove")
def remove(*, actor: Actor, rid: str) -> Seat:
    """The host takes the seat back."""
    seat = _seat(rid)
    access.require_host(actor, seat.channel, about=seat)
    return _give_back(seat, "remove", "seat_removed")


@act("mute")
def mute(*, actor: Actor, rid: str, kind: str, muted: bool) -> Seat:
    """`kind` is audio or video. The guest turns the own device off and on; the host holds it, and while it is held
    (or locked with the seat) the guest cannot turn it on.

    Raises NotAllowed `held_by_host`, IllegalMove `not_seated`."""
    seat = _seat(rid)
    if actor.pk != seat.user_id:
        access.require_host(actor, seat.channel, about=seat)
    if seat.state != SeatState.SEATED:
        raise IllegalMove("not_seated")
    device = {"audio": "mic", "video": "camera"}[kind]
    if actor.pk == seat.user_id:
        if not muted and selectors.silent(seat)[kind]:
            raise NotAllowed("held_by_host")
        setattr(seat, device, not muted)
    else:
        setattr(seat, f"{device}_held", muted)
    return _change(seat, device, f"{device}_held")


@act("move")
def move(*, actor: Actor, rid: str, number: int) -> Seat:
    """The guest, or the host, to another free seat."""
    seat = _seat(rid)
    if actor.pk != seat.user_id:
        access.require_host(actor, seat.channel, about=seat)
    if seat.state != SeatState.SEATED:
        raise IllegalMove("not_seated")
    if _number(seat.channel, number) != seat.number:
        seating.require_free(seat.channel, number)
    seat.number = number
    return _change(seat, "number")


@act("lock_seat")
def lock_seat(
    *, actor: Actor, cid: str, number: int, seat: bool = False, audio: bool = False, video: bool = False
) -> Channel:
    """What of a seat is locked from now on: the seat itself (nobody new sits there), its microphone, its camera."""
    channel = lock.channel(actor, cid)
    access.require_host(actor, channel)
    key = str(_number(channel, number))
    wanted = [name for name, on in zip(LOCKS, (seat, audio, video), strict=True) if on]
    others = {other: what for other, what in channel.seat_locks.items() if other != key}
    channel.seat_locks = {**others, key: wanted} if wanted else others
    channel.save(update_fields=["seat_locks"])
    for one in selectors.seated(channel):
        if one.number == number:
            announce.held(one)
    seating.tell_list(channel)
    return channel


def overdue(limit: int = 500) -> list[Seat]:
    rows = Seat.objects.filter(deadline__lte=clock.now()).order_by("deadline")
    return list(rows.select_related("channel")[:limit])


@transaction.atomic
def expire(seat: Seat) -> None:
    """The sweep's verb for a request that nobody answered."""
    seat = _seat(seat.rid)
    if seat.deadline and seat.deadline <= clock.now():
        _move(seat, "expire")


def _seat(rid: str) -> Seat:
    """The seat as it is now, with its channel locked."""
    cid = Seat.objects.filter(rid=rid).values_list("channel__cid", flat=True).first()
    if cid is None:
        raise NotFound()
    channel = lock.any_channel(cid)
    seat = Seat.objects.select_related("user").get(rid=rid)
    seat.channel = channel
    return seat


def _begin(channel: Channel, guest: User, verb: str, video: bool, number: int | None, timeout: int | None) -> Seat:
    now = clock.now()
    if timeout is not None and not 1 <= timeout <= LONGEST:
        raise BadInput("bad_seconds", most=LONGEST)
    open_seat = selectors.open_seat(channel, guest)
    if open_seat:
        raise IllegalMove(f"already_{open_seat.state}")
    number = _number(channel, number)
    seating.free_number(channel, number)
    deadline = now + timedelta(seconds=channel.seat_seconds if timeout is None else timeout)
    fields = {"channel": channel, "user": guest, "number": number, "camera": video, "created_at": now}
    seat = Seat.objects.create(**fields, **SEAT.start(verb, now=now, deadline=deadline))
    announce.seat_changed(seat)
    return seat


def _number(channel: Channel, number: int | None) -> int | None:
    if number is not None and not 1 <= number <= channel.seats:
        raise BadInput("bad_seat", most=channel.seats)
    return number


def _move(seat: Seat, verb: str) -> Seat:
    SEAT.advance(seat, verb, now=clock.now())
    announce.seat_changed(seat)
    return seat


def _give_back(seat: Seat, verb: str, reason: str) -> Seat:
    now = clock.now()
    SEAT.advance(seat, verb, now=now)
    announce.seat_changed(seat)
    seating.tell_list(seat.channel, left=[seat])
    stays.remove(channel=seat.channel, user=seat.user, role=Role.UPLOADER, reason=reason)
    return seat


def _change(seat: Seat, *fields: str) -> Seat:
    seat.version += 1
    seat.save(update_fields=[*fields, "version"])
    announce.held(seat)
    seating.tell_list(seat.channel)
    return seat


def _require_candidate(channel: Channel, guest: Actor) -> None:
    if not guest.pk or not access.signed_in(guest, channel):
        raise LoginRequired()
    if guest.pk == channel.owner_id:
        raise IllegalMove("host_needs_no_seat")
    if not access.may_watch(guest, channel):
        raise NotAllowed("may_not_watch", uid=guest.uid)
    _require_live(channel)
    if not _is_here(channel, guest):
        raise IllegalMove("not_here")


def _require_live(channel: Channel) -> None:
    if channel.state not in (ChannelState.LIVE, ChannelState.LOST):
        raise IllegalMove("not_live")


def _require_voice(channel: Channel, actor: Actor) -> None:
    """Whoever may not speak in the chat does not speak on the air."""
    if channel.group and (refusal := standing.silenced(actor, channel.group, clock.now())):
        raise NotAllowed(refusal, uid=actor.uid)


def _is_here(channel: Channel, user: User) -> bool:
    return Stay.objects.filter(channel=channel, person=person_key(user), state__in=OPEN).exists()


def _require_answerer(actor: Actor, seat: Seat) -> None:
    if seat.state == SeatState.INVITED:
        _require_guest(actor, seat)
    else:
        access.require_host(actor, seat.channel, about=seat)


def _require_guest(actor: Actor, seat: Seat) -> None:
    if actor.pk is None:
        raise LoginRequired()
    if actor.pk != seat.user_id:
        raise NotAllowed()


def _require_in_time(seat: Seat) -> None:
    if seat.deadline and seat.deadline <= clock.now():
        raise IllegalMove("seat_expired")
