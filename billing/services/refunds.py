"""What was wrong is put right by the opposite."""

from django.db import transaction

from billing import announce
from billing.ledger import lock, reverse
from billing.models import Transfer, TransferKind
from core.actors import Actor, of_staff
from core.errors import BadInput, IllegalMove, NotAllowed

DECIDED_ELSEWHERE = (TransferKind.HOLD, TransferKind.RELEASE, TransferKind.PAYOUT)  # each is a step of a payout
PARTS = ("host", "house")  # of a gift or a minute: what the host got, and the rest


def may_be_reversed(row: Transfer) -> bool:
    return row.kind not in (TransferKind.REVERSAL, *DECIDED_ELSEWHERE) and not hasattr(row, "reversal")


@transaction.atomic
def refund(*, actor: Actor, row: Transfer, reason: str) -> list[Transfer]:
    """The transfer, and the other part of the same gift or minute. Both sides are told.

    Raises NotAllowed, BadInput `reason_missing`, IllegalMove `is_a_reversal`, `payout_decides`, `reversed_already`,
    InsufficientBalance where it is spent already."""
    if not of_staff(actor):
        raise NotAllowed()
    if not reason.strip():
        raise BadInput("reason_missing")
    if row.kind in DECIDED_ELSEWHERE:
        raise IllegalMove("payout_decides")
    if Transfer.objects.filter(reverses=row).exists():
        raise IllegalMove("reversed_already")
    parts = _parts(row)
    lock(*[account for part in parts for account in (part.source, part.target)])  # all at once, as whoever else moves
    done = [reverse(row=part, memo=reason) for part in parts]
    for opposite in done:
        announce.moved(opposite)
    return done


def _parts(row: Transfer) -> list[Transfer]:
    stem, _, part = row.key.rpartition(":")
    if part not in PARTS:
        return [row]
    keys = [f"{stem}:{name}" for name in PARTS]
    return list(Transfer.objects.select_related("source__owner", "target__owner").filter(key__in=keys).order_by("id"))
