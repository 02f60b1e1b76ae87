"""How coins go out: a host asks, the coins are held, staff pay or refuse."""

from django.db import IntegrityError, transaction

from billing import announce
from billing.ledger import BANK, HELD, account_of, amount_of, house, transfer
from billing.models import Payout, PayoutState, TransferKind
from core import clock
from core.actors import Actor, of_staff
from core.errors import IllegalMove, KeyReused, LoginRequired, NotAllowed

LEAST = 100  # coins


@transaction.atomic
def ask(*, actor: Actor, coins: int, note: str = "", key: str | None = None) -> Payout:
    """The same `key` asks once. Raises LoginRequired, BadInput `bad_amount`, InsufficientBalance, KeyReused,
    IllegalMove `payout_waits` (one at a time), `too_little`."""
    if not actor.pk:
        raise LoginRequired()
    if amount_of(coins) < LEAST:
        raise IllegalMove("too_little", least=LEAST)
    facts = {"user": actor, "coins": coins, "note": note.strip()[:200]}
    try:
        with transaction.atomic():
            row = Payout.objects.create(key=key, created_at=clock.now(), **facts)
    except IntegrityError:
        return _asked_before(key, facts)
    _move(row, "hold", account_of(actor), house(HELD), TransferKind.HOLD)
    return row


def _asked_before(key: str | None, facts: dict) -> Payout:
    row = Payout.objects.filter(key=key).first() if key else None
    if row is None:
        raise IllegalMove("payout_waits")
    if any(getattr(row, name) != value for name, value in facts.items()):
        raise KeyReused()
    return row


@transaction.atomic
def approve(*, actor: Actor, row: Payout, reason: str = "") -> Payout:
    """The money was sent: the coins leave the house."""
    _decide(actor, row, PayoutState.APPROVED, reason)
    _move(row, "paid", house(HELD), house(BANK), TransferKind.PAYOUT)
    announce.payout_decided(row)
    return row


@transaction.atomic
def refuse(*, actor: Actor, row: Payout, reason: str = "") -> Payout:
    """The coins go back."""
    _decide(actor, row, PayoutState.REFUSED, reason)
    _move(row, "released", house(HELD), account_of(row.user), TransferKind.RELEASE)
    announce.payout_decided(row)
    return row


def _decide(actor: Actor, row: Payout, state: str, reason: str) -> None:
    if not of_staff(actor):
        raise NotAllowed()
    by = actor if actor.pk else None
    facts = {"state": state, "reason": reason[:200], "decided_at": clock.now(), "decided_by": by}
    if not Payout.objects.filter(pk=row.pk, state=PayoutState.ASKED).update(**facts):
        raise IllegalMove("decided_already")
    row.refresh_from_db()


def _move(row: Payout, step: str, source, target, kind: str) -> None:
    moved = transfer(
        key=f"payout:{row.pk}:{step}", source=source, target=target, amount=row.coins, kind=kind, memo=row.note
    )
    announce.moved(moved)
