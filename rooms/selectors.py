"""Questions about channels and stays. Nothing here writes."""

from collections.abc import Iterable
from functools import lru_cache

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from billing import prices
from core.actors import Actor, App, holds
from core.errors import LoginRequired, NotFound
from core.models import User
from core.shapes import person
from rooms import access, shapes
from rooms.flows import (
    HELD,
    IN_CALL,
    ON_AIR,
    OPEN,
    WAITING,
    ChannelState,
    RecordingState,
    SeatState,
    StayState,
)
from rooms.models import (
    SPECIFY_KINDS,
    Broadcast,
    Call,
    Category,
    Channel,
    Origin,
    Privilege,
    Recording,
    Role,
    Seat,
    Stay,
)

GONE = (ChannelState.CLOSED, ChannelState.DELETED)
ELSEWHERE = (Origin.AEC, Origin.AGORA)  # whose media another engine has
AUDIENCE = 100  # of those who watch, the host is shown the latest


def channel_for(actor: Actor, cid: str, *, lock: bool = False) -> Channel:
    """The channel, or NotFound for those who may not know of it; `lock` holds it until the transaction ends."""
    rows = Channel.objects.select_related("owner", "group").filter(cid=cid)
    channel = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if channel is None:
        raise NotFound()
    access.require_known(actor, channel)
    return channel


@lru_cache(maxsize=10_000)
def realm_of(cid: str) -> str:
    """Whose channel it is: the site's ("") or an app's; it never changes. "" where there is none."""
    return Channel.objects.filter(cid=cid).values_list("realm", flat=True).first() or ""


def _uploading(channel_ref: object, person_ref: object) -> Exists:
    return Exists(Stay.objects.filter(channel=channel_ref, person=person_ref, role=Role.UPLOADER, state=StayState.UP))


def viewers(channel: Channel) -> int:
    """Distinct persons who are watching now. Somebody on the air is not watching."""
    return _watching(channel=channel).count()


def _watching(**where: object) -> QuerySet[Stay]:
    """One person, one viewer's stay: so these are distinct persons."""
    here = Stay.objects.filter(role=Role.VIEWER, state=StayState.UP, **where).order_by()
    return here.exclude(_uploading(OuterRef("channel"), OuterRef("person")))


def audience(actor: Actor, cid: str) -> dict:
    """How many watch, and the latest of them who are signed in; only the host and staff may ask."""
    channel = channel_for(actor, cid)
    access.require_host(actor, channel)
    here = _watching(channel=channel)
    known = here.exclude(user=None).exclude(user=channel.owner_id).select_related("user").order_by("-id")
    return {"total": here.count(), "people": [person(stay.user) for stay in known[:AUDIENCE]]}


def people(channel: Channel) -> int:
    """Distinct persons with an open stay, lost ones included: what the capacity counts."""
    return Stay.objects.filter(channel=channel, state__in=OPEN).values("person").distinct().count()


def uploaders(channel: Channel) -> QuerySet[Stay]:
    return open_stays(channel).filter(role=Role.UPLOADER)


def open_stays(channel: Channel) -> QuerySet[Stay]:
    return Stay.objects.filter(channel=channel, state__in=OPEN).select_related("user", "channel")


def ended_stays(channel: Channel) -> QuerySet[Stay]:
    return Stay.objects.filter(channel=channel, state=StayState.ENDED).select_related("user", "channel")


def people_with_grant(actor: Actor, cid: str) -> QuerySet[User]:
    """The people whom the owner lets on the air; only the owner and staff may ask."""
    channel = channel_for(actor, cid)
    access.require_host(actor, channel)
    return User.objects.filter(uploadgrant__channel=channel).order_by("uid")


def feeds(channel: Channel) -> list[str]:
    """The stays whose media can be watched now, oldest first: those that our engine has. A host in a private call is
    off the air."""
    up = uploaders(channel).filter(state__in=(StayState.UP, StayState.LOST)).exclude(origin__in=ELSEWHERE)
    if channel.state == ChannelState.AWAY:
        up = up.exclude(user_id=channel.owner_id)
    return list(up.order_by("id").values_list("sid", flat=True))


