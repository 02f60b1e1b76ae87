"""What a stay costs, minute by minute.

A minute is charged at its start, by the database's clock, under the terms that the stay was begun with. The beat is a
nudge and not a clock: `charge_due` settles whatever is due, so a late, doubled or repeated beat changes nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import attrgetter

from django.db.models import QuerySet

from billing import ledger, minutes
from billing.minutes import Due, Settled
from billing.models import Outcome, What
from core import bulk
from rooms import announce
from rooms.flows import LEASE, OPEN, ChannelState, StayState
from rooms.models import Channel, Role, Stay
from rooms.services import stays
from rooms.services.rounds import Round
from rooms.services.terms import KINDS

MINUTE = timedelta(seconds=60)
FREEZE = 10  # minutes that may be charged after they were due


def charge_due() -> int:
    """Settles every due minute of every stay. Answers how many rows were written."""
    return ROUND.run()


def settle(rows: list[Stay], channels: dict[int, Channel], now: datetime) -> int:
    """Inside the caller's transaction, with the channels locked."""
    for stay in rows:
        stay.channel = channels[stay.channel_id]
    on_air = _people_on_air(channels)
    accounts = ledger.accounts_of({stay.user_id for stay in rows} | {channel.owner_id for channel in channels.values()})
    dues = {stay.pk: list(_dues(stay, now, on_air, accounts)) for stay in rows}
    settled = minutes.settle([due for some in dues.values() for due in some], now)
    for stay in rows:
        stay.minutes += len(dues[stay.pk])
        stay.next_minute_at = _next(stay, now)
    bulk.write(Stay, ["minutes", "next_minute_at"], [(stay.pk, stay.minutes, stay.next_minute_at) for stay in rows])
    _follow_up(rows, dues, settled, now)
    return len(settled.outcomes)


def _next(stay: Stay, now: datetime) -> datetime | None:
    begin = stay.metered_from + stay.minutes * MINUTE
    return None if stay.ended_at and begin >= stay.ended_at else begin


def _dues(stay: Stay, now: datetime, on_air: set[tuple[int, str]], accounts: dict[int, int]) -> Iterator[Due]:
    """Oldest first; of those that are late, at most the first FREEZE are charged."""
    until = min(now, stay.ended_at - timedelta(microseconds=1)) if stay.ended_at else now
    last = (until - stay.metered_from) // MINUTE
    kind = KINDS[stay.role]
    for number in range(stay.minutes, last + 1):
        began_at = stay.metered_from + number * MINUTE
        late = began_at + MINUTE <= now
        yield Due(
            key=f"{kind}:{stay.sid}:{number}",
            kind=kind,
            subject=stay.sid,
            began_at=began_at,
            payer=accounts.get(stay.user_id),
            price=stay.price,
            host=accounts[stay.channel.owner_id] if stay.share else None,
            share=stay.share,
            waive="outage" if late and number - stay.minutes >= FREEZE else _waived(stay, began_at, on_air, late),
            forgiving=late,
        )


def _waived(stay: Stay, began_at: datetime, on_air: set[tuple[int, str]], late: bool) -> str:
    """Why nothing is taken for a minute that began then, or "". The lease speaks for the present minute of a stay that
    is up; any other needs a sign of life from after its beginning."""
    if stay.role == Role.VIEWER and (stay.channel_id, stay.person) in on_air:
        return "on_air"
    leased = stay.state == StayState.UP and not late
    seen = stay.last_seen + LEASE if leased else stay.last_seen
    if not _was(stay, StayState.UP, began_at) or seen < began_at:
        return "not_here"
    if stay.role == Role.VIEWER and not _was(stay.channel, ChannelState.LIVE, began_at):
        return "off_air"
    return ""


def _was(row: Stay | Channel, state: str, then: datetime) -> bool:
    """Whether the row was in the state then, as far as is known: what it was before it came into its present state is
    taken to be the state asked for, unless it is in that state since."""
    if row.state == state:
        return row.since is None or row.since <= then
    return row.since is not None and row.since > then


def _people_on_air(channels: dict[int, Channel]) -> set[tuple[int, str]]:
    up = Stay.objects.filter(channel_id__in=channels, role=Role.UPLOADER, state=StayState.UP)
    return set(up.values_list("channel_id", "person"))


def _follow_up(rows: list[Stay], dues: dict[int, list[Due]], settled: Settled, now: datetime) -> None:
    """The end, where the coins are; else how far they reach."""
    charged = []
    for stay in rows:
        outcomes = [settled.outcomes.get(due.key) for due in dues[stay.pk]]
        if Outcome.INSUFFICIENT in outcomes and stay.state in OPEN:
            _end(stay, "no_balance" if stay.user else "preview_over", now)
        if Outcome.CHARGED in outcomes:
            charged.append((stay, settled.balances[dues[stay.pk][-1].payer]))
    announce.minutes_charged(charged)


def _end(stay: Stay, reason: str, now: datetime) -> None:
    stays.end_now(stay, reason, now)
    announce.kicked(stay, reason)


def _metered() -> QuerySet[Stay]:
    return Stay.objects.filter(next_minute_at__isnull=False).select_related("user")


ROUND = Round(What.MINUTES, _metered, "next_minute_at", attrgetter("sid"), settle)
