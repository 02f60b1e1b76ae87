"""What the house earned, by day and kind."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from billing.ledger import INCOME, house
from billing.models import Transfer, TransferKind
from core import clock

DAYS = 30


def by_day() -> tuple[list[date], dict[str, list[int]]]:
    """The last days of TIME_ZONE, today last; of each kind its coins, day by day. What was reversed is taken off on
    the day it was."""
    today = timezone.localdate(clock.now())
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    sums: dict[str, dict[date, int]] = defaultdict(dict)
    for row in _rows(days[0]):
        sums[row["kind"]][row["day"]] = -row["coins"] if row["kind"] == TransferKind.REVERSAL else row["coins"]
    return days, {kind: [sums[kind].get(day, 0) for day in days] for kind in TransferKind.values if kind in sums}


def since(moment: datetime) -> dict[str, int]:
    """Of each kind its coins; what was reversed is taken off."""
    sums = _earned().filter(created_at__gte=moment).values("kind").annotate(coins=Sum("amount")).order_by("kind")
    return {row["kind"]: -row["coins"] if row["kind"] == TransferKind.REVERSAL else row["coins"] for row in sums}


def between(begin: datetime, end: datetime) -> int:
    """Coins that the house earned, less what was reversed."""
    moved = _earned().filter(created_at__gte=begin, created_at__lt=end)
    took = moved.exclude(kind=TransferKind.REVERSAL).aggregate(sum=Sum("amount"))["sum"] or 0
    return took - (moved.filter(kind=TransferKind.REVERSAL).aggregate(sum=Sum("amount"))["sum"] or 0)


def midnight(now: datetime) -> datetime:
    """When the day of TIME_ZONE began."""
    return timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))


def _earned() -> QuerySet[Transfer]:
    income = house(INCOME)
    return Transfer.objects.filter(Q(target=income) | Q(source=income, kind=TransferKind.REVERSAL))


def _rows(since: date) -> list[dict]:
    begin = timezone.make_aware(datetime.combine(since, time.min))
    moved = _earned().filter(created_at__gte=begin).annotate(day=TruncDate("created_at"))
    return list(moved.values("day", "kind").annotate(coins=Sum("amount")).order_by())
