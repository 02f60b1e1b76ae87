"""One lock per channel, taken before anything of it is read for a change, so that no two changes can cross.

PostgreSQL locks the row; on SQLite the IMMEDIATE transaction is the lock already."""

from core.actors import SYSTEM, Actor
from core.errors import NotFound
from rooms import selectors
from rooms.models import Channel, Stay


def channel(actor: Actor, cid: str) -> Channel:
    """The channel as it is now, for nobody else to change until the transaction ends."""
    return selectors.channel_for(actor, cid, lock=True)


def any_channel(cid: str) -> Channel:
    """The same for the house itself, which knows of every channel."""
    return channel(SYSTEM, cid)


def stay(sid: str) -> Stay:
    """The stay as it is now, with its channel locked."""
    cid = Stay.objects.filter(sid=sid).values_list("channel__cid", flat=True).first()
    if cid is None:
        raise NotFound()
    locked = any_channel(cid)
    found = Stay.objects.select_related("user").get(sid=sid)
    found.channel = locked
    return found
