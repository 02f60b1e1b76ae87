"""The only place from which the chat tells anybody anything, except its messages, which go through the pump."""

from collections.abc import Sequence

from chat import history, presence, review_shapes, shapes
from chat.models import Group, Kind, Message, Report
from core import clock
from core.actors import Actor
from core.errors import DomainError
from core.events import broadcast, broadcast_each, record, record_about, signal
from core.models import User
from core.shapes import person

NAMED = 5  # people a tip names; the others are a number


def moderators_topic(gid: str) -> str:
    return history.topic(gid).replace("chat.", "mods.", 1)


def tip(group: Group, operation: str, people: Sequence[User] = (), operator: Actor = None, **facts: object) -> None:
    """A word about the group itself. `facts` are what docs/protocol.md names besides."""
    frame = {
        "operation": operation,
        "people": [person(user) for user in people[:NAMED]],
        "count": len(people),
        "operator": person(operator) if operator and operator.pk else None,
        "at": clock.now(),
        **facts,
    }
    broadcast(history.topic(group.gid), "chat.tip", **frame)
    _kept(group, operation, people, frame)


def came_and_went(group: Group, operation: str, people: Sequence[User]) -> None:
    """Join and quit: for the room only where it wants to hear of them."""
    if group.tell_joins:
        tip(group, operation, people)
    else:
        _kept(group, operation, people, {"operation": operation, "count": len(people), "at": clock.now()})


def _kept(group: Group, operation: str, people: Sequence[User], frame: dict) -> None:
    """With everybody whom it is about. The site asks nobody who came and went."""
    if group.realm or operation not in ("join", "quit"):
        everybody = {**frame, "people": [person(user) for user in people]}
        record(f"chat.tip.{operation}", subject=group.gid, realm=group.realm, **everybody)


def profile_changed(group: Group, actor: Actor = None, changed: dict | None = None) -> None:
    """The whole profile; and, where somebody changed it by hand, a tip that says what."""
    whole = shapes.profile(group, online=presence.online(group.gid))
    broadcast(history.topic(group.gid), "chat.profile", profile=whole)
    if changed:
        tip(group, "profile", operator=actor, profile=changed)


def counted(group: Group) -> None:
    """Only numbers moved."""
    profile_changed(group)


def standing_changed(group: Group, user: User) -> None:
    """To the person's own sockets: look again at what you may do."""
    signal(f"user.{user.pk}", "standing", gid=group.gid)


def everybodys_standing_changed(group: Group) -> None:
    """The rules of the conversation are others now."""
    signal(history.topic(group.gid), "rules", gid=group.gid)


def put_out(group: Group, user: User, reason: str) -> None:
    """The person's sockets in this group are told why and closed."""
    signal(f"user.{user.pk}", "put_out", gid=group.gid, reason=reason)


def created(group: Group) -> None:
    record("group.created", subject=group.gid, realm=group.realm, profile=shapes.profile(group))


def disbanded(group: Group) -> None:
    signal(history.topic(group.gid), "put_out", gid=group.gid, reason="disbanded")
    record("group.disbanded", subject=group.gid, realm=group.realm)


def member_added(group: Group, user: User, *, invited: bool) -> None:
    record("member.added", subject=group.gid, realm=group.realm, uid=user.uid, invited=invited)
    broadcast(history.topic(group.gid), "member.added", uid=user.uid)


def member_removed(group: Group, user: User, *, kicked: bool) -> None:
    record("member.removed", subject=group.gid, realm=group.realm, uid=user.uid, kicked=kicked)
    broadcast(history.topic(group.gid), "member.removed", uid=user.uid)
    signal(f"user.{user.pk}", "left_group", gid=group.gid)


def readers_changed(group: Group) -> None:
    """Whoever may not read any more is shown out."""
    signal(history.topic(group.gid), "recheck")


def refused(group: Group, actor: Actor, said: dict, refusal: DomainError) -> None:
    """To the app whose group it is; the person is answered by their own door."""
    if group.realm:
        told = {name: said[name] for name in ("kind", "text", "data") if said.get(name)}
        uid = actor.uid if actor.pk else None
        record("chat.refused", subject=group.gid, realm=group.realm, uid=uid, code=refusal.code, **told)


def held(message: Message) -> None:
    broadcast(moderators_topic(message.group.gid), "chat.held", message=review_shapes.logged(message))


def decided(message: Message) -> None:
    """To the sender of a message that waited, and to the moderators' lists."""
    for topic in (f"user.{message.sender_id}", moderators_topic(message.group.gid)):
        broadcast(topic, "chat.decided", gid=message.group.gid, id=message.pk, state=message.state)


def reported(report: Report) -> None:
    broadcast(moderators_topic(report.message.group.gid), "chat.reported", report=review_shapes.report(report))


def notice(group: Group, text: str, data: str) -> None:
    """To everybody who is here now; whoever comes later is not told. The log keeps its words."""
    if text:
        Message.objects.create(group=group, kind=Kind.NOTICE, payload={"text": text}, created_at=clock.now())
    broadcast(history.topic(group.gid), "chat.notice", text=text, data=data, at=clock.now())
    record("chat.notice", subject=group.gid, realm=group.realm, text=text, data=data)


def notice_to_all(gids: list[str], realm: str, text: str, data: str) -> None:
    """The same in thousands of rooms, in a few statements."""
    said = {"text": text, "data": data}
    broadcast_each("chat.notice", [(history.topic(gid), {**said, "at": clock.now()}) for gid in gids])
    record_about("chat.notice", gids, realm=realm, **said)


def personal(group: Group | None, sender: Actor, to: User, words: dict) -> None:
    """A custom message to one person, on all their chat sockets; of no group where an app's server sends it."""
    who, gid = person(sender) if sender.pk else None, group.gid if group else None
    broadcast(f"user.{to.pk}", "user.message", gid=gid, at=clock.now(), **{"from": who}, **words)
