"""People of a channel whose media another engine has: the app's server tells who is there, once a minute.

A word of it opens, renews and ends the same stays as a socket does, and settles their minutes by the same function as
the beat. It may come twice, late, or in another order: what was sent before somebody's goodbye brings nobody back, and
bytes are added once. A stay that a socket of ours holds is renewed by it and left to that socket."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction

from billing import ledger
from core import clock
from core.actors import SYSTEM, Actor, Guest, person_key
from core.audit import act
from core.errors import IllegalMove, InsufficientBalance, LoginRequired
from rooms import access
from rooms.flows import OPEN, StayState
from rooms.models import Channel, Origin, Role, Stay, Told
from rooms.services import leases, lock, metering, seating, shows, stays, terms, traffic

FORGET = timedelta(days=1)
PUT_OUT = timedelta(seconds=90)  # for so long after the host ended an upload its next minute does not begin it again
BY_HAND = ("removed", "show_ended")


@dataclass(frozen=True)
class Word:
    """What is told of one person in one channel. `key` tells a repeat ("": none is known); `at` is the teller's own
    clock, which tells earlier from later; `bytes` were sent to the person since the last word."""

    actor: Actor
    cid: str
    key: str = ""
    at: int | None = None
    bytes: int = 0
    origin: str = Origin.AEC

    @property
    def holder(self) -> dict:
        return {"actor": self.actor, "cid": self.cid, "connection": str(self.origin), "origin": self.origin}


@act("apply")
def apply(*, actor: Actor, cid: str) -> Channel:
    """Whether the person could go on the air now. Raises whatever `stays.go_on_air` would."""
    channel = lock.channel(actor, cid)
    access.require_upload(actor, channel)
    if stays.open_stay(channel, actor, Role.UPLOADER) is None:
        stays.require_place(actor, channel)
        seating.require_seat(channel, actor)
        terms.begin(channel, actor, Role.UPLOADER, clock.now())
    return channel


@act("uploading", atomic=False)
def uploading(*, word: Word) -> None:
    """On the air, for one more minute. Raises what `stays.go_on_air` raises, InsufficientBalance where the coins are
    out, IllegalMove `not_here` for what was sent before a goodbye."""
    _require_open(_uploading(word))


def online(*, word: Word) -> None:
    """Somebody watches from now on. Raises what `stays.join` raises."""
    _require_open(_online(word))
    shows.count_viewers(cid=word.cid)


def playing(*, word: Word) -> None:
    """Watching, for one more minute. Raises what `online` raises, and IllegalMove `not_here` for who is not."""
    stay = _playing(word)
    if stay:
        _require_open(stay)


def left(*, word: Word, role: str) -> None:
    """A goodbye. Twice, or of somebody who is not there, is harmless."""
    _left(word, role)
    shows.count_viewers(cid=word.cid)


def forget() -> int:
    return Told.objects.filter(at__lt=clock.now() - FORGET).delete()[0]


@transaction.atomic
def _uploading(word: Word) -> Stay:
    channel = lock.channel(word.actor, word.cid)
    access.require_upload(word.actor, channel)
    stay = stays.open_stay(channel, word.actor, Role.UPLOADER)
    if stay is None:
        _require_news(channel, word, Role.UPLOADER)
    if stay is None or stay.state != StayState.UP:
        stay = stays.go_on_air(**word.holder, flows=True)
    return _heard(stay, word)


@transaction.atomic
def _online(word: Word) -> Stay:
    channel = lock.channel(word.actor, word.cid)
    access.require_watch(word.actor, channel)
    stay = stays.open_stay(channel, word.actor, Role.VIEWER)
    if stay is None:
        _require_news(channel, word, Role.VIEWER)
    if stay is None or stay.state != StayState.UP:
        stay = stays.join(**word.holder)
    return _heard(stay, word)


@transaction.atomic
def _playing(word: Word) -> Stay | None:
    """None for a repeat of a guest's word: guests cannot be told apart, so it must not speak for another one."""
    channel = lock.channel(word.actor, word.cid)
    access.require_watch(word.actor, channel)
    new = _is_new(channel, word, "playing")
    word = _of_somebody(channel, word)
    stay = stays.open_stay(channel, word.actor, Role.VIEWER)
    if stay is None and not new and isinstance(word.actor, Guest):
        return None
    if stay is None:
        _require_still_watching(channel, word)
    if stay is None or stay.state != StayState.UP:
        stay = stays.join(**word.holder)
    return _heard(stay, word if new else replace(word, bytes=0))


