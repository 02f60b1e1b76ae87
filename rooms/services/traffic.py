"""Bytes that were sent to people, and the gigabytes of a show that its channel's owner pays for.

A gigabyte (10^9 bytes) of a show is charged when it begins, like a minute, under the price at which the show began.
Nobody is cut for it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Max, QuerySet

from billing import ledger, minutes
from billing.minutes import Due
from billing.models import Outcome, TransferKind, What
from core import bulk, clock
from rooms import announce
from rooms.models import Broadcast, Channel, Reading, Stay
from rooms.services import lock
from rooms.services.rounds import Round

GIGABYTE = 10**9
AT_ONCE = 500  # counters read in one transaction
FORGET = timedelta(hours=1)  # after which nobody can come with an older reading of a handle that is gone
MOST = 100  # gigabytes of a show in one transaction


def add_bytes(more: Iterable[tuple[Stay, int]], now: datetime) -> None:
    """To each stay, and to its channel's show: the one that runs, else the last. Inside the caller's transaction, with
    the channels locked."""
    of_stay, of_channel = Counter(), Counter()
    for stay, count in more:
        of_stay[stay.pk] += max(count, 0)
        of_channel[stay.channel_id] += max(count, 0)
    bulk.write(Stay, ["bytes"], of_stay.items(), add=True)
    shows = list(_last_shows(of_channel))
    for show in shows:
        show.bytes += of_channel[show.channel_id]
        if show.next_gigabyte_at is None and _begun(show) > show.gigabytes:
            show.next_gigabyte_at = now
    facts = [(show.pk, show.bytes, show.next_gigabyte_at) for show in shows]
    bulk.write(Broadcast, ["bytes", "next_gigabyte_at"], facts)


def _last_shows(channels: Iterable[int]) -> QuerySet[Broadcast]:
    last = Broadcast.objects.filter(channel__in=list(channels)).order_by().values("channel").annotate(last=Max("pk"))
    return Broadcast.objects.filter(pk__in=last.values("last"))


def _begun(show: Broadcast) -> int:
    """Gigabytes that have begun and cost something."""
    return -(-show.bytes // GIGABYTE) if show.gigabyte else 0


def read(counters: dict[int, tuple[str, int]]) -> None:
    """What the engine's counters say: handle -> the stay (its sid) and the bytes sent on it since it was made. Only
    what was not read before is added, whoever reads and however late; a channel that is busy is read the next time."""
    rest = iter(counters.items())
    while some := dict(islice(rest, AT_ONCE)):
        _read_some(some)
    _forget(set(counters))


@transaction.atomic
def _read_some(counters: dict[int, tuple[str, int]]) -> None:
    known = Stay.objects.filter(sid__in={sid for sid, _ in counters.values()})
    free = lock.free(set(known.values_list("channel_id", flat=True)))
    stays = {stay.sid: stay for stay in known.filter(channel_id__in=free)}
    here = {handle: (stays[sid], count) for handle, (sid, count) in counters.items() if sid in stays}
    before = dict(Reading.objects.filter(handle__in=here).values_list("handle", "bytes"))
    now, more, rows = clock.now(), [], []
    for handle, (stay, count) in here.items():
        was = before.get(handle, 0)
        more.append((stay, count - was))
        rows.append(Reading(handle=handle, stay=stay, bytes=max(count, was), read_at=now))
    add_bytes(more, now)
    facts = {"update_fields": ["bytes", "read_at"], "unique_fields": ["handle"]}
    Reading.objects.bulk_create(rows, update_conflicts=True, **facts)


def _forget(there: set[int]) -> None:
    old = Reading.objects.filter(read_at__lt=clock.now() - FORGET).values_list("handle", flat=True)
    gone = sorted(set(old) - there)[:AT_ONCE]
    if gone:
        Reading.objects.filter(handle__in=gone).delete()


def charge_due() -> int:
    """Settles every gigabyte that has begun. Answers how many rows were written."""
    return ROUND.run()


def settle(shows: list[Broadcast], channels: dict[int, Channel], now: datetime) -> int:
    """Inside the caller's transaction, with the channels locked."""
    for show in shows:
        show.channel = channels[show.channel_id]
    accounts = ledger.accounts_of({channel.owner_id for channel in channels.values()})
    dues = {show.pk: list(_dues(show, accounts[show.channel.owner_id])) for show in shows}
    settled = minutes.settle([due for some in dues.values() for due in some], now)
    for show in shows:
        show.gigabytes += len(dues[show.pk])
        show.next_gigabyte_at = show.next_gigabyte_at if _begun(show) > show.gigabytes else None
    facts = [(show.pk, show.gigabytes, show.next_gigabyte_at) for show in shows]
    bulk.write(Broadcast, ["gigabytes", "next_gigabyte_at"], facts)
    paid = (due for some in dues.values() for due in some if settled.outcomes.get(due.key) == Outcome.CHARGED)
    owners = {account: owner for owner, account in accounts.items()}
    announce.traffic_charged({owners[due.payer]: settled.balances[due.payer] for due in paid})
    return len(settled.outcomes)


def _dues(show: Broadcast, payer: int) -> Iterator[Due]:
    for number in range(show.gigabytes, min(_begun(show), show.gigabytes + MOST)):
        yield Due(
            key=f"{TransferKind.TRAFFIC}:{show.pk}:{number}",
            kind=TransferKind.TRAFFIC,
            subject=show.channel.cid,
            began_at=show.next_gigabyte_at,
            payer=payer,
            price=show.gigabyte,
        )


def _charged() -> QuerySet[Broadcast]:
    return Broadcast.objects.filter(next_gigabyte_at__isnull=False)


def _name(show: Broadcast) -> str:
    return str(show.pk)


ROUND = Round(What.TRAFFIC, _charged, "next_gigabyte_at", _name, settle)
