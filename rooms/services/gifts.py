"""Gifts and red packets: coins to the host, told in the chat after they moved."""

from django.db import transaction
from django.db.models import Count, F, Sum

from billing import announce as money
from billing import prices
from billing.ledger import INCOME, account_of, amount_of, house, transfer
from billing.models import Gift, PriceKind, TransferKind
from chat.models import Kind as MessageKind
from chat.services import messages
from core import clock
from core.actors import Actor
from core.errors import BadInput, DomainError, LoginRequired, NotAllowed
from core.models import User
from core.shapes import person
from rooms import access, selectors
from rooms.models import Broadcast, Channel, GiftSent

MOST = 999  # of one gift at once
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
def _pay(actor: Actor, channel: Channel, kind: str, key: str, facts: dict) -> tuple[GiftSent, bool]:
    """One transaction: the row, and its two transfers."""
    known = GiftSent.objects.select_related("gift", "sender").filter(key=key).first()
    if known:
        return known, False
    share = prices.current(PriceKind.SHARE, host=channel.owner, place=channel.cid)
    show = Broadcast.objects.filter(channel=channel, ended_at=None).first()
    to_host = facts["coins"] * share // 100
    row = GiftSent.objects.create(
        key=key,
        channel=channel,
        show=show,
        sender=actor,
        host=channel.owner,
        kind=kind,
        income=to_host,
        created_at=clock.now(),
        **facts,
    )
    parts = (("host", account_of(channel.owner), to_host), ("house", house(INCOME), facts["coins"] - to_host))
    for part, target, amount in parts:
        if amount:
            moved = transfer(
                key=f"{key}:{part}", source=account_of(actor), target=target, amount=amount, kind=kind, memo=channel.cid
            )
            money.moved(moved)
    return row, True


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


def ranking(*, channel: Channel, since=None, show: Broadcast | None = None, most: int = 20) -> list[dict]:
    """Who gave most: of a show, or since a moment."""
    rows = GiftSent.objects.filter(channel=channel)
    rows = rows.filter(show=show) if show else rows.filter(created_at__gte=since) if since else rows
    totals = rows.values("sender").annotate(coins=Sum("coins"), gifts=Count("id")).order_by("-coins", F("sender").asc())
    chosen = list(totals[:most])
    people = User.objects.in_bulk([row["sender"] for row in chosen])
    return [{**person(people[row["sender"]]), "coins": row["coins"], "gifts": row["gifts"]} for row in chosen]
