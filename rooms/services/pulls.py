"""Channels whose picture is pulled from somewhere: whether a worker is to pull, and what it does to the show.

A pulled channel that is open and has an address has a PULL relay. What comes in is its owner's place on the air."""

from dataclasses import dataclass

from django.db import transaction

from core.actors import Actor
from core.audit import act
from core.errors import BadInput, IllegalMove, NotAllowed
from rooms import access, pull_words, selectors, sources
from rooms.flows import RelayState
from rooms.models import Channel, Origin, Relay, RelayKind, Role, Source, Stay
from rooms.models.channel import ChannelState
from rooms.services import leases, lock, relays, stays

SHUT = (ChannelState.CLOSED, ChannelState.DELETED)


def source_of(channel: Channel) -> str:
    """What was set by hand, else what the app's data name; "" where neither does."""
    named = channel.source_url or sources.in_extra(channel.extra)
    return named if isinstance(named, str) else ""


def check(channel: Channel) -> None:
    """Raises BadInput `bad_source` for an address that cannot be pulled, `not_pulled` for one where none belongs."""
    if channel.source != Source.PROXY:
        if channel.source_url:
            raise BadInput("not_pulled")
        return
    if channel.source_url:
        sources.check(channel.source_url)
    elif sources.in_extra(channel.extra) is not None:
        sources.check(sources.in_extra(channel.extra))


def follow(channel: Channel, *, was: str = "") -> None:
    """After every change of a channel, in its transaction: pulls from now on, from the new address, or no more. Paused
    it stays paused, until the address is another one."""
    if channel.source != Source.PROXY:
        return
    source = "" if channel.state in SHUT else source_of(channel)
    if not source:
        _stop(channel, "show_ended")
    elif source != was:
        _stop(channel, "show_ended")
        relays.ask(channel, RelayKind.PULL)


@act("start_pull")
def start(*, actor: Actor, cid: str) -> Channel:
    """Pull again, what ended or was paused; where it fails it is tried at once. Raises IllegalMove `not_pulled`,
    `no_source`, `channel_closed`."""
    channel = _pulled(actor, cid)
    if channel.state in SHUT:
        raise IllegalMove("channel_closed")
    if not source_of(channel):
        raise IllegalMove("no_source")
    relays.hurry(relays.ask(channel, RelayKind.PULL))
    return channel


@act("stop_pull")
def stop(*, actor: Actor, cid: str) -> Channel:
    """Pause: the show ends, and nothing is pulled until somebody starts it again."""
    channel = _pulled(actor, cid)
    _stop(channel, "show_ended")
    return channel


def pause(channel: Channel) -> None:
    """The show was ended by hand: it does not begin again by itself. In the caller's transaction."""
    if channel.source == Source.PROXY:
        relays.stop(channel, RelayKind.PULL)


def is_asked_for(channel: Channel) -> bool:
    """Whether a worker pulls, or is to."""
    return Relay.objects.filter(channel=channel, kind=RelayKind.PULL).exclude(state=RelayState.STOPPED).exists()


def state(*, actor: Actor, cid: str) -> dict:
    """How the pulling goes, for who rules the channel. Raises IllegalMove `not_pulled`."""
    return shape(_pulled(actor, cid, locked=False))


def shape(channel: Channel) -> dict:
    relay = Relay.objects.filter(channel=channel, kind=RelayKind.PULL).first() or Relay(state=RelayState.STOPPED)
    code = "" if relay.state == RelayState.RUNNING else relay.error
    if not source_of(channel):
        code = "no_source"
    return {
        "source_url": source_of(channel),
        "state": relay.state,
        "since": relay.since,
        "tries": relay.tries,
        "error": code,
        "words": pull_words.words(relay.state, code),
        "worker": relay.worker,
        "detail": relay.detail,
    }


# What follows is asked by the worker that has the relay.


@dataclass(frozen=True)
class Held:
    """`gone`: why the stay is not the worker's any more, or ""; `kept` is what nobody may hear or see."""

    gone: str
    kept: dict[str, bool]


@transaction.atomic
def set_up(*, relay: Relay, connection: str) -> Stay:
    """The source was found good: the owner takes their place, and is up when media flow (`arrived`). Raises what
    stays.go_on_air raises, and IllegalMove where the relay is somebody else's by now."""
    channel = lock.any_channel(relay.channel.cid)
    mine = Relay.objects.filter(pk=relay.pk, worker=relay.worker).exclude(state=RelayState.STOPPED)
    if not mine.exists():
        raise IllegalMove("illegal_move")
    if not channel.owner.is_active:
        raise NotAllowed()
    where = {"cid": channel.cid, "connection": connection, "origin": Origin.RELAY}
    return stays.go_on_air(actor=channel.owner, **where)


def arrived(*, relay: Relay, stay: Stay) -> None:
    """Media flow."""
    relays.running(relay)
    stays.arrive(sid=stay.sid, connection=stay.connection)


def lost(*, stay: Stay) -> None:
    """Media flow no more: the owner is waited for, unless another holds the stay or it is over."""
    stays.lose(sid=stay.sid, connection=stay.connection)


def keep(*, relay: Relay, stay: Stay) -> Held:
    """A sign of life while media flow."""
    gone = leases.renew(signs=[leases.Sign(stay.sid, stay.connection)])
    channel = Channel.objects.select_related("owner").get(pk=relay.channel_id)
    reason = gone.get(stay.sid, "") or ("" if channel.owner.is_active else "not_allowed")
    return Held(reason, selectors.kept_back(channel.owner, channel))


def _pulled(actor: Actor, cid: str, *, locked: bool = True) -> Channel:
    channel = selectors.channel_for(actor, cid, lock=locked)
    access.require_host(actor, channel)
    if channel.source != Source.PROXY:
        raise IllegalMove("not_pulled")
    return channel


def _stop(channel: Channel, reason: str) -> None:
    relays.stop(channel, RelayKind.PULL)
    stays.remove(channel=channel, user=channel.owner, role=Role.UPLOADER, reason=reason)
