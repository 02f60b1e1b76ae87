"""One lock per channel, taken before anything of it is read for a change, so that no two changes can cross.

PostgreSQL locks the row; on SQLite the IMMEDIATE transaction is the lock already."""

from django.db import OperationalError, connection

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


def free(pks: set[int], *, within: float = 0) -> dict[int, Channel]:
    """Those channels that nobody else holds, until the transaction ends; with `within`, all of them, after so many
    seconds at most, else the OperationalError that `taken` knows. A gift that is being given holds nothing: it only
    refers to its channel (`no_key`)."""
    if within and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{within}s"])
    rows = Channel.objects.select_for_update(skip_locked=not within, no_key=True, of=("self",)).filter(pk__in=pks)
    return {channel.pk: channel for channel in rows.order_by("pk").select_related("owner")}


def taken(error: OperationalError) -> bool:
    """Whether somebody else held what we waited for all the time."""
    return getattr(error.__cause__, "sqlstate", "") == "55P03"


def stay(sid: str) -> Stay:
    """The stay as it is now, with its channel locked."""
    cid = Stay.objects.filter(sid=sid).values_list("channel__cid", flat=True).first()
    if cid is None:
        raise NotFound()
    locked = any_channel(cid)
    found = Stay.objects.select_related("user").get(sid=sid)
    found.channel = locked
    return found
