"""The sums that must agree. A balance is kept for speed; the transfers are the truth."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from billing.models import Account, Audit, Holder, Minute, Outcome, Transfer, TransferKind
from core import clock
from core.actors import Actor, of_staff
from core.errors import NotAllowed

METERED = (TransferKind.PLAY, TransferKind.UPLOAD, TransferKind.CALL, TransferKind.TRAFFIC)
MOST_NAMED = 20  # accounts named in a finding


def differences() -> list[dict]:
    """What does not agree; nothing where all is well."""
    return [finding for check in (_accounts, _whole, _minutes, _debts) for finding in check()]


def _accounts() -> list[dict]:
    """Each stored balance is what came in less what went out."""
    came, went = _sums("target"), _sums("source")
    found = []
    for pk, balance in Account.objects.values_list("pk", "balance").iterator():
        entries = came.get(pk, 0) - went.get(pk, 0)
        if balance != entries:
            found.append({"check": "account", "account": pk, "balance": balance, "entries": entries})
    return found[:MOST_NAMED]


def _sums(side: str) -> dict[int, int]:
    return dict(Transfer.objects.values_list(side).annotate(total=Sum("amount")).order_by())


def _whole() -> list[dict]:
    """What is in all hands together is nothing: coins that people have are coins that the house owes."""
    total = Account.objects.aggregate(total=Coalesce(Sum("balance"), 0))["total"]
    return [{"check": "whole", "total": total}] if total else []


def _minutes() -> list[dict]:
    """What minutes say was charged is what their transfers moved, kind by kind."""
    charged = _by_kind(Minute.objects.filter(outcome=Outcome.CHARGED))
    moved = _by_kind(Transfer.objects.filter(kind__in=METERED))
    kinds = {*charged, *moved}
    return [
        {"check": "minutes", "kind": kind, "charged": charged.get(kind, 0), "moved": moved.get(kind, 0)}
        for kind in sorted(kinds)
        if charged.get(kind, 0) != moved.get(kind, 0)
    ]


def _by_kind(rows) -> dict[str, int]:
    return dict(rows.values_list("kind").annotate(total=Sum("amount")).order_by())


def _debts() -> list[dict]:
    owing = Account.objects.filter(~Q(holder=Holder.HOUSE), balance__lt=0).values("pk", account=F("pk"))
    return [{"check": "debt", "account": row["account"]} for row in owing[:MOST_NAMED]]


def run() -> Audit:
    """Takes the sums and keeps what they said. A difference halts billing until staff clear it."""
    with transaction.atomic():
        found = differences()
        return Audit.objects.create(passed=not found, findings=found, created_at=clock.now())


def on_restored(*, taken_at: datetime, last_event: int) -> None:
    """Port `restored`: what was taken along must add up too."""
    run()


@transaction.atomic
def clear(*, actor: Actor, row: Audit) -> None:
    """Staff looked into it: billing goes on."""
    if not of_staff(actor):
        raise NotAllowed()
    by = actor if actor.pk else None
    Audit.objects.filter(pk=row.pk, cleared_at=None).update(cleared_at=clock.now(), cleared_by=by)