def seated(channel: Channel) -> list[Seat]:
    """Who is on the mic, by seat."""
    rows = Seat.objects.filter(channel=channel, state=SeatState.SEATED).select_related("user")
    return list(rows.order_by("number"))


def waiting(channel: Channel) -> list[Seat]:
    """Raised hands and invitations, oldest first."""
    return list(
        Seat.objects.filter(channel=channel, state__in=WAITING).select_related("channel", "user").order_by("id")
    )


def open_seat(channel: Channel, actor: Actor) -> Seat | None:
    """The person's own request or seat."""
    rows = Seat.objects.filter(channel=channel, user_id=actor.pk, state__in=HELD)
    return rows.select_related("channel", "user").first() if actor.pk else None


def seats_for(actor: Actor, cid: str) -> dict:
    """Who sits where; the host also reads who waits, anybody their own request."""
    channel = channel_for(actor, cid)
    access.require_inside(actor, channel)
    own = open_seat(channel, actor)
    waits = waiting(channel) if access.is_host(actor, channel) else [own] if own and own.state in WAITING else []
    return {**shapes.seats(channel, seated(channel)), "waiting": [shapes.seat(seat) for seat in waits]}


def call_of(user: Actor) -> Call | None:
    """The call that the person is in, on whichever side."""
    rows = Call.objects.filter(Q(caller_id=user.pk) | Q(host_id=user.pk), state__in=IN_CALL)
    return rows.select_related("channel", "caller", "host").first() if user.pk else None


def open_call(channel: Channel) -> Call | None:
    """The host's call out of this channel."""
    call = Call.objects.filter(channel=channel, state__in=IN_CALL).select_related("caller", "host").first()
    if call:
        call.channel = channel
    return call


def call_feeds(side: Stay) -> list[str]:
    """The other side's media, where there is any yet."""
    rows = open_stays(side.channel).filter(role=Role.CALL, state__in=(StayState.UP, StayState.LOST))
    return list(rows.exclude(pk=side.pk).values_list("sid", flat=True))


def other_side(call: Call, user: User) -> User:
    return call.host if user.pk == call.caller_id else call.caller


def host_stay(channel: Channel) -> Stay | None:
    """The owner's own stay on the air."""
    return uploaders(channel).filter(user_id=channel.owner_id).first()


def calls(actor: Actor) -> QuerySet[Call]:
    """The person's own calls, on either side; an app's server has those of its channels."""
    if not (actor.pk or isinstance(actor, App)):
        raise LoginRequired()
    mine = Q(caller_id=actor.pk) | Q(host_id=actor.pk) if actor.pk else Q(channel__realm=actor.realm)
    return Call.objects.filter(mine).select_related("channel", "caller", "host").order_by("-id")


def call_for(actor: Actor, call_id: str) -> Call:
    """One of the person's own calls; staff read any."""
    rows = Call.objects.select_related("channel", "caller", "host") if holds(actor, "rooms.view_call") else calls(actor)
    call = rows.filter(call_id=call_id).first()
    if call is None:
        raise NotFound()
    return call


def kept_back(actor: Actor, channel: Channel) -> dict[str, bool]:
    """What of the person's media nobody hears or sees now: a frozen show, the host's hand, a lock on their seat, or a
    rule."""
    if channel.frozen_at:
        return {"audio": True, "video": True}
    gone = access.barred(actor, channel)
    seat = open_seat(channel, actor)
    held = silent(seat) if seat else {}
    back = {"audio": Privilege.AUDIO in gone, "video": Privilege.VIDEO in gone}
    return {kind: back[kind] or held.get(kind, False) for kind in back}


def silent(seat: Seat) -> dict[str, bool]:
    """What of a guest's media nobody hears or sees now: the host's hand, or a lock on the seat."""
    shape = shapes.seat(seat)
    return {"audio": shape["mic_held"], "video": shape["camera_held"]}


def show(channel: Channel) -> dict | None:
    """The show on the air: since when, the most viewers it had, and whether it is being recorded."""
    going_on = Recording.objects.filter(show=OuterRef("pk"), state=RecordingState.RECORDING)
    rows = Broadcast.objects.filter(channel=channel, ended_at=None).annotate(recorded=Exists(going_on))
    return rows.values("started_at", "peak", "recorded").first()


