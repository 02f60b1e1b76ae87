"""Minutes of whatever lasts: a stay, a call. What is metered has `price`, `share`, `metered_from`, `minutes` (settled
so far), `next_minute_at`, `ended_at` and a channel whose owner gets the share.

A minute is charged at its start, by the database's clock, under the terms that the row was begun with. The beat is a
nudge and not a clock: a round settles whatever is due, so a late, doubled or repeated beat changes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Model

from billing import ledger, minutes
from billing.minutes import Due, Settled
from billing.models import Outcome
from core import bulk
from rooms import announce
from rooms.announce import Spent
from rooms.models import Channel

MINUTE = timedelta(seconds=60)
FREEZE = 10  # minutes that may be charged after they were due

# Why nothing is taken for a minute that began then, or "": `(row, began_at, late) -> reason`.
Waiver = Callable[[Model, datetime, bool], str]


@dataclass(frozen=True)
class Meter:
    """`kind` and `name` of a row make the key of its minutes; `payer` is a user's pk or None; `waiver` is made once for
    a batch; `cut` ends a row whose payer's coins are out, unless it is over already."""

    model: type[Model]
    kind: Callable[[Model], str]
    name: Callable[[Model], str]
    payer: Callable[[Model], int | None]
    waiver: Callable[[list, dict[int, Channel]], Waiver]
    cut: Callable[[Model, datetime], None]

    def settle(self, rows: list, channels: dict[int, Channel], now: datetime) -> int:
        """Inside the caller's transaction, with the channels locked. Answers how many minutes were written."""
        for row in rows:
            row.channel = channels[row.channel_id]
        owners = {channel.owner_id for channel in channels.values()}
        accounts = ledger.accounts_of({self.payer(row) for row in rows} | owners)
        waiver = self.waiver(rows, channels)
        dues = {row.pk: list(self._dues(row, now, waiver, accounts)) for row in rows}
        settled = minutes.settle([due for some in dues.values() for due in some], now)
        for row in rows:
            row.minutes += len(dues[row.pk])
            row.next_minute_at = _next(row)
        facts = [(row.pk, row.minutes, row.next_minute_at) for row in rows]
        bulk.write(self.model, ["minutes", "next_minute_at"], facts)
        self._follow_up(rows, dues, settled, now)
        return len(settled.outcomes)

    def _dues(self, row: Model, now: datetime, waiver: Waiver, accounts: dict[int, int]) -> Iterator[Due]:
        """Oldest first; of those that are late, at most the first FREEZE are charged."""
        until = min(now, row.ended_at - timedelta(microseconds=1)) if row.ended_at else now
        last = (until - row.metered_from) // MINUTE
        kind, name = self.kind(row), self.name(row)
        for number in range(row.minutes, last + 1):
            began_at = row.metered_from + number * MINUTE
            late = began_at + MINUTE <= now
            yield Due(
                key=f"{kind}:{name}:{number}",
                kind=kind,
                subject=name,
                began_at=began_at,
                payer=accounts.get(self.payer(row)),
                price=row.price,
                host=accounts[row.channel.owner_id] if row.share else None,
                share=row.share,
                waive="outage" if late and number - row.minutes >= FREEZE else waiver(row, began_at, late),
                forgiving=late,
            )

    def _follow_up(self, rows: list, dues: dict[int, list[Due]], settled: Settled, now: datetime) -> None:
        """The end, where the coins are; else how far they reach."""
        charged = []
        for row in rows:
            outcomes = [settled.outcomes.get(due.key) for due in dues[row.pk]]
            if Outcome.INSUFFICIENT in outcomes:
                self.cut(row, now)
            if Outcome.CHARGED in outcomes:
                balance = settled.balances[dues[row.pk][-1].payer]
                role = getattr(row, "role", self.kind(row))
                charged.append(Spent(self.payer(row), row.channel.cid, role, row.price, row.minutes, balance))
        announce.minutes_charged(charged)


def _next(row: Model) -> datetime | None:
    begin = row.metered_from + row.minutes * MINUTE
    return None if row.ended_at and begin >= row.ended_at else begin


def was(row: Model, state: str, then: datetime) -> bool:
    """Whether the row was in the state then, as far as is known: what it was before it came into its present state is
    taken to be the state asked for, unless it is in that state since."""
    if row.state == state:
        return row.since is None or row.since <= then
    return row.since is not None and row.since > then
