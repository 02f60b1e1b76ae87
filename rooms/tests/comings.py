"""How people of a test come: into the audience, and on the air."""

from core.actors import Actor
from rooms.models import Channel, Stay
from rooms.services import stays


def on_air(actor: Actor, channel: Channel, tab: str = "studio") -> Stay:
    stay = stays.go_on_air(actor=actor, cid=channel.cid, connection=tab)
    return stays.arrive(sid=stay.sid, connection=tab)


def tab_of(actor: Actor) -> str:
    return f"tab of {actor.uid if actor.pk else actor.key[:8]}"


def watching(actor: Actor, channel: Channel) -> Stay:
    return stays.join(actor=actor, cid=channel.cid, connection=tab_of(actor))
