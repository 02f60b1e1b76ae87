"""Rules that keep people out or off the air: made, changed, taken back. Whoever is concerned is out at once; the
doors ask `access.barred` ever after."""

from datetime import datetime, timedelta
from ipaddress import ip_address

from django.db.models import Q, QuerySet

from core import audit, clock, ports
from core.actors import SYSTEM, Actor, holds, of_staff, rules
from core.audit import act
from core.errors import BadInput, LoginRequired, NotAllowed, NotFound
from core.models import User
from core.people import person_of
from rooms import access, announce, selectors
from rooms.flows import OPEN
from rooms.models import Ban, Channel, Privilege, Role, Stay
from rooms.services import lock, stays

# The vendor's clamps: whoever asks for more or less gets the nearest.
MINUTES = (1, 1440)
SECONDS = (10, 86_430)
DEFAULT = timedelta(minutes=60)
OFF_AIR = sorted((Privilege.AUDIO, Privilege.VIDEO))
EVERYWHERE = "rooms.change_ban"  # the right of staff to rules about the whole house


@act("ban")
def add(
    *,
    actor: Actor,
    cid: str = "",
    uid: str = "",
    realm: str | None = None,
    ip: str = "",
    time: int | None = None,
    time_in_seconds: int | None = None,
    privileges: list[str] = (Privilege.JOIN,),
    forever: bool = False,
    reason: str = "",
) -> Ban | None:
    """A host rules the own channel, staff everywhere; `realm` is that of `uid`, where it is not the channel's or one's
    own. `time` is in minutes; `time_in_seconds` wins; 0 puts out now and
    leaves no rule (None is answered). Raises BadInput `bad_ban`, `bad_address`, `bad_privilege`, NotAllowed."""
    channel = _ruled(actor, cid)
    if not (cid or uid or ip) or not (channel or uid or of_staff(actor)):  # an address alone is everybody's business
        raise BadInput("bad_ban")
    if not privileges or not set(privileges) <= set(Privilege.values):
        raise BadInput("bad_privilege", choices=Privilege.values)
    now = clock.now()
    near = channel.realm if channel else actor.realm
    user = person_of(near if realm is None else realm, uid, by=actor) if uid else None
    if user and user.pk == actor.pk:
        raise NotAllowed("ban_of_oneself")
    lasts = None if forever else _lasts(time, time_in_seconds)
    facts = {"channel": channel, "user": user, "address": _address(ip), "privileges": sorted(set(privileges))}
    ban = Ban(**facts, reason=reason, created_by=actor if actor.pk else None, created_at=now, updated_at=now)
    ban.until = None if lasts is None else now + lasts
    if lasts != timedelta(0):
        ban.save()
    _put_out(ban, now)
    ports.ask("ban_ruled", ban=ban, verb="add")
    return ban if ban.pk else None


@act("change_ban")
def change(
    *,
    actor: Actor,
    pk: int,
    time: int | None = None,
    time_in_seconds: int | None = None,
    forever: bool = False,
) -> Ban:
    """Another end, counted from now."""
    ban = _one(actor, pk)
    now = clock.now()
    ban.until = None if forever else now + _lasts(time, time_in_seconds)
    ban.updated_at = now
    ban.save(update_fields=["until", "updated_at"])
    ports.ask("ban_ruled", ban=ban, verb="change")
    return ban


@act("lift_ban")
def remove(*, actor: Actor, pk: int) -> None:
    ban = _one(actor, pk)
    ports.ask("ban_ruled", ban=ban, verb="remove")
    ban.delete()


def bar_from_air(channel: Channel, user: User, now: datetime) -> None:
    """Neither heard nor seen there until `give_back_air`. Inside the caller's transaction, with the channel locked."""
    if _off_air(channel, user):
        return
    facts = {"created_at": now, "updated_at": now}
    _put_out(Ban.objects.create(channel=channel, user=user, privileges=OFF_AIR, **facts), now)


def give_back_air(channel: Channel, user: User) -> None:
    Ban.objects.filter(pk__in=[ban.pk for ban in _off_air(channel, user)]).delete()


