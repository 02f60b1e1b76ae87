"""What a channel costs. The owner says what watching and calling costs; the rest is the house's business."""

from django.db import transaction

from billing import prices
from billing.models import PriceKind
from core.actors import Actor, holds
from core.audit import act
from core.errors import NotAllowed
from rooms import access, announce, selectors
from rooms.flows import ChannelState
from rooms.models import Channel

OWNERS = (PriceKind.PLAY, PriceKind.PREVIEW, PriceKind.CALL)


def of(*, actor: Actor, cid: str) -> dict[str, int | None]:
    """Every price in force there, for whoever may know of the channel."""
    channel = selectors.channel_for(actor, cid)
    return selectors.costs([channel])[cid]


@act("set_prices")
def change(*, actor: Actor, cid: str, **wanted: int | None) -> Channel:
    """What is given; null takes the channel's own price away, so that the host's or the house's counts again. Whoever
    is in keeps their terms. Raises BadInput `bad_price`, NotAllowed `price_of_house`, LoginRequired, NotFound."""
    channel = selectors.channel_for(actor, cid, lock=True)
    access.require_host(actor, channel)
    for kind, value in wanted.items():
        if kind not in OWNERS and not holds(actor, "billing.add_price"):
            raise NotAllowed("price_of_house", kind=kind)
        prices.set_price(actor=actor, kind=kind, value=value, place=cid)
    _tell(channel)
    return channel


@transaction.atomic
def on_price_set(*, place: str) -> None:
    """Port `price_set`: staff did it at their desk. A place that is no channel tells nobody."""
    channel = Channel.objects.select_for_update(of=("self",)).select_related("owner", "group").filter(cid=place).first()
    if channel and channel.state != ChannelState.DELETED:
        _tell(channel)


def _tell(channel: Channel) -> None:
    channel.version += 1
    channel.save(update_fields=["version"])
    announce.channel_changed(channel)
