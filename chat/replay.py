"""What was said between two moments, as those who see it again are shown it."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chat.models import Group, Kind, MemberRole, Membership, Message, MessageState
from core.shapes import person

# What is drawn on the board is no line, and likes are a figure.
NOT_SHOWN = (Kind.BOARD, Kind.LIKE, Kind.DELETED)


def said(group: Group, since: datetime, until: datetime | None) -> QuerySet[Message]:
    """What everybody was shown and no moderator took away."""
    rows = Message.objects.filter(group=group, state=MessageState.SHOWN, created_at__gte=since)
    rows = rows.exclude(kind__in=NOT_SHOWN)
    return (rows.filter(created_at__lt=until) if until else rows).select_related("sender")


def lines(group: Group, rows: list[Message]) -> list[dict]:
    """Like the frames of their time, under the names that people have now: who left is not named, neither is what was
    taken away since quoted."""
    quoted, rulers = _quoted(group, rows), _rulers(group)
    return [_line(group, row, quoted, rulers) for row in rows]


def _line(group: Group, row: Message, quoted: dict, rulers: set[int]) -> dict:
    kept = {name: value for name, value in row.payload.items() if name != "reply_to"}
    line = {
        "id": row.pk,
        "epoch": row.epoch or "kept",
        "seq": row.seq or row.pk,
        "sender": {**person(row.sender), "role": _role(group, row, rulers)} if row.sender else None,
        "kind": row.kind,
        "at": row.created_at,
        "ts": int(row.created_at.timestamp() * 1000),
        **kept,
    }
    of = quoted.get(_target(row))
    return {**line, "reply_to": _quote(of)} if of else line


def _quote(of: Message) -> dict:
    text = of.payload.get("text", "")
    return {"epoch": of.epoch, "seq": of.seq, "nick": str(of.sender) if of.sender else "", "text": text[:80]}


def _role(group: Group, row: Message, rulers: set[int]) -> str:
    if row.sender_id == group.owner_id:
        return MemberRole.OWNER
    return MemberRole.ADMIN if row.sender_id in rulers else ""


def _rulers(group: Group) -> set[int]:
    return set(Membership.objects.filter(group=group, role=MemberRole.ADMIN).values_list("user_id", flat=True))


def _target(row: Message) -> tuple[str, int] | None:
    reply = row.payload.get("reply_to")
    if not isinstance(reply, dict) or not isinstance(reply.get("seq"), int):
        return None
    return reply.get("epoch") or row.epoch, reply["seq"]


def _quoted(group: Group, rows: list[Message]) -> dict[tuple[str, int], Message]:
    wanted = {target for row in rows if (target := _target(row))}
    if not wanted:
        return {}
    near = Q(epoch__in={epoch for epoch, _ in wanted}, seq__in={seq for _, seq in wanted})
    found = Message.objects.filter(near, group=group, state=MessageState.SHOWN).select_related("sender")
    return {(row.epoch, row.seq): row for row in found if (row.epoch, row.seq) in wanted}