def _off_air(channel: Channel, user: User) -> list[Ban]:
    rows = Ban.objects.filter(channel=channel, user=user, address=None, until=None)
    return [ban for ban in rows if ban.privileges == OFF_AIR]


def listed(*, actor: Actor, cid: str = "") -> QuerySet[Ban]:
    """Rules in force, newest first: the channel's for its host, all of them for staff, those of its realm for an app's
    server."""
    channel = _ruled(actor, cid)
    rows = Ban.objects.filter(Q(until=None) | Q(until__gt=clock.now())).select_related("channel", "user", "created_by")
    if channel:
        return rows.filter(channel=channel)
    return rows if of_staff(actor) else rows.filter(Q(channel__realm=actor.realm) | Q(user__realm=actor.realm))


def _ruled(actor: Actor, cid: str) -> Channel | None:
    """The channel that the rule is about, or None for one about the whole house."""
    if cid:
        channel = selectors.channel_for(actor, cid)
        access.require_host(actor, channel)
        return channel
    if not rules(actor, actor.realm, EVERYWHERE):
        raise NotAllowed() if actor.pk else LoginRequired()
    audit.by_staff(actor, Ban)
    return None


def _one(actor: Actor, pk: int) -> Ban:
    ban = Ban.objects.select_related("channel", "user").filter(pk=pk).first()
    if ban is None or not (_of_realm(actor, ban) or (ban.channel and access.is_host(actor, ban.channel))):
        raise NotFound()
    audit.by_staff(actor, ban, own=lambda: ban.channel is not None and access.owns(actor, ban.channel))
    return ban


def _of_realm(actor: Actor, ban: Ban) -> bool:
    """Whether it is for those to change who rule all of the realm it is about."""
    return holds(actor, EVERYWHERE) or (ban.user is not None and rules(actor, ban.user.realm, EVERYWHERE))


def _lasts(minutes: int | None, seconds: int | None) -> timedelta:
    if seconds is not None:
        return timedelta(seconds=_clamped(seconds, SECONDS))
    return DEFAULT if minutes is None else timedelta(minutes=_clamped(minutes, MINUTES))


def _clamped(value: int, bounds: tuple[int, int]) -> int:
    return 0 if value == 0 else min(max(value, bounds[0]), bounds[1])


def _address(ip: str) -> str | None:
    try:
        return str(ip_address(ip)) if ip else None
    except ValueError:
        raise BadInput("bad_address") from None


def _put_out(ban: Ban, now: datetime) -> None:
    """Whom it concerns, in every channel it concerns, one channel at a time and in order."""
    concerned = _concerned(ban)
    for cid in concerned.order_by("channel_id").values_list("channel__cid", flat=True).distinct():
        channel = lock.any_channel(cid)
        for stay in _concerned(ban).filter(channel=channel).select_related("user"):
            stay.channel = channel
            _apply(ban, stay, now)
        announce.recheck(channel)
    if ban.user:
        announce.recheck_person(ban.user)
    elif ban.channel:
        announce.recheck(ban.channel)


def _concerned(ban: Ban) -> QuerySet[Stay]:
    rows = Stay.objects.filter(state__in=OPEN).exclude(user__is_staff=True)
    named = {"channel": ban.channel, "user": ban.user, "address": ban.address}
    return rows.filter(**{name: value for name, value in named.items() if value})


def _apply(ban: Ban, stay: Stay, now: datetime) -> None:
    stay.refresh_from_db(fields=["state"])  # an earlier one of theirs may have ended it
    if stay.state not in OPEN:
        return
    if Privilege.JOIN in ban.privileges or (stay.role == Role.UPLOADER and _is_mute(ban)):
        stays.end_now(stay, "banned" if Privilege.JOIN in ban.privileges else "right_taken", now)
        announce.kicked(stay, stay.end_reason)
    elif stay.role == Role.UPLOADER:
        announce.hold_back(stay, selectors.kept_back(stay.user or SYSTEM, stay.channel))


def _is_mute(ban: Ban) -> bool:
    """Neither heard nor seen is off the air."""
    return {Privilege.AUDIO, Privilege.VIDEO} <= set(ban.privileges)
