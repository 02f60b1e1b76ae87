"""What things cost now: the rule of the place, else of the host, else of the house."""

from dataclasses import dataclass

from django.db.models import Q

from billing.models import Price, PriceKind
from core import clock
from core.actors import Actor
from core.errors import BadInput
from core.models import User

HOUSE = {
    PriceKind.UPLOAD: 0,
    PriceKind.PLAY: 0,
    PriceKind.CALL: None,  # no calls
    PriceKind.GIGABYTE: 0,
    PriceKind.PREVIEW: 0,
    PriceKind.SHARE: 70,
}
MOST = 1_000_000  # coins a minute, seconds of preview


@dataclass(frozen=True)
class Terms:
    """A snapshot: what a stay or call was begun under stays true for it."""

    price: int  # coins a minute
    share: int  # per cent of it that the host gets
    preview: int = 0  # seconds


def current(kind: str, *, host: User | None = None, place: str = "") -> int | None:
    return all_current(host=host, place=place)[kind]


def all_current(*, host: User | None = None, place: str = "") -> dict[str, int | None]:
    """Every price in force there, in one query."""
    levels = Q(place="", host=None)
    if host:
        levels |= Q(host=host)
    if place:
        levels |= Q(place=place)
    found: dict[tuple[str, int], int | None] = {}
    for row in Price.objects.filter(levels).order_by("id"):
        found[row.kind, 2 if row.place else 1 if row.host_id else 0] = row.value
    return {kind: _nearest(found, kind) for kind in PriceKind.values}


def _nearest(found: dict[tuple[str, int], int | None], kind: str) -> int | None:
    for level in (2, 1, 0):
        if found.get((kind, level)) is not None:
            return found[kind, level]
    return HOUSE[kind]


def terms(kind: str, *, host: User, place: str) -> Terms:
    now = all_current(host=host, place=place)
    return Terms(now[kind] or 0, now[PriceKind.SHARE], now[PriceKind.PREVIEW] if kind == PriceKind.PLAY else 0)


def set_price(*, actor: Actor, kind: str, value: int | None, host: User | None = None, place: str = "") -> Price:
    """A new row. Running stays and calls keep their terms. Raises BadInput `bad_price`."""
    most = 100 if kind == PriceKind.SHARE else MOST
    if kind not in PriceKind.values or (value is not None and (type(value) is not int or not 0 <= value <= most)):
        raise BadInput("bad_price", most=most)
    by = actor if actor.pk else None
    return Price.objects.create(kind=kind, place=place, host=host, value=value, created_by=by, created_at=clock.now())
