"""One lock per channel, taken before anything of it is read for a change, so that no two changes can cross.

PostgreSQL locks the row; on SQLite the IMMEDIATE transaction is the lock already."""

from core.actors import Actor
from core.errors import NotFound
from rooms import selectors
from rooms.models import Channel, Stay


def channel(actor: Actor, cid: str) -> Channel:
    """The channel as it is now, for nobody else to change until the transaction ends."""
    Channel.objects.select_for_update().filter(cid=cid).first()
    return selectors.channel_for(actor, cid)


def stay(sid: str) -> Stay:
    """The stay as it is now, with its channel locked."""
    Channel.objects.select_for_update().filter(stays__sid=sid).first()
    found = Stay.objects.select_related("channel__owner", "channel__group", "user").filter(sid=sid).first()
    if found is None:
        raise NotFound()
    return found
