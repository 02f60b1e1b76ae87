"""Who watches a show over HLS. Nobody is heard of between two requests for the playlist, so each is a sign of life.

A page of ours holds its stay by its socket, and only its media come this way. Any other player's stay is opened and
renewed here (45 s), counted and billed like every other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from billing.models import PriceKind
from core import limits
from core.actors import Actor, person_key
from core.errors import IllegalMove, NotAllowed, NotFound, Unavailable
from rooms import access, selectors
from rooms.flows import LEASE, ON_AIR, StayState
from rooms.models import Broadcast, Channel, Kind, Origin, Role, Stay
from rooms.services import leases, lock, relays, shows, stays, traffic

CONNECTION = "hls"
OFTEN = timedelta(seconds=10)  # between two signs of life that are written down
WANTED = 15  # seconds between two words to the relay workers
OVER = timedelta(seconds=30)  # in which those who were there are still given the end of a show
OUT = timedelta(seconds=60)  # in which whom the host has put out is not let in anew
AHEAD = 3  # segments that a player loads when it begins


@dataclass(frozen=True)
class Showing:
    """A show that can be played: the one that runs, or (`over`) one that ended just now."""

    channel: Channel
    pk: int
    over: bool


def showing(*, actor: Actor, cid: str, now: datetime) -> Showing:
    """What there is to be played for somebody who may watch. Raises what access.require_watch raises, NotFound
    `not_live`, Unavailable `show_frozen`."""
    channel = selectors.channel_for(actor, cid)
    access.require_watch(actor, channel)
    found = _showing(channel, Broadcast.objects.filter(channel=channel).order_by("-id").first(), now)
    if found.over and not is_here(actor, channel):
        raise NotFound("not_live")
    return found


def shared(*, cid: str, show: int, now: datetime) -> Showing:
    """The same for whoever has been let in already. Raises NotFound `not_live`, Unavailable `show_frozen`."""
    last = Broadcast.objects.select_related("channel").filter(pk=show, channel__cid=cid).first()
    if last is None:
        raise NotFound("not_live")
    return _showing(last.channel, last, now)


def _showing(channel: Channel, last: Broadcast | None, now: datetime) -> Showing:
    if channel.frozen_at:
        raise Unavailable("show_frozen")
    if last and last.ended_at is None and channel.state in ON_AIR:
        return Showing(channel, last.pk, over=False)
    if last and last.ended_at and last.ended_at > now - OVER:
        return Showing(channel, last.pk, over=True)
    raise NotFound("not_live")


def is_open(channel: Channel) -> bool:
    """Whether what is seen here is everybody's, so that its segments may lie in any cache."""
    free = not selectors.costs([channel])[channel.cid][PriceKind.PLAY]
    return channel.kind == Kind.GLOBAL_PUBLIC and free and not channel.frozen_at


def want(showing: Showing) -> None:
    """Tells the relay workers that somebody watches this way."""
    if not showing.over and cache.add(f"hls:wanted:{showing.channel.cid}", 1, timeout=WANTED):
        relays.want_hls(showing.channel)


def is_here(actor: Actor, channel: Channel) -> bool:
    return stays.open_stay(channel, actor, Role.VIEWER) is not None


def attend(*, actor: Actor, showing: Showing, held: bool, platform: str, now: datetime) -> Stay:
    """The viewer's open stay. `held`: a socket of theirs holds it, so none is opened here. Raises what stays.join
    raises, IllegalMove `not_here`, TooFast, Unavailable."""
    channel = showing.channel
    stay = stays.open_stay(channel, actor, Role.VIEWER)
    if held and stay is None:
        raise IllegalMove("not_here")
    if held or (stay and stay.state == StayState.UP):
        return stay
    if stay is None:
        _require_not_put_out(channel, actor, now)
        _require_few(actor)
    stay = stays.join(actor=actor, cid=channel.cid, connection=CONNECTION, origin=Origin.HLS, platform=platform)
    shows.count_viewers(cid=channel.cid)
    return stay


def _require_not_put_out(channel: Channel, actor: Actor, now: datetime) -> None:
    """A player asks again by itself, unlike a page: who was put out stays out for a while."""
    mine = Stay.objects.filter(channel=channel, person=person_key(actor), role=Role.VIEWER, ended_at__gt=now - OUT)
    if mine.filter(end_reason__in=("removed", "banned")).exists():
        raise NotAllowed("banned_here")


def _require_few(actor: Actor) -> None:
    """A player that keeps nothing is somebody new each time. Raises TooFast `too_many_sockets`, Unavailable."""
    if settings.SOCKETS_PER_ADDRESS and actor.address:
        most, lease = settings.SOCKETS_PER_ADDRESS, int(LEASE.total_seconds())
        limits.spend(limits.Due(f"hls:{actor.address}", most, lease, "too_many_sockets"))


def listed(*, stay: Stay, show: int, sizes: Iterable[tuple[int, int]], now: datetime) -> None:
    """What the playlist lists (number, bytes) was handed to this stay; every ten seconds what is new of it is written
    down, and the stay renewed where nothing else holds it. Where the mark of how far is lost, nothing is counted
    twice."""
    sizes, key = list(sizes), f"hls:{stay.sid}"
    mark = cache.get(key)
    if mark is None or mark["show"] != show:
        mark = {"show": show, "number": sizes[-1][0] - AHEAD, "at": now.timestamp()}
        cache.set(key, mark, timeout=300)
        if now - stay.last_seen >= OFTEN:
            _write(stay, 0, now)
    elif now.timestamp() - mark["at"] >= OFTEN.total_seconds():
        fresh = sum(size for number, size in sizes if number > mark["number"])
        cache.set(key, {"show": show, "number": sizes[-1][0], "at": now.timestamp()}, timeout=300)
        _write(stay, fresh, now)


@transaction.atomic
def _write(stay: Stay, count: int, now: datetime) -> None:
    lock.any_channel(stay.channel.cid)
    if stay.origin == Origin.HLS:
        leases.touch(stay, now)
    if count:
        traffic.add_bytes([(stay, count)], now)