def costs(channels: Iterable[Channel]) -> dict[str, dict[str, int | None]]:
    """Of each (its cid) every price in force there, in one query however many."""
    return prices.of_places((channel.owner_id, channel.cid) for channel in channels)


def whole(channel: Channel, *, here: int | None = None) -> dict:
    """The channel as everybody is shown it, with its viewers (`here`, where they were just counted) and its show."""
    here = viewers(channel) if here is None else here
    return shapes.channel(channel, costs([channel])[channel.cid], viewers=here, show=show(channel))


def shown_to(actor: Actor, channel: Channel) -> dict:
    """The whole channel; its outline for those who may know of it and not watch."""
    if access.may_watch(actor, channel):
        return whole(channel)
    return shapes.outline(channel, costs([channel])[channel.cid], viewers=viewers(channel), show=show(channel))


def snapshot(channel: Channel) -> dict:
    """Everything a page shows of a channel: the frame `room.snapshot` and, as `channel.changed`, every later one."""
    return {
        "channel": whole(channel),
        "uploaders": [shapes.stay(row) for row in uploaders(channel).order_by("id")],
        "seats": shapes.seats(channel, seated(channel)),
    }


def lobby(
    actor: Actor, *, query: str = "", category: str = "", sort: str = "watched", closed: bool = False, **exact: str
) -> QuerySet[Channel]:
    """Channels of the actor's realm that they may know, live ones first; with `closed` also their own that are.
    `exact` are values of columns."""
    own = Q(owner_id=actor.pk, state=ChannelState.CLOSED) if closed and actor.pk else Q(pk=None)
    rows = Channel.objects.filter(_listed(actor) | own, realm=actor.realm, **exact)
    if category in Category.values:
        rows = rows.filter(category=category)
    if query:
        rows = rows.filter(Q(title__icontains=query) | Q(owner__nick__icontains=query) | Q(owner__uid__icontains=query))
    rows = counted(rows).annotate(
        went_live=Coalesce(
            Broadcast.objects.filter(channel=OuterRef("pk")).order_by("-id").values("started_at")[:1],
            F("created_at"),
        ),
    )
    order = ("-watching", "-went_live") if sort == "watched" else ("-went_live",)
    return rows.order_by("-on_air", *order, "-id")


def on_air() -> QuerySet[Channel]:
    """Every show that runs, of all realms, the fullest first; with `began`, when it went live. For staff."""
    began = Broadcast.objects.filter(channel=OuterRef("pk"), ended_at=None).values("started_at")[:1]
    rows = counted(Channel.objects.filter(state__in=ON_AIR)).annotate(began=Subquery(began))
    return rows.order_by("-watching", "-id")


def own(actor: User) -> QuerySet[Channel]:
    """The person's own channels, closed ones included; those on the air first."""
    rows = Channel.objects.filter(owner=actor).exclude(state=ChannelState.DELETED)
    return counted(rows).order_by("-on_air", "-id")


def granted(actor: User) -> list[Channel]:
    """Channels of others in which the person may go on the air."""
    rows = Channel.objects.filter(grants__user=actor).exclude(owner=actor)
    rows = counted(rows.exclude(state__in=GONE)).order_by("-on_air", "-id")
    return [channel for channel in rows if access.may_know(actor, channel)]


def counted(rows: QuerySet[Channel]) -> QuerySet[Channel]:
    """With `on_air` (0 or 1) and `watching` on every row, in the one query: for lists."""
    return rows.select_related("owner", "group").annotate(
        on_air=Case(When(state__in=ON_AIR, then=1), default=0),
        watching=Coalesce(Subquery(_watching(channel=OuterRef("pk")).values("channel").values(n=Count("pk"))), 0),
    )


def _listed(actor: Actor) -> Q:
    """Channels for a list show up for their owner alone; who is on the list follows the address. An app's server is
    shown all that is its own."""
    if isinstance(actor, App):
        return ~Q(state=ChannelState.DELETED)
    public = ~Q(kind__in=SPECIFY_KINDS)
    return ~Q(state__in=GONE) & (public | Q(owner_id=actor.pk) if actor.pk else public)
