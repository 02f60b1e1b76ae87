"""Prices that staff set, of the house, a host or a channel."""

from django.db import transaction

from billing.models import Price
from billing.prices import set_price
from core import ports
from core.actors import Actor, of_staff
from core.errors import BadInput, NotAllowed
from core.models import User


@transaction.atomic
def set_by_staff(*, actor: Actor, kind: str, value: int | None, host: User | None = None, place: str = "") -> Price:
    """Raises NotAllowed, BadInput `bad_price`, `price_of_two`."""
    if not of_staff(actor):
        raise NotAllowed()
    if host and place:
        raise BadInput("price_of_two")
    row = set_price(actor=actor, kind=kind, value=value, host=host, place=place)
    if place:
        ports.ask("price_set", place=place)
    return row
