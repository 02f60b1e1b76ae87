"""Presence: who is in a channel, as a viewer or on the air.

A stay is a lease. `join` and `go_on_air` open or take over the person's one open stay in that role; signs of life
renew it (leases.py); `lose` starts the watch; `leave` and the sweep end it. The channel's own state follows
(shows.settle)."""

from datetime import datetime

from django.db import transaction

from chat.models import Group
from core import clock, ports
from core.actors import SYSTEM, Actor, person_key
from core.audit import act
from core.errors import Full, IllegalMove, NotFound
from core.models import User
from rooms import access, announce, selectors
from rooms.flows import OPEN, SETUP, STAY, ChannelState, StayState
from rooms.models import Channel, Origin, Role, Source, Stay
from rooms.models.stay import leased_until
from rooms.services import calling, lock, seating, shows, terms

OWN_DOORS = (Origin.SOCKET, Origin.WHIP)  # at which people say themselves that they leave


@transaction.atomic
def join(*, actor: Actor, cid: str, connection: str, origin: str = Origin.SOCKET, platform: str = "") -> Stay:
    """A person starts to watch. A second tab takes over; Full when every place is taken."""
    channel = lock.channel(actor, cid)
    access.require_watch(actor, channel)
    now = clock.now()
    stay = open_stay(channel, actor, Role.VIEWER)
    if stay:
        return _take_over(stay, connection, origin, platform, now)
    require_place(actor, channel)
    stay = _new_stay(channel, actor, Role.VIEWER, "join", connection, origin, platform, now)
    announce.audience_changed(stay, "joined")
    return stay


@act("go_on_air")
def go_on_air(
    *,
    actor: Actor,
    cid: str,
    connection: str,
    origin: str = Origin.SOCKET,
    platform: str = "",
    flows: bool = False,
) -> Stay:
    """Somebody with the right to starts to send. The stay is `joining` until media flows (`arrive`); with `flows` they
    do already, in an engine of somebody else's."""
    channel = lock.channel(actor, cid)
    access.require_upload(actor, channel)
    _require_free(channel, actor, origin)
    now = clock.now()
    stay = open_stay(channel, actor, Role.UPLOADER)
    if stay is None:
        require_place(actor, channel)
        seating.sit(channel, actor, now)
        verb = "join" if flows else "set_up"
        stay = _new_stay(channel, actor, Role.UPLOADER, verb, connection, origin, platform, now)
        announce.uploader_changed(stay, "joined")
    else:
        _begin_anew(stay, connection, origin, platform, now)
        if not flows or stay.state == StayState.UP:
            announce.uploader_changed(stay)
    if flows and stay.state != StayState.UP:
        return arrive(sid=stay.sid, connection=connection)
    if flows:
        came(stay, now)
    return stay


def _require_free(channel: Channel, actor: Actor, origin: str) -> None:
    """The owner's place in a pulled channel belongs to what is pulled. Raises IllegalMove `channel_pulls`."""
    if channel.source == Source.PROXY and origin != Origin.RELAY and access.owns(actor, channel):
        raise IllegalMove("channel_pulls")


def enter_call(channel: Channel, user: User, now: datetime) -> Stay:
    """A place in a private call, for the person's connection to take (`take_call`)."""
    return _new_stay(channel, user, Role.CALL, "set_up", "", Origin.SOCKET, "", now)


@transaction.atomic
def take_call(*, actor: Actor, cid: str, connection: str, platform: str = "") -> list[Stay]:
    """This connection carries the person's side of their call from now on; the host's also stands for the show that
    waits meanwhile. Answers the stays it holds by that, the call's first."""
    channel = lock.channel(SYSTEM, cid)
    stay, now = open_stay(channel, actor, Role.CALL), clock.now()
    if stay is None:
        raise IllegalMove("no_call")
    _begin_anew(stay, connection, Origin.SOCKET, platform, now)
    show = open_stay(channel, actor, Role.UPLOADER)
    if show is None or show.origin == Origin.RELAY:
        return [stay]
    if show.connection != connection or show.state != StayState.UP:
        show = _take_over(show, connection, Origin.SOCKET, platform, now)
    return [stay, show]


