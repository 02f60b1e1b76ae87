"""Questions about one's own coins. Nothing here writes, but for the account of somebody who had none."""

from django.db.models import Q, QuerySet, Sum

from billing import statements
from billing.ledger import account_of, app_account
from billing.models import Account, Payout, PayoutState, Purchase, Transfer, TransferKind
from core.actors import Actor, App
from core.errors import LoginRequired
from core.models import User

LAST = 5  # purchases that somebody may be coming back from
EARNED = (TransferKind.PLAY, TransferKind.CALL, TransferKind.GIFT, TransferKind.RED_PACKET)


def mine(actor: Actor) -> Account:
    """One's account; of an app's server, what the app has to spend. Raises LoginRequired."""
    if isinstance(actor, App):
        return app_account(actor.realm)
    if not actor.pk:
        raise LoginRequired()
    return account_of(actor)


def balance(actor: Actor) -> int | None:
    """None for somebody without an account: a guest."""
    return (
        Account.objects.filter(owner_id=actor.pk).values_list("balance", flat=True).first() or 0 if actor.pk else None
    )


def earned(account: Account) -> int:
    """What a host was given and paid, less what was reversed of it."""
    got = Q(target=account, kind__in=EARNED)
    taken = Q(source=account, kind=TransferKind.REVERSAL, reverses__kind__in=EARNED)
    sums = [Transfer.objects.filter(rows).aggregate(sum=Sum("amount"))["sum"] or 0 for rows in (got, taken)]
    return sums[0] - sums[1]


def waiting(actor: Actor) -> Payout | None:
    return Payout.objects.filter(user_id=actor.pk, state=PayoutState.ASKED).first()


def payouts(actor: Actor) -> QuerySet[Payout]:
    mine(actor)
    return Payout.objects.filter(user_id=actor.pk).order_by("-id")


def statement(actor: Actor, kind: str = "") -> tuple[Account, QuerySet[Transfer]]:
    """One's account and its transfers, newest first."""
    account = mine(actor)
    rows = statements.of(account)
    return account, rows.filter(kind=kind) if kind else rows


def last_purchases(actor: User) -> dict[int, str]:
    """The state of each, for who comes back from paying."""
    return dict(Purchase.objects.filter(user_id=actor.pk).order_by("-id").values_list("pk", "state")[:LAST])
