"""The one function that moves coins, and the accounts it moves them between."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from billing.models import Account, Holder, Transfer, TransferKind
from core import clock
from core.errors import BadInput, IllegalMove, InsufficientBalance, KeyReused
from core.models import User

MOST = 10**12  # coins in one transfer
BANK, INCOME, HELD = "bank", "income", "held"  # coins enter and leave here; what the house earned; payouts asked for


def account_of(user: User) -> Account:
    return Account.objects.get_or_create(owner=user, defaults={"holder": Holder.PERSON})[0]


def accounts_of(users: Iterable[int | None]) -> dict[int, int]:
    """The account (its pk) of each person (theirs), made where there was none, in two queries however many."""
    wanted = {user for user in users if user}
    known = dict(Account.objects.filter(owner_id__in=wanted).values_list("owner_id", "pk"))
    if missing := wanted - known.keys():
        new = [Account(owner_id=user, holder=Holder.PERSON) for user in sorted(missing)]  # one order, as for locks
        Account.objects.bulk_create(new, ignore_conflicts=True)
        known |= dict(Account.objects.filter(owner_id__in=missing).values_list("owner_id", "pk"))
    return known


def app_account(realm: str) -> Account:
    """What an app may spend on its people. Funded by staff; never below zero."""
    return Account.objects.get_or_create(holder=Holder.APP, realm=realm)[0]


def house(name: str) -> Account:
    """An account of the house; it may go below zero, since coins enter the system through it."""
    return Account.objects.get_or_create(holder=Holder.HOUSE, name=name)[0]


def amount_of(value: object) -> int:
    """Whole coins, more than none. Raises BadInput `bad_amount`."""
    if type(value) is not int or not 0 < value <= MOST:
        raise BadInput("bad_amount", most=MOST)
    return value


def lock(*accounts: Account) -> None:
    """Always in the same order, so that two transfers which cross cannot wait for one another."""
    pks = sorted({account.pk for account in accounts})
    list(Account.objects.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk"))


@transaction.atomic
def transfer(
    *,
    key: str,
    source: Account,
    target: Account,
    amount: int,
    kind: str,
    memo: str = "",
    reverses: Transfer | None = None,
) -> Transfer:
    """Moves `amount` whole coins, once: the same `key` again answers the first transfer and moves nothing.

    Raises BadInput `bad_amount`; InsufficientBalance where an account that may not would go below zero; KeyReused
    where the key stands for another transfer."""
    amount_of(amount)
    lock(source, target)
    facts = {"source": source, "target": target, "amount": amount, "kind": kind}
    more = {"memo": memo[:200], "reverses": reverses, "created_at": clock.now()}
    row, made = Transfer.objects.get_or_create(key=key, defaults={**facts, **more})
    if not made:
        if any(getattr(row, name) != value for name, value in facts.items()):
            raise KeyReused()
        return row
    payer = Account.objects.filter(pk=source.pk)
    if source.holder != Holder.HOUSE:
        payer = payer.filter(balance__gte=amount)
    if not payer.update(balance=F("balance") - amount):
        raise InsufficientBalance(needed=amount, balance=Account.objects.get(pk=source.pk).balance)
    Account.objects.filter(pk=target.pk).update(balance=F("balance") + amount)
    return row


def reverse(*, row: Transfer, memo: str = "") -> Transfer:
    """The opposite transfer, once for each. Raises IllegalMove for a reversal, InsufficientBalance where what was
    received is spent already."""
    if row.kind == TransferKind.REVERSAL:
        raise IllegalMove("is_a_reversal")
    return transfer(
        key=f"reversal:{row.pk}",
        source=row.target,
        target=row.source,
        amount=row.amount,
        kind=TransferKind.REVERSAL,
        memo=memo,
        reverses=row,
    )
