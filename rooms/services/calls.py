"""Private 1v1 calls between a viewer and the host: prepared for, rung, answered, hung up.

The row has one flow (`flows.CALL`); what each side is told in the vendor's words is derived (rooms/call_words.py).
Whoever answers leaves the air first; the show waits, and goes on afterwards."""

from datetime import datetime, timedelta

from django.db import transaction

from billing import ledger, prices
from billing.models import PriceKind
from chat import standing
from core import audit, clock
from core.actors import Actor, person_key, rules
from core.audit import act
from core.errors import BadInput, IllegalMove, InsufficientBalance, LoginRequired, NotAllowed, NotFound
from core.models import User
from rooms import access, announce, selectors
from rooms.flows import CALL, OPEN, TOGETHER, CallState, ChannelState
from rooms.models import Call, CallKind, CallSetup, Channel, Role, Stay
from rooms.services import calling, lock, stays

LONGEST_RING = 120_000  # ms


@transaction.atomic
def prepare(
    *,
    actor: Actor,
    cid: str,
    uid: str,
    timeout: int | None,
    extension: dict | None,
    wait_for_frame: bool,
) -> CallSetup:
    """Replaces the whole preparation. `timeout` in ms, None for the channel's own.

    Raises NotAllowed `uid_mismatch`, IllegalMove `in_call`, BadInput `bad_timeout`."""
    channel = lock.channel(actor, cid)
    access.require_watch(actor, channel)
    _require_person(actor, channel)
    if uid != actor.uid:
        raise NotAllowed("uid_mismatch")
    if selectors.call_of(actor):
        raise IllegalMove("in_call")
    if timeout is not None and not 0 <= timeout <= LONGEST_RING:
        raise BadInput("bad_timeout", most=LONGEST_RING)
    facts = {"channel": channel, "timeout": timeout, "extension": extension or {}, "wait_for_frame": wait_for_frame}
    setup, _ = CallSetup.objects.update_or_create(user=actor, defaults={**facts, "updated_at": clock.now()})
    announce.call_state(actor, "prepared", "none")
    return setup


@transaction.atomic
def deinitialize(*, actor: Actor) -> None:
    """Calls no more: whatever is under way is cancelled, refused or hung up. Raises LoginRequired."""
    if not actor.pk:
        raise LoginRequired()
    call = selectors.call_of(actor)
    if call:
        call = _call(call.call_id)
        verb = {CallState.RINGING: cancel if call.caller_id == actor.pk else refuse}.get(call.state, hang_up)
        verb(actor=actor, call_id=call.call_id)
    CallSetup.objects.filter(user_id=actor.pk).delete()
    announce.call_state(actor, "idle", "none", "deinitialize")


@transaction.atomic
def ring(*, actor: Actor, cid: str, kind: str = CallKind.VIDEO, extension: dict | None = None) -> Call:
    """A viewer calls the host who is live. A host who is busy is not rung: the answer's state is `busy`.

    Raises LoginRequired, NotAllowed (`banned`, `no_calls`), IllegalMove (`call_to_oneself`, `not_live`, `not_here`,
    `not_prepared`, `host_not_ready`, `in_call`, `on_the_mic`), InsufficientBalance."""
    channel = lock.channel(actor, cid)
    access.require_watch(actor, channel)
    _require_person(actor, channel)
    _require_caller(actor, channel)
    terms = _terms(actor, channel)
    mine, theirs = _setups(actor, channel)
    now = clock.now()
    call = Call(channel=channel, caller=actor, host=channel.owner, kind=kind, created_at=now, **terms)
    call.extension = {**mine.extension, **(extension or {})}
    call.wait_for_frame = mine.wait_for_frame or theirs.wait_for_frame
    if selectors.call_of(channel.owner):
        _fill(call, CALL.start("meet_busy", now=now))
        announce.call_told(call, "meet_busy")
        return call
    if channel.state not in (ChannelState.LIVE, ChannelState.LOST):
        raise IllegalMove("not_live")
    _fill(call, CALL.start("ring", now=now, deadline=now + _rings(channel, mine)))
    announce.call_rings(call)
    return call


@transaction.atomic
def accept(*, actor: Actor, call_id: str) -> Call:
    """The host answers. The show steps away, both get their place in the call, and it connects when both see each
    other."""
    call = _call(call_id)
    _require(actor, call.host)
    now = clock.now()
    if call.state == CallState.RINGING and call.deadline <= now:
        raise IllegalMove("call_expired")
    CALL.advance(call, "accept", now=now)
    calling.step_away(call.channel, now)
    for person in (call.host, call.caller):
        stays.enter_call(call.channel, person, now)
    announce.call_told(call, "accept")
    if not call.wait_for_frame:
        _connect(call, now)
    return call


@transaction.atomic
def first_frame(*, actor: Actor, call_id: str) -> Call:
    """This side sees (or hears) the other. Twice is harmless."""
    call = _call(call_id)
    side = _side(actor, call)
    now = clock.now()
    if call.state == CallState.CONNECTING and getattr(call, f"{side}_frame_at") is None:
        setattr(call, f"{side}_frame_at", now)
        call.save(update_fields=[f"{side}_frame_at"])
        if call.caller_frame_at and call.host_frame_at:
            _connect(call, now)
    return call


