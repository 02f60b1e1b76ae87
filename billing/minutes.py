"""Minutes: each one that is due ends in exactly one row, charged, insufficient or waived.

Whoever asks (a beat, two beats, a retried event, the last settlement) calls `settle`, thousands at a time, inside the
transaction that also moves whatever the minutes belong to. What makes a second charge impossible is the unique key of
the row: only those rows that this settlement itself inserted are paid for."""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from billing.ledger import INCOME, house
from billing.models import Account, Audit, Minute, Outcome, Transfer
from core import bulk
from core.bulk import AT_ONCE


@dataclass(frozen=True)
class Due:
    """One due minute. `price` is split: `share` per cent to `host` (an account's pk), the rest, with what a whole
    number leaves over, to the house. `waive` says why nothing is taken. `forgiving`: too few coins waive the minute
    instead of ending anything, for minutes that are late by our fault."""

    key: str
    kind: str
    subject: str
    began_at: datetime
    payer: int | None
    price: int
    host: int | None = None
    share: int = 0
    waive: str = ""
    forgiving: bool = False


@dataclass
class Settled:
    outcomes: dict[str, str] = field(default_factory=dict)  # by key; of those that this settlement wrote
    balances: dict[int, int] = field(default_factory=dict)  # of the payers, afterwards, by account


def halted() -> bool:
    """An audit found a difference and staff have not cleared it."""
    return Audit.objects.filter(passed=False, cleared_at=None).exists()


def settle(dues: Iterable[Due], now: datetime) -> Settled:
    """Inside the caller's transaction, oldest minute first."""
    dues = sorted(dues, key=lambda due: (due.began_at, due.key))
    income = house(INCOME)
    balances = _lock({pk for due in dues for pk in (due.payer, due.host) if pk} | {income.pk})
    rows = _decide(dues, dict(balances), now)
    written = _insert(rows)
    paid = [due for due in dues if written.get(due.key) == Outcome.CHARGED]
    _pay(paid, income.pk, now)
    moved = defaultdict(int, balances)
    for due in paid:
        moved[due.payer] -= due.price
    return Settled(written, {due.payer: moved[due.payer] for due in dues if due.payer})


def _lock(pks: set[int]) -> dict[int, int]:
    """Balances, held until the transaction ends; always in the same order, so that settlements cannot cross."""
    rows = Account.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    return dict(rows.values_list("pk", "balance"))


def _decide(dues: list[Due], balances: dict[int, int], now: datetime) -> list[Minute]:
    batch, rows = secrets.token_hex(8), []
    for due in dues:
        outcome, reason = _outcome(due, balances)
        amount = due.price if outcome == Outcome.CHARGED else 0
        if amount:
            balances[due.payer] -= amount
        rows.append(
            Minute(
                key=due.key,
                payer_id=due.payer,
                kind=due.kind,
                subject=due.subject,
                outcome=outcome,
                amount=amount,
                reason=reason,
                batch=batch,
                began_at=due.began_at,
                created_at=now,
            )
        )
    return rows


def _outcome(due: Due, balances: dict[int, int]) -> tuple[str, str]:
    if due.waive:
        return Outcome.WAIVED, due.waive
    if due.payer is None:
        return Outcome.INSUFFICIENT, "nobody_pays"
    if balances[due.payer] >= due.price:
        return Outcome.CHARGED, ""
    return (Outcome.WAIVED, "late_and_short") if due.forgiving else (Outcome.INSUFFICIENT, "")


def _insert(rows: list[Minute]) -> dict[str, str]:
    """What this settlement wrote; a key that was there already is somebody else's."""
    written = {}
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        Minute.objects.bulk_create(some, ignore_conflicts=True)
        mine = Minute.objects.filter(batch=some[0].batch, key__in=[row.key for row in some])
        written |= dict(mine.values_list("key", "outcome"))
    return written


def _pay(paid: list[Due], income: int, now: datetime) -> None:
    transfers, change = [], defaultdict(int)
    for due in paid:
        to_host = due.price * due.share // 100 if due.host else 0
        parts = (("host", due.host, to_host), ("house", income, due.price - to_host))
        for name, target, amount in parts:
            if amount:
                change[due.payer] -= amount
                change[target] += amount
                transfers.append(_transfer(due, name, target, amount, now))
    Transfer.objects.bulk_create(transfers, batch_size=AT_ONCE)
    # The database refuses any balance that would be below zero, and with it the whole settlement.
    bulk.write(Account, ["balance"], ((pk, amount) for pk, amount in change.items() if amount), add=True)


def _transfer(due: Due, part: str, target: int, amount: int, now: datetime) -> Transfer:
    return Transfer(
        key=f"{due.key}:{part}",
        source_id=due.payer,
        target_id=target,
        amount=amount,
        kind=due.kind,
        memo=due.subject,
        created_at=now,
    )
