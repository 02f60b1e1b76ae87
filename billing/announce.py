"""The only place from which billing tells anybody anything."""

from billing.models import Account, Payout, Transfer
from core.events import broadcast, record
from core.models import User


def wallet_changed(user: User, **more: object) -> None:
    """To the person's own sockets: what they have now."""
    balance = Account.objects.filter(owner=user).values_list("balance", flat=True).first() or 0
    broadcast(f"user.{user.pk}", "wallet.changed", balance=balance, **more)


def moved(row: Transfer) -> None:
    """Coins moved by somebody's act: both sides see it at once, and it is kept for whoever asks."""
    sides = {"source": _uid(row.source), "target": _uid(row.target)}
    facts = {"kind": row.kind, "amount": row.amount, "memo": row.memo, **sides}
    record("transfer", subject=str(row.pk), realm=_realm(row), **facts)
    for account in (row.source, row.target):
        if account.owner:
            wallet_changed(account.owner, kind=row.kind, amount=row.amount)


def _uid(account: Account) -> str | None:
    """None for an account of the house or of an app."""
    return account.owner.uid if account.owner else None


def _realm(row: Transfer) -> str:
    return next((side.owner.realm for side in (row.source, row.target) if side.owner), row.source.realm)


def payout_decided(row: Payout) -> None:
    broadcast(f"user.{row.user_id}", "payout.changed", id=row.pk, state=row.state, reason=row.reason)
    record("payout.decided", subject=str(row.pk), realm=row.user.realm, state=row.state, coins=row.coins)
