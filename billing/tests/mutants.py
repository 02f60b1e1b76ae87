"""Metering as it is usually written. Each of these passes a plain test, and each loses or doubles coins one day: the
checks must find it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from django.db import transaction

from billing import minutes
from billing.ledger import INCOME, house
from billing.minutes import Due
from billing.models import Account, Minute, Outcome, Transfer

Hook = Callable[[], object]


def nothing() -> None:
    """Where a test has no accident in mind."""


def settle_per_call(dues: Iterable[Due], now: datetime) -> None:
    """No key that is unique to the minute: each call charges."""
    minutes.settle([replace(due, key=f"{due.key}:{token_hex(4)}") for due in dues], now)


def settle_select_check_write(dues: Iterable[Due], now: datetime, meanwhile: Hook = nothing) -> None:
    """Balances are read, thought about, and written."""
    for due in dues:
        payer, income = Account.objects.get(pk=due.payer), house(INCOME)
        meanwhile()
        if payer.balance < due.price:
            continue
        with transaction.atomic():
            _write(due, income, now)
            Account.objects.filter(pk=payer.pk).update(balance=payer.balance - due.price)
            Account.objects.filter(pk=income.pk).update(balance=income.balance + due.price)


def settle_in_two_transactions(dues: Iterable[Due], now: datetime, meanwhile: Hook = nothing) -> None:
    """First that it was charged, then the coins."""
    for due in dues:
        with transaction.atomic():
            _minute(due, now)
        meanwhile()
        with transaction.atomic():
            income = house(INCOME)
            _transfer(due, income, now)
            payer = Account.objects.get(pk=due.payer)
            Account.objects.filter(pk=payer.pk).update(balance=payer.balance - due.price)
            Account.objects.filter(pk=income.pk).update(balance=income.balance + due.price)


def settle_and_tell(dues: Iterable[Due], now: datetime, tell: Callable[[str], None], meanwhile: Hook = nothing) -> None:
    """Tells the payer before the transaction is through."""
    with transaction.atomic():
        for key in minutes.settle(dues, now).outcomes:
            tell(key)
        meanwhile()


def clock_of_a_worker(ahead: timedelta) -> Callable[[], datetime]:
    """For core.clock.now: the machine's own time instead of the database's."""
    return lambda: datetime.now(UTC) + ahead


def _write(due: Due, income: Account, now: datetime) -> None:
    _minute(due, now)
    _transfer(due, income, now)


def _minute(due: Due, now: datetime) -> None:
    facts = {"key": due.key, "kind": due.kind, "subject": due.subject, "payer_id": due.payer, "amount": due.price}
    Minute.objects.create(outcome=Outcome.CHARGED, began_at=due.began_at, created_at=now, **facts)


def _transfer(due: Due, income: Account, now: datetime) -> None:
    facts = {"key": f"{due.key}:house", "kind": due.kind, "amount": due.price, "created_at": now}
    Transfer.objects.create(source_id=due.payer, target=income, **facts)
