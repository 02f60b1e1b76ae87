"""The terms under which something begins. Of a stay: what a minute costs, and from when; of a show: its traffic."""

from datetime import datetime, timedelta

from billing import ledger, prices
from billing.models import PriceKind
from core.actors import Actor, person_key
from core.errors import InsufficientBalance, LoginRequired
from rooms import access
from rooms.models import Broadcast, Channel, Role, Stay

KINDS = {Role.VIEWER: PriceKind.PLAY, Role.UPLOADER: PriceKind.UPLOAD}


def begin(channel: Channel, actor: Actor, role: str, now: datetime) -> dict:
    """The metering fields of a new stay; empty where it costs nothing.

    Raises LoginRequired `preview_over` for a guest whose free preview is over, InsufficientBalance where the coins do
    not pay the first minute."""
    terms = prices.terms(KINDS[role], host=channel.owner, place=channel.cid)
    if not terms.price or (role == Role.VIEWER and access.looks_in(actor, channel)):
        return {}
    begin = now + _preview_left(channel, actor, terms.preview, now) if role == Role.VIEWER else now
    if begin <= now:
        _require_coins(actor, terms.price)
    share = terms.share if role == Role.VIEWER else 0
    return {"price": terms.price, "share": share, "metered_from": begin, "next_minute_at": begin}


def of_show(channel: Channel) -> dict:
    """The terms of a new show: what its owner pays for a gigabyte."""
    return {"gigabyte": prices.current(PriceKind.GIGABYTE, host=channel.owner, place=channel.cid) or 0}


def _preview_left(channel: Channel, actor: Actor, seconds: int, now: datetime) -> timedelta:
    """Once a person and show: it runs from the first moment of theirs in it."""
    show = Broadcast.objects.filter(channel=channel, ended_at=None).first()
    if show is None or not seconds:
        return timedelta(seconds=seconds)
    mine = Stay.objects.filter(channel=channel, person=person_key(actor), role=Role.VIEWER)
    seen = mine.exclude(ended_at__lt=show.started_at).order_by("started_at").values_list("started_at", flat=True)
    first = max(seen.first() or now, show.started_at)
    return max(first + timedelta(seconds=seconds) - now, timedelta(0))


def _require_coins(actor: Actor, price: int) -> None:
    if not actor.pk:
        raise LoginRequired("preview_over", price=price)
    balance = ledger.account_of(actor).balance
    if balance < price:
        raise InsufficientBalance(needed=price, balance=balance)
