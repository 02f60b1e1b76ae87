"""Saying something in a group."""

from django.db import transaction
from redis import RedisError

from chat import access, history
from chat.models import Group, Message, Priority
from chat.services.groups import group_for
from core import clock
from core.actors import Actor
from core.errors import BadInput, Unavailable
from core.shapes import person

LONGEST = 500  # characters of a text
# The server maps kinds to priorities, whatever the client asks.
PRIORITIES = {"text": Priority.NORMAL}


def welcome(*, actor: Actor, gid: str) -> dict:
    """What a socket is told first: the group, one's own rights, where the line stands, recent messages."""
    group = group_for(actor, gid)
    access.require_read(actor, group)
    try:
        epoch, seq, recent = history.recent(gid)
    except RedisError:
        raise Unavailable() from None
    return {
        "profile": {"gid": group.gid, "title": group.title, "type": group.type, "access": group.access},
        "me": {
            "uid": actor.uid if actor.pk else None,
            "role": access.role(actor, group),
            "may_speak": access.signed_in(actor, group) and actor.pk is not None,
        },
        "epoch": epoch,
        "seq": seq,
        "recent": recent,
    }


def send(*, actor: Actor, gid: str, kind: str, text: str) -> dict:
    """Says `text`. The sender is stamped here; what the client claims about itself is not read."""
    group = group_for(actor, gid)
    access.require_speak(actor, group)
    text = text.strip()
    if kind not in PRIORITIES:
        raise BadInput("bad_kind", kinds=list(PRIORITIES))
    if not text or len(text) > LONGEST:
        raise BadInput("bad_text", longest=LONGEST)
    now = clock.now()
    sender = {**person(actor), "role": access.role(actor, group)}
    message = {"sender": sender, "kind": kind, "priority": PRIORITIES[kind], "text": text, "at": now}
    try:
        epoch, seq = history.append(gid, message)
    except RedisError:
        raise Unavailable() from None
    _keep(group, actor, epoch, seq, kind, text, now)
    return {"epoch": epoch, "seq": seq}


@transaction.atomic
def _keep(group: Group, actor: Actor, epoch: str, seq: int, kind: str, text: str, now) -> None:
    Message.objects.create(
        group=group,
        epoch=epoch,
        seq=seq,
        sender=actor,
        kind=kind,
        priority=PRIORITIES[kind],
        payload={"text": text},
        created_at=now,
    )
