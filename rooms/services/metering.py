"""What is metered: stays of viewers and of people on the air, and private calls. How is in meter.py."""

import logging
from datetime import datetime
from operator import attrgetter

from django.db import transaction
from django.db.models import QuerySet

from billing import minutes
from billing.models import PriceKind, What
from rooms import announce
from rooms.flows import LEASE, OPEN, TOGETHER, CallState, ChannelState, StayState
from rooms.models import Call, Channel, Role, Stay
from rooms.services import calling, stays
from rooms.services.meter import Meter, Waiver, was
from rooms.services.rounds import NOT_THERE, Round
from rooms.services.terms import KINDS

log = logging.getLogger(__name__)


def charge_due() -> int:
    """Settles every due minute of every stay and call. Answers how many rows were written."""
    return STAYS.run() + CALLS.run()


def charge(stay: Stay, now: datetime) -> None:
    """Settles what is due of this one stay, as the round does. Inside the caller's transaction, with its channel
    locked. What cannot be settled is left to the round, which raises the alarm."""
    row = _metered_stays().filter(pk=stay.pk, next_minute_at__lte=now).first()
    if row is None or minutes.halted():
        return
    channel = Channel.objects.select_related("owner").get(pk=stay.channel_id)
    try:
        with transaction.atomic():
            STAY_METER.settle([row], {channel.pk: channel}, now)
    except NOT_THERE:
        raise
    except Exception:
        log.exception("stay %s could not be settled", stay.sid)


def _of_stays(rows: list[Stay], channels: dict[int, Channel]) -> Waiver:
    on_air = _people_on_air(channels)

    def waived(stay: Stay, began_at: datetime, late: bool) -> str:
        """The lease speaks for the present minute of a stay that is up; any other needs a sign of life from after its
        beginning. Without a lease it lasts until somebody says otherwise."""
        watches = stay.role == Role.VIEWER
        if watches and (stay.channel_id, stay.person) in on_air:
            return "on_air"
        if not was(stay, StayState.UP, began_at) or not _served(stay, began_at, late):
            return "not_here"
        if stay.channel.frozen_at and stay.channel.frozen_at <= began_at:
            return "frozen"
        if stay.channel.state == ChannelState.AWAY and stay.channel.since <= began_at:
            return "away"
        return "off_air" if watches and not was(stay.channel, ChannelState.LIVE, began_at) else ""

    return waived


def _served(stay: Stay, began_at: datetime, late: bool) -> bool:
    up, serves = stay.state == StayState.UP, stay.serves
    if up and serves is None:
        return True
    return (stay.last_seen + serves if up and not late else stay.last_seen) >= began_at


def _people_on_air(channels: dict[int, Channel]) -> set[tuple[int, str]]:
    up = Stay.objects.filter(channel_id__in=channels, role=Role.UPLOADER, state=StayState.UP)
    return set(up.values_list("channel_id", "person"))


def _end_stay(stay: Stay, now: datetime) -> None:
    if stay.state in OPEN:
        reason = "no_balance" if stay.user else "preview_over"
        stays.end_now(stay, reason, now)
        announce.kicked(stay, reason)


def _of_calls(rows: list[Call], channels: dict[int, Channel]) -> Waiver:
    since = min(call.created_at for call in rows)
    sides = Stay.objects.filter(channel_id__in=channels, role=Role.CALL, started_at__gte=since).order_by("id")
    seen = {(channel, user): at for channel, user, at in sides.values_list("channel_id", "user_id", "last_seen")}

    def waived(call: Call, began_at: datetime, late: bool) -> str:
        """While one of the two is not there nothing is taken."""
        if call.state == CallState.BROKEN and call.since <= began_at:
            return "broken"
        both = min(seen[call.channel_id, user] for user in (call.caller_id, call.host_id))
        leased = call.state == CallState.TALKING and not late
        return "" if (both + LEASE if leased else both) >= began_at else "not_here"

    return waived


def _end_call(call: Call, now: datetime) -> None:
    if call.state in TOGETHER:
        calling.finish(call, "hang_up", "no_balance", now)


def _metered_stays() -> QuerySet[Stay]:
    return Stay.objects.filter(next_minute_at__isnull=False).select_related("user")


def _metered_calls() -> QuerySet[Call]:
    return Call.objects.filter(next_minute_at__isnull=False).select_related("caller", "host")


STAY_METER = Meter(Stay, lambda stay: KINDS[stay.role], attrgetter("sid"), attrgetter("user_id"), _of_stays, _end_stay)
CALL_METER = Meter(
    Call, lambda call: PriceKind.CALL, attrgetter("call_id"), attrgetter("caller_id"), _of_calls, _end_call
)
STAYS = Round(What.MINUTES, _metered_stays, "next_minute_at", STAY_METER.name, STAY_METER.settle)
CALLS = Round(What.MINUTES, _metered_calls, "next_minute_at", CALL_METER.name, CALL_METER.settle)
