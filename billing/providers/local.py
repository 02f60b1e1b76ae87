"""A payment provider to try the house with: a page of our own, where the person says that they paid, or not."""

import secrets

from django.conf import settings
from django.urls import reverse

from billing.models import Purchase, PurchaseState
from billing.services.purchases import Begun, Heard, settle
from core.actors import Actor
from core.errors import IllegalMove, LoginRequired, NotFound

NAME = "local"


class Local:
    name = NAME

    def begin(self, purchase: Purchase, back: str) -> Begun:
        reference = purchase.reference or secrets.token_hex(16)
        return Begun(reference, reverse("pay", args=(reference,)))

    def heard(self, body: bytes, headers: dict[str, str]) -> Heard | None:
        """Nobody calls: the page decides."""
        raise NotFound()


def purchase_of(actor: Actor, reference: str) -> Purchase:
    """One's own. Raises LoginRequired, NotFound, also where this provider is not the house's."""
    if not actor.pk:
        raise LoginRequired()
    row = Purchase.objects.filter(provider=NAME, reference=reference, user_id=actor.pk).first()
    if row is None or settings.PAYMENT_PROVIDER != NAME:
        raise NotFound()
    return row


def decide(*, actor: Actor, reference: str, paid: bool) -> Purchase:
    """Raises as `purchase_of`, IllegalMove `decided_already`."""
    row = purchase_of(actor, reference)
    if row.state != PurchaseState.OPEN:
        raise IllegalMove("decided_already")
    return settle(word=Heard(reference, paid, row.price, row.currency))
