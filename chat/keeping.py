"""What was said is kept for moderation: rows written behind the flush, never in the way of it."""

from django.db import InterfaceError, OperationalError, transaction
from redis import RedisError

from chat.drafts import Draft
from chat.models import Group, Kind, Message, MessageState
from core import clock, ports
from core.events import record

BATCH = 500  # rows in one INSERT
MOST = 20_000  # messages that wait for a database which is away; the oldest are let go of
PASSING = (Kind.LIKE, Kind.DELETED, Kind.BOARD)  # nothing to moderate, or kept elsewhere
AWAY = (OperationalError, InterfaceError, RedisError, OSError)  # it may go well a little later
Said = tuple[Draft, str, int]  # and under which epoch and number


@transaction.atomic
def keep(said: list[Said]) -> None:
    """Rows for the log, one event for each room, and a word to whoever asked to be told after delivery. Nothing of it
    happens again for what is kept already."""
    now, said = clock.now(), _new(said)
    fresh = [each for each in said if not each[0].row_id and each[0].kind not in PASSING]
    Message.objects.bulk_create([_row(*each, now) for each in fresh], ignore_conflicts=True)
    for draft, epoch, seq in said:
        if draft.row_id:
            Message.objects.filter(pk=draft.row_id).update(epoch=epoch, seq=seq)
    groups = Group.objects.in_bulk({draft.group_id for draft, _, _ in said})
    for pk, group in groups.items():
        told = [{**draft.message, "epoch": epoch, "seq": seq} for draft, epoch, seq in said if draft.group_id == pk]
        if group.realm:  # the site itself has no webhooks to feed
            record("chat.messages", subject=group.gid, realm=group.realm, messages=told)
        ports.ask("messages_delivered", group=group, messages=told)


def _new(said: list[Said]) -> list[Said]:
    each = {(draft.group_id, epoch, seq): (draft, epoch, seq) for draft, epoch, seq in said}
    groups, epochs, numbers = map(set, zip(*each, strict=True))
    rows = Message.objects.filter(group_id__in=groups, epoch__in=epochs, seq__in=numbers)
    kept = set(rows.values_list("group_id", "epoch", "seq"))
    return [entry for key, entry in each.items() if key not in kept]


def _row(draft: Draft, epoch: str, seq: int, now) -> Message:
    return Message(
        group_id=draft.group_id,
        epoch=epoch,
        seq=seq,
        sender_id=draft.sender_id,
        kind=draft.kind,
        priority=draft.priority,
        payload=draft.payload,
        state=MessageState.SHOWN,
        found=draft.found,
        created_at=now,
    )
