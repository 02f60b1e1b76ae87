"""What was said is forgotten after a while; what moderators acted upon is kept longer, for whoever asks why.
Words that are shown again with a recording are kept as long as that (port `words_kept`)."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from chat.models import Message, MessageState, ModerationDeed
from core import clock, ports

BATCH = 2000  # rows in one DELETE: a long table must not be locked for long


def forget() -> int:
    """Deletes what is old. Answers how many messages."""
    return sum(iter(lambda: _some(_old()), 0))


def _old() -> QuerySet[Message]:
    now = clock.now()
    acted_upon = ~Q(state=MessageState.SHOWN) | Q(reports__isnull=False) | Q(Exists(_deeds()))
    usual = Q(created_at__lt=now - timedelta(days=settings.CHAT_KEEP_DAYS)) & ~acted_upon
    old = usual | Q(created_at__lt=now - timedelta(days=settings.CHAT_KEEP_MODERATED_DAYS))
    for needed in ports.ask("words_kept"):
        old &= ~(Q(state=MessageState.SHOWN) & Q(needed))
    return Message.objects.filter(old)


def _deeds() -> QuerySet[ModerationDeed]:
    return ModerationDeed.objects.filter(message=OuterRef("pk"))


def _some(rows: QuerySet[Message]) -> int:
    pks = list(rows.order_by().values_list("pk", flat=True).distinct()[:BATCH])
    Message.objects.filter(pk__in=pks).delete()
    return len(pks)
