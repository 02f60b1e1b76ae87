"""Coin packs, bought through a payment provider. The provider is a small class that settings name; what it says is
believed only after it verified it (`provider.heard`)."""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from billing import announce
from billing.ledger import BANK, account_of, house, transfer
from billing.models import CoinPack, Purchase, PurchaseState, TransferKind
from core import clock
from core.actors import Actor
from core.errors import BadInput, KeyReused, LoginRequired, NotFound, Unavailable
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
        """The same purchase begun again is the same. `back` is our page to return to. Raises Unavailable where the
        provider cannot be reached."""

    def heard(self, body: bytes, headers: dict[str, str]) -> Heard | None:
        """What a call from the provider says; None where it concerns nothing here. Raises BadInput `bad_signature`."""


def provider() -> Provider | None:
    """The one that settings name, or None: nothing can be bought."""
    name = settings.PAYMENT_PROVIDER
    return import_string(settings.PAYMENT_PROVIDERS[name])() if name else None


def offered() -> list[CoinPack]:
    return list(CoinPack.objects.filter(active=True)) if provider() else []


def buy(*, actor: Actor, pack: int, back: str, key: str | None = None) -> tuple[Purchase, str]:
    """Begins a purchase, once for a `key`; answers where the person pays. Raises NotFound `unknown_pack`,
    LoginRequired, KeyReused, Unavailable."""
    if not actor.pk:
        raise LoginRequired()
    chosen = next((row for row in offered() if type(pack) is int and row.pk == pack), None)
    if chosen is None:
        raise NotFound("unknown_pack") if provider() else Unavailable("nothing_for_sale")
    row = _row(actor, chosen, key)
    begun = provider().begin(row, back)  # outside any transaction: it speaks to the outside
    Purchase.objects.filter(pk=row.pk).update(reference=begun.reference)
    row.reference = begun.reference
    return row, begun.url


def _row(actor: User, pack: CoinPack, key: str | None) -> Purchase:
    facts = {"user": actor, "coins": pack.coins, "price": pack.price, "currency": pack.currency}
    new = {**facts, "provider": provider().name, "created_at": clock.now()}
    if key is None:
        return Purchase.objects.create(**new)
    row, made = Purchase.objects.get_or_create(key=key, defaults=new)
    if not made and any(getattr(row, name) != value for name, value in facts.items()):
        raise KeyReused()
    return row


def hear(*, name: str, body: bytes, headers: dict[str, str]) -> None:
    """The provider's call. Heard twice is harmless. Raises NotFound for any provider but the house's, BadInput."""
    ours = provider()
    if ours is None or ours.name != name:
        raise NotFound()
    if word := ours.heard(body, headers):
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
