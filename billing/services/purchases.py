"""Coin packs, bought through a payment provider. The provider is a small class that settings name; what it says is
believed only after it verified it (`provider.heard`)."""

from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from billing import announce
from billing.ledger import BANK, account_of, house, transfer
from billing.models import CoinPack, Purchase, PurchaseState, TransferKind
from core import clock
from core.errors import BadInput, LoginRequired, NotFound, Unavailable
from core.models import User


@dataclass(frozen=True)
class Begun:
    """`reference` is the provider's name for it, `url` where the person pays."""

    reference: str
    url: str


@dataclass(frozen=True)
class Heard:
    """A verified word of the provider."""

    reference: str
    paid: bool
    price: int
    currency: str


class Provider(Protocol):
    name: str

    def begin(self, purchase: Purchase, back: str) -> Begun:
        """Raises Unavailable where the provider cannot be reached. `back` is our page to return to."""

    def heard(self, body: bytes, headers: dict[str, str]) -> Heard | None:
        """What a call from the provider says; None where it concerns nothing here. Raises BadInput `bad_signature`."""


@cache
def provider() -> Provider | None:
    """The one that settings name, or None: nothing can be bought."""
    return import_string(settings.PAYMENT_PROVIDER)() if settings.PAYMENT_PROVIDER else None


def offered() -> list[CoinPack]:
    return list(CoinPack.objects.filter(active=True)) if provider() else []


def buy(*, actor: User, pack: int, back: str) -> tuple[Purchase, str]:
    """Begins a purchase; answers where the person pays. Raises NotFound, LoginRequired, Unavailable."""
    if not actor.pk:
        raise LoginRequired()
    chosen = next((row for row in offered() if row.pk == pack), None)
    if chosen is None:
        raise NotFound("unknown_pack") if provider() else Unavailable("nothing_for_sale")
    row = Purchase.objects.create(
        user=actor,
        provider=provider().name,
        coins=chosen.coins,
        price=chosen.price,
        currency=chosen.currency,
        created_at=clock.now(),
    )
    begun = provider().begin(row, back)  # outside any transaction: it speaks to the outside
    Purchase.objects.filter(pk=row.pk).update(reference=begun.reference)
    row.reference = begun.reference
    return row, begun.url


def hear(*, body: bytes, headers: dict[str, str]) -> None:
    """The provider's call. Heard twice is harmless. Raises BadInput."""
    if provider() is None:
        raise NotFound()
    word = provider().heard(body, headers)
    if word:
        settle(word=word)


@transaction.atomic
def settle(*, word: Heard) -> Purchase:
    """Raises NotFound for what was never begun here, BadInput `wrong_price`."""
    row = Purchase.objects.filter(provider=provider().name, reference=word.reference).first()
    if row is None:
        raise NotFound()
    if not word.paid:
        _move(row, PurchaseState.FAILED)
        return row
    if (word.price, word.currency.upper()) != (row.price, row.currency.upper()):
        raise BadInput("wrong_price")
    if _move(row, PurchaseState.PAID):
        paid = transfer(
            key=f"purchase:{row.pk}",
            source=house(BANK),
            target=account_of(row.user),
            amount=row.coins,
            kind=TransferKind.PURCHASE,
            memo=row.reference,
        )
        announce.moved(paid)
    return row


def _move(row: Purchase, state: str) -> bool:
    unpaid = Purchase.objects.filter(pk=row.pk).exclude(state=PurchaseState.PAID)
    moved = unpaid.exclude(state=state).update(state=state, settled_at=clock.now())
    row.refresh_from_db()
    return bool(moved)