@transaction.atomic
def refuse(*, actor: Actor, call_id: str) -> Call:
    call = _call(call_id)
    _require(actor, call.host)
    return _give_up(call, "refuse")


@transaction.atomic
def cancel(*, actor: Actor, call_id: str) -> Call:
    call = _call(call_id)
    _require(actor, call.caller)
    return _give_up(call, "cancel")


@act("hang_up")
def hang_up(*, actor: Actor, call_id: str) -> Call:
    """By either side, or by the house."""
    call = _call(call_id)
    theirs = actor.pk in (call.caller_id, call.host_id)
    by = None if rules(actor, call.channel.realm, "rooms.change_call") and not theirs else actor
    if by:
        _side(actor, call)
    else:
        audit.by_staff(actor, call)
    if call.state not in TOGETHER:
        raise IllegalMove(verb="hang_up")
    calling.finish(call, "hang_up", "hung_up" if by else "removed", clock.now(), by=by)
    return call


def overdue(limit: int = 500) -> list[Call]:
    rows = Call.objects.filter(deadline__lte=clock.now()).order_by("deadline")
    return list(rows.select_related("channel")[:limit])


@transaction.atomic
def expire(call: Call) -> None:
    """The sweep's verb: nobody answered, or they never saw each other."""
    call, now = _call(call.call_id), clock.now()
    if call.deadline is None or call.deadline > now:
        return
    if call.state == CallState.RINGING:
        _give_up(call, "expire")
    else:
        calling.finish(call, "fail", "no_media", now)


def _call(call_id: str) -> Call:
    """The call as it is now, with its channel locked."""
    cid = Call.objects.filter(call_id=call_id).values_list("channel__cid", flat=True).first()
    if cid is None:
        raise NotFound()
    channel = lock.any_channel(cid)
    call = Call.objects.select_related("caller", "host").get(call_id=call_id)
    call.channel = channel
    return call


def _fill(call: Call, start: dict) -> None:
    for name, value in start.items():
        setattr(call, name, value)
    call.save(force_insert=True)


def _give_up(call: Call, verb: str) -> Call:
    now = clock.now()
    CALL.advance(call, verb, now=now, ended_at=now, end_reason=verb)
    announce.call_told(call, verb)
    return call


def _connect(call: Call, now: datetime) -> None:
    """From here it is paid for, a minute at its beginning."""
    metered = {"metered_from": now, "next_minute_at": now} if call.price else {}
    CALL.advance(call, "connect", now=now, connected_at=now, **metered)
    announce.call_told(call, "connect")


def _require_person(actor: Actor, channel: Channel) -> None:
    if not actor.pk or not access.signed_in(actor, channel):
        raise LoginRequired()


def _require(actor: Actor, user: User) -> None:
    """Nobody else learns that there is such a call."""
    if actor.pk != user.pk:
        raise NotFound()


def _side(actor: Actor, call: Call) -> str:
    if actor.pk not in (call.caller_id, call.host_id):
        raise NotFound()
    return "caller" if actor.pk == call.caller_id else "host"


def _require_caller(actor: User, channel: Channel) -> None:
    if actor.pk == channel.owner_id:
        raise IllegalMove("call_to_oneself")
    if channel.group and standing.silenced(actor, channel.group, clock.now()) == "banned":
        raise NotAllowed("banned", uid=actor.uid)
    if selectors.call_of(actor):
        raise IllegalMove("in_call")
    if access.is_seated(actor, channel):
        raise IllegalMove("on_the_mic")
    if not Stay.objects.filter(channel=channel, person=person_key(actor), role=Role.VIEWER, state__in=OPEN).exists():
        raise IllegalMove("not_here")


def _terms(actor: User, channel: Channel) -> dict:
    if prices.current(PriceKind.CALL, host=channel.owner, place=channel.cid) is None:
        raise NotAllowed("no_calls")
    terms = prices.terms(PriceKind.CALL, host=channel.owner, place=channel.cid)
    balance = ledger.account_of(actor).balance
    if balance < terms.price:
        raise InsufficientBalance(needed=terms.price, balance=balance)
    return {"price": terms.price, "share": terms.share}


def _setups(actor: User, channel: Channel) -> tuple[CallSetup, CallSetup]:
    found = {row.user_id: row for row in CallSetup.objects.filter(channel=channel, user__in=(actor, channel.owner))}
    if actor.pk not in found:
        raise IllegalMove("not_prepared")
    if channel.owner_id not in found:
        raise IllegalMove("host_not_ready")
    return found[actor.pk], found[channel.owner_id]


def _rings(channel: Channel, setup: CallSetup) -> timedelta:
    """0 means that the caller keeps no time of their own: then the longest that anything rings here."""
    if setup.timeout is None:
        return timedelta(seconds=channel.ring_seconds)
    return timedelta(milliseconds=setup.timeout or LONGEST_RING)
