"""What things cost now: the rule of the place, else of the host, else of the house."""

from collections.abc import Iterable
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
    return of_places([(host.pk if host else None, place)])[place]


def of_places(places: Iterable[tuple[int | None, str]]) -> dict[str, dict[str, int | None]]:
    """Every price in force in each place of `(its host's pk, place)`, in one query however many."""
    places = list(places)
    hosts, names = {host for host, _ in places if host}, {place for _, place in places if place}
    found: dict[tuple[str, object], int | None] = {}
    for row in Price.objects.filter(_levels(hosts, names)).order_by("id"):
        found[row.kind, row.place or row.host_id] = row.value
    return {
        place: {kind: _nearest([found.get((kind, level)) for level in (place, host, None)], kind) for kind in HOUSE}
        for host, place in places
    }


def _levels(hosts: set[int], places: set[str]) -> Q:
    return Q(place="", host=None) | Q(host__in=hosts) | Q(place__in=places)


def _nearest(levels: list[int | None], kind: str) -> int | None:
    return next((value for value in levels if value is not None), HOUSE[kind])


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
