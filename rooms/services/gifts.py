"""Gifts and red packets: coins to the host, told in the chat after they moved."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from billing import announce as money
from billing import prices
from billing.ledger import INCOME, account_of, amount_of, house, lock, transfer
from billing.models import Gift, PriceKind, TransferKind
from chat.models import Kind as MessageKind
from chat.services import messages
from core import clock
from core.actors import Actor
from core.errors import BadInput, DomainError, InsufficientBalance, KeyReused, LoginRequired, NotAllowed
from core.models import User
from core.shapes import person
from rooms import access, selectors
from rooms.models import Broadcast, Channel, GiftSent

MOST = 999  # of one gift at once
SPANS = ("show", "day", "week")
LONGEST = 80  # characters of a red packet's words


def send(*, actor: Actor, cid: str, gift: str, quantity: int = 1, combo: str = "", key: str) -> GiftSent:
    """Coins first, words after: the chat is told when the coins have moved. The same `key` sends once.

    Raises BadInput `unknown_gift`, `bad_quantity`, InsufficientBalance, NotAllowed `gift_to_oneself`, LoginRequired."""
    row = Gift.objects.filter(code=gift, active=True).first()
    if row is None:
        raise BadInput("unknown_gift", gift=gift)
    if type(quantity) is not int or not 0 < quantity <= MOST:
        raise BadInput("bad_quantity", most=MOST)
    facts = {"gift": row, "quantity": quantity, "combo": combo[:40], "coins": row.price * quantity}
    return _send(actor, cid, TransferKind.GIFT, key, facts)


def send_red_packet(*, actor: Actor, cid: str, coins: int, words: str = "", key: str) -> GiftSent:
    """Coins of any number, with words. Raises as `send`, BadInput `bad_amount`."""
    facts = {"coins": amount_of(coins), "quantity": 1, "words": words.strip()[:LONGEST]}
    return _send(actor, cid, TransferKind.RED_PACKET, key, facts)


def _send(actor: Actor, cid: str, kind: str, key: str, facts: dict) -> GiftSent:
    if not actor.pk:
        raise LoginRequired()
    channel = selectors.channel_for(actor, cid)
    access.require_watch(actor, channel)
    if actor.pk == channel.owner_id:
        raise NotAllowed("gift_to_oneself")
    row, first = _pay(actor, channel, kind, f"{kind}:{actor.pk}:{key}", facts)
    if first:
        _tell(channel, row)
    return row


@transaction.atomic
def _pay(actor: User, channel: Channel, kind: str, key: str, facts: dict) -> tuple[GiftSent, bool]:
    """One transaction: the row, and its two transfers."""
    share = prices.current(PriceKind.SHARE, host=channel.owner, place=channel.cid)
    to_host = facts["coins"] * share // 100
    about = {"channel": channel, "sender": actor, "kind": kind, **facts}
    show = Broadcast.objects.filter(channel=channel, ended_at=None).first()
    new = {**about, "show": show, "host": channel.owner, "income": to_host, "created_at": clock.now()}
    row, first = GiftSent.objects.select_related("gift", "sender").get_or_create(key=key, defaults=new)
    if not first:
        _require_same(row, about)
        return row, False
    mine, theirs, income = account_of(actor), account_of(channel.owner), house(INCOME)
    lock(mine, theirs, income)  # all at once: metering holds the same accounts in the same order
    if mine.balance < row.coins:
        raise InsufficientBalance(needed=row.coins, balance=mine.balance)
    for part, target, coins in (("host", theirs, to_host), ("house", income, row.coins - to_host)):
        if coins:
            money.moved(
                transfer(key=f"{key}:{part}", source=mine, target=target, amount=coins, kind=kind, memo=channel.cid)
            )
    return row, True


def _require_same(row: GiftSent, about: dict) -> None:
    """The same gift, also where its price changed meanwhile."""
    names = about.keys() - ({"coins"} if row.gift else set())
    if any(getattr(row, name) != about[name] for name in names):
        raise KeyReused()


def _tell(channel: Channel, row: GiftSent) -> None:
    """A room that is too busy or away loses the words, never the coins."""
    if channel.group is None:
        return
    kind = MessageKind.GIFT if row.gift else MessageKind.RED_PACKET
    try:
        messages.say_for_house(group=channel.group, kind=kind, data=shape(row), sender=row.sender)
    except DomainError:
        return


def shape(row: GiftSent) -> dict:
    gift = row.gift
    about = {"code": gift.code, "name": gift.name, "icon": gift.icon, "effect": gift.effect} if gift else {}
    return {**about, "quantity": row.quantity, "coins": row.coins, "combo": row.combo, "words": row.words}


def ranking(*, actor: Actor, cid: str, span: str = "show", most: int = 20) -> list[dict]:
    """Who gave most in this show (the last one, where none runs), day or week. Raises NotFound, LoginRequired,
    NotAllowed, BadInput `bad_span`."""
    channel = selectors.channel_for(actor, cid)
    access.require_inside(actor, channel)
    rows = _given(channel, span)
    totals = rows.values("sender").annotate(coins=Sum("coins"), gifts=Count("id")).order_by("-coins", "sender")
    return _with_people(totals[:most])


def _given(channel: Channel, span: str) -> QuerySet[GiftSent]:
    rows = GiftSent.objects.filter(channel=channel)
    if span == "show":
        return rows.filter(show__in=Broadcast.objects.filter(channel=channel).order_by("-id")[:1])
    if span not in SPANS:
        raise BadInput("bad_span", choices=[*SPANS])
    today = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return rows.filter(created_at__gte=today - timedelta(days=today.weekday() if span == "week" else 0))


def _with_people(totals: Iterable[dict]) -> list[dict]:
    chosen = list(totals)
    people = User.objects.in_bulk([row["sender"] for row in chosen])
    return [{**person(people[row["sender"]]), "coins": row["coins"], "gifts": row["gifts"]} for row in chosen]
