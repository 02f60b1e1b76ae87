"""What moved on an account, newest first, as its holder sees it."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from billing.models import Account, Transfer
from core.streams import csv_line, safe


def of(account: Account) -> QuerySet[Transfer]:
    rows = Transfer.objects.filter(Q(source=account) | Q(target=account))
    return rows.select_related("source__owner", "target__owner").order_by("-id")


def signed(row: Transfer, account: Account) -> int:
    """Coins that came in are positive."""
    return row.amount if row.target_id == account.pk else -row.amount


def other_side(row: Transfer, account: Account) -> Account:
    return row.source if row.target_id == account.pk else row.target


def csv_lines(account: Account) -> Iterator[str]:
    """The whole statement, a line at a time."""
    yield csv_line(["id", "at", "kind", "coins", "with", "memo"])
    for row in of(account).iterator(chunk_size=1000):
        with_whom = safe(str(other_side(row, account)))
        at = row.created_at.isoformat()
        yield csv_line([row.pk, at, row.kind, signed(row, account), with_whom, safe(row.memo)])