@transaction.atomic
def arrive(*, sid: str, connection: str) -> Stay:
    """Media flows: the uploader is up, and with it the channel. Told even to those who saw the uploader up: the
    feed behind the same stay may be a new one."""
    stay = lock.stay(sid)
    if stay.connection != connection:
        return stay
    if stay.state != StayState.UP:
        now = clock.now()
        facts = {"last_seen": now, "only": {"connection": connection}}
        STAY.advance(stay, "arrive", now=now, deadline=leased_until(stay.origin, now), **facts)
        came(stay, now)
    _tell(stay)
    return stay


@transaction.atomic
def lose(*, sid: str, connection: str) -> None:
    """The connection that held the stay is gone without a goodbye: 30 s to come back. Silent if another holds it."""
    stay = lock.stay(sid)
    if stay.connection != connection:
        return
    if stay.state == StayState.JOINING:  # nothing was on the air yet, so nothing is waited for
        end_now(stay, "gave_up", clock.now())
    elif stay.state == StayState.UP:
        lose_now(stay, clock.now())


@transaction.atomic
def leave(*, actor: Actor, cid: str, role: str, reason: str = "left", connection: str = "") -> None:
    """An explicit goodbye ends the stay at once, and shows that the person was there until then; a host's, from the
    studio or an encoder, ends the show for the guests on stage too. Twice, or without a stay, is harmless."""
    channel = lock.channel(SYSTEM, cid)
    stay = open_stay(channel, actor, role)
    if stay and connection in ("", stay.connection):
        now, was = clock.now(), stay.state
        seen = {"last_seen": now} if was == StayState.UP else {}
        end_now(stay, reason, now, **seen)
        if _hosts(stay) and stay.origin in OWN_DOORS and was != StayState.JOINING:
            end_all(channel, "show_ended", now, role=Role.UPLOADER)
            shows.settle(channel, now)


def _hosts(stay: Stay) -> bool:
    return stay.role == Role.UPLOADER and stay.user_id == stay.channel.owner_id


@act("end")
def end(*, actor: Actor, sid: str, reason: str = "removed", cid: str = "") -> Stay:
    """The host or staff ends somebody's stay; the person is told. With `cid`, only if it is one of that channel."""
    stay = lock.stay(sid)
    access.require_host(actor, stay.channel, about=stay)
    if cid not in ("", stay.channel.cid):
        raise NotFound()
    end_now(stay, reason, clock.now())
    announce.kicked(stay, reason)
    return stay


def remove(*, channel: Channel, user: User, role: str, reason: str) -> None:
    """Ends the person's open stay in this role, if there is one. Called by services that took a right away."""
    stay = open_stay(channel, user, role)
    if stay:
        end_now(stay, reason, clock.now())
        announce.kicked(stay, reason)


def on_member_left(*, group: Group, user: User) -> None:
    """Port `member_left`: whoever may no longer watch a channel of the group is shown out."""
    for cid in group.channels.exclude(state=ChannelState.DELETED).order_by("pk").values_list("cid", flat=True):
        channel = lock.channel(SYSTEM, cid)
        if not access.may_watch(user, channel):
            for role in Role.values:
                remove(channel=channel, user=user, role=role, reason="not_allowed")
            announce.recheck(channel)


def end_all(channel: Channel, reason: str, now: datetime, *, role: str | None = None) -> None:
    """Ends every open stay of a channel (of one role): one UPDATE and one word to the room, however full it is. Called
    inside the caller's transaction, with the channel locked."""
    open_stays = selectors.open_stays(channel).exclude(role=Role.CALL)  # a call ends as a whole, below
    if role:
        open_stays = open_stays.filter(role=role)
    pks = list(open_stays.values_list("pk", flat=True))
    STAY.advance_all(Stay.objects.filter(pk__in=pks), "end", now=now, ended_at=now, end_reason=reason)
    ended = Stay.objects.filter(pk__in=pks).select_related("channel", "user")
    announce.stays_ended(channel, list(ended), reason, role)
    ports.ask("stays_ended", stays=list(ended))
    if role != Role.VIEWER:
        seating.clear(channel, now)
        calling.close(channel, reason, now)


def taken_from(*, sid: str, connection: str) -> str:
    """Why this connection no longer holds the stay, or "" while it does."""
    held_by, end_reason = Stay.objects.values_list("connection", "end_reason").get(sid=sid)
    return end_reason or ("" if held_by == connection else "elsewhere")


def open_stay(channel: Channel, actor: Actor, role: str) -> Stay | None:
    """The person's own, in that role."""
    rows = Stay.objects.filter(channel=channel, person=person_key(actor), role=role, state__in=OPEN)
    return rows.select_related("channel", "user").first()


