"""The one function that moves coins."""

from django.db import transaction
from django.db.models import F

from billing.models import Account, Transfer
from core.errors import BadInput, InsufficientBalance
from core.models import User


def account_of(user: User) -> Account:
    return Account.objects.get_or_create(owner=user)[0]


def house(name: str) -> Account:
    """An account of the house; it may go below zero, since coins enter the system through it."""
    return Account.objects.get_or_create(owner=None, name=name)[0]


@transaction.atomic
def transfer(*, key: str, source: Account, target: Account, amount: int, kind: str, memo: str = "") -> Transfer:
    """Moves `amount` whole coins, once: the same `key` again answers the first transfer and moves nothing.

    Raises InsufficientBalance where a person's account would go below zero."""
    if type(amount) is not int or amount <= 0:
        raise BadInput("bad_amount")
    facts = {"source": source, "target": target, "amount": amount, "kind": kind, "memo": memo}
    row, made = Transfer.objects.get_or_create(key=key, defaults=facts)
    if not made:
        return row
    payer = Account.objects.filter(pk=source.pk)
    if source.owner_id:
        payer = payer.filter(balance__gte=amount)
    if not payer.update(balance=F("balance") - amount):
        raise InsufficientBalance(needed=amount)
    Account.objects.filter(pk=target.pk).update(balance=F("balance") + amount)
    return row