@transaction.atomic
def _left(word: Word, role: str) -> None:
    channel = lock.channel(SYSTEM, word.cid)
    new = _is_new(channel, word, "left")
    if not new and isinstance(word.actor, Guest):
        return
    word = _of_somebody(channel, word)
    stay = stays.open_stay(channel, word.actor, role) or _ended_elsewise(channel, word, role)
    if stay is None:
        return
    if new:
        traffic.add_bytes([(stay, word.bytes)], clock.now())
    if stay.state in OPEN:
        stays.leave(actor=word.actor, cid=word.cid, role=role, connection=str(word.origin))
        _note(stay, word)
        metering.charge(stay, clock.now())


def _heard(stay: Stay, word: Word) -> Stay:
    """The stay as it is after this word: it may be over, for want of coins."""
    now = clock.now()  # not before the stay began, which may be just now
    leases.touch(stay, now)
    _note(stay, word)
    if word.bytes:
        traffic.add_bytes([(stay, word.bytes)], now)
    metering.charge(stay, now)
    return Stay.objects.select_related("user").get(pk=stay.pk)


def _note(stay: Stay, word: Word) -> None:
    if word.at is not None:
        stay.refresh_from_db(fields=["last_seq"])
        Stay.objects.filter(pk=stay.pk).update(last_seq=max(word.at, stay.last_seq or 0))


def _require_open(stay: Stay) -> None:
    if stay.state in OPEN:
        return
    if stay.end_reason == "no_balance":
        raise InsufficientBalance(needed=stay.price, balance=ledger.account_of(stay.user).balance)
    raise LoginRequired("preview_over", price=stay.price)


def _last(channel: Channel, word: Word, role: str) -> Stay | None:
    theirs = Stay.objects.filter(channel=channel, person=person_key(word.actor), role=role, state=StayState.ENDED)
    return theirs.order_by("-ended_at", "-id").first()


def _require_news(channel: Channel, word: Word, role: str) -> None:
    """A retry that comes after the goodbye brings nobody back, nor does the next minute of an upload that the host has
    just ended."""
    last = _last(channel, word, role)
    if last is None:
        return
    late = word.at is not None and last.last_seq is not None and word.at < last.last_seq
    put_out = role == Role.UPLOADER and last.end_reason in BY_HAND and last.ended_at + PUT_OUT > clock.now()
    if late or put_out:
        raise IllegalMove("not_here")


def _require_still_watching(channel: Channel, word: Word) -> None:
    """Somebody whose coming we missed, or whom we gave up for lost, watches on; a guest, and whoever said goodbye or
    was put out, comes in by the door."""
    last = _last(channel, word, Role.VIEWER)
    if isinstance(word.actor, Guest):
        raise IllegalMove("not_here")
    if last is None:
        return
    clocked = word.at is not None and last.last_seq is not None
    may = {"timeout": not clocked or word.at > last.last_seq, "left": clocked and word.at > last.last_seq}
    if not may.get(last.end_reason):
        raise IllegalMove("not_here")


def _ended_elsewise(channel: Channel, word: Word, role: str) -> Stay | None:
    """The stay that ended before its goodbye came: the bytes of its last minute are still its own."""
    last = _last(channel, word, role)
    return last if word.bytes and last and last.end_reason != "left" else None


def _is_new(channel: Channel, word: Word, what: str) -> bool:
    """Inside the caller's transaction, with the channel locked: a word that is refused after all was not told."""
    if not word.bytes and not isinstance(word.actor, Guest):
        return True
    guest, now = isinstance(word.actor, Guest), clock.now()
    key = word.key or f"{word.bytes}@{int(now.timestamp()) // 60}"
    person = f"guest:{word.bytes}" if guest else person_key(word.actor)
    _, new = Told.objects.get_or_create(key=f"{channel.cid}:{what}:{person}:{key}", defaults={"at": now})
    return new


def _of_somebody(channel: Channel, word: Word) -> Word:
    """Guests have no names: a word that fits none of them is taken for the one who was silent longest."""
    if not isinstance(word.actor, Guest) or stays.open_stay(channel, word.actor, Role.VIEWER):
        return word
    guests = Stay.objects.filter(channel=channel, role=Role.VIEWER, user=None, origin=word.origin, state__in=OPEN)
    stay = guests.order_by("last_seen", "id").first()
    return replace(word, actor=Guest(stay.person[1:])) if stay else word