def _begin_anew(stay: Stay, connection: str, origin: str, platform: str, now: datetime) -> None:
    """The same show from this connection: whoever sends it so far is told, and whoever was away gets time to set up."""
    deadline = stay.deadline if stay.state == StayState.UP else now + SETUP
    elsewhere = stay.connection != connection
    holder = {"connection": connection, "origin": origin, "platform": platform}
    facts = {**holder, "last_seen": now, "deadline": deadline}
    Stay.objects.filter(pk=stay.pk).update(**facts)
    stay.refresh_from_db(fields=list(facts))
    if elsewhere:
        announce.kicked(stay, "encoder" if origin == Origin.WHIP else "elsewhere", but=connection)


def require_place(actor: Actor, channel: Channel) -> None:
    """Raises Full where every place is taken by somebody else."""
    if not channel.max_people or access.looks_in(actor, channel):
        return
    already_in = Stay.objects.filter(channel=channel, person=person_key(actor), state__in=OPEN).exists()
    if not already_in and selectors.people(channel) >= channel.max_people:
        raise Full(places=channel.max_people)


def _new_stay(channel, actor, role, verb, connection, origin, platform, now) -> Stay:
    metered = terms.begin(channel, actor, role, now) if role != Role.CALL else {}  # the call itself is metered
    deadline = leased_until(origin, now) if verb == "join" else None
    return Stay.objects.create(
        channel=channel,
        user_id=actor.pk,
        person=person_key(actor),
        role=role,
        origin=origin,
        platform=platform,
        connection=connection,
        address=actor.address or None,
        started_at=now,
        last_seen=now,
        **metered,
        **STAY.start(verb, now=now, deadline=deadline),
    )


def _take_over(stay: Stay, connection: str, origin: str, platform: str, now: datetime) -> Stay:
    holder = {"connection": connection, "origin": origin, "platform": platform}
    STAY.advance(stay, "take_over", now=now, deadline=leased_until(origin, now), last_seen=now, **holder)
    announce.kicked(stay, "elsewhere", but=connection)
    return stay


def lose_now(stay: Stay, now: datetime) -> None:
    """`lost` is counted from the last sign of life, so an overdue lease is over at the next sweep. A renewal between
    our look and the move (it takes no lock) shows in the deadline, and wins."""
    deadline = stay.last_seen + STAY.moves["lose"].lasts if stay.deadline and stay.deadline <= now else None
    STAY.advance(stay, "lose", now=now, deadline=deadline, only={"deadline": stay.deadline})
    if stay.role == Role.CALL:
        calling.side_lost(stay, now)
    elif stay.role == Role.UPLOADER:
        announce.uploader_changed(stay)
        shows.settle(stay.channel, now)


def came(stay: Stay, now: datetime) -> None:
    """Media flows: what that means for the show, or for the call."""
    if stay.role == Role.CALL:
        calling.side_back(stay, now)
    elif stay.role == Role.UPLOADER:
        shows.settle(stay.channel, now)


def _tell(stay: Stay) -> None:
    """Who is on the air is everybody's business, who is in a call nobody's."""
    if stay.role == Role.UPLOADER:
        announce.uploader_changed(stay)


def end_now(stay: Stay, reason: str, now: datetime, **facts: datetime) -> None:
    STAY.advance(stay, "end", now=now, **{"ended_at": now, "end_reason": reason, **facts})
    ports.ask("stays_ended", stays=[stay])
    if stay.role == Role.CALL:
        calling.side_gone(stay, now, reason)
        return
    _tell_end(stay)
    _give_seat_back(stay, now)
    if _hosts(stay):
        calling.close(stay.channel, reason, now)
    if stay.role == Role.UPLOADER:
        shows.settle(stay.channel, now)


def _give_seat_back(stay: Stay, now: datetime) -> None:
    """Off the air is off the seat; so is whoever leaves the room without being on the air."""
    others = Stay.objects.filter(channel=stay.channel, person=stay.person, state__in=OPEN)
    if stay.role == Role.UPLOADER or not others.exists():
        seating.vacate(stay.channel, stay.user, now)


def _tell_end(stay: Stay) -> None:
    if stay.role == Role.UPLOADER:
        announce.uploader_changed(stay, "left")
    else:
        announce.audience_changed(stay, "left")
