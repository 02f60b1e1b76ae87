"""What the money does when somebody leaves, and what it hands to who asks for theirs."""

from billing.ledger import account_of
from billing.models import Account, Payout, PayoutState, Purchase, RedeemCode
from billing.statements import of as transfers_of
from billing.statements import other_side, signed
from core.errors import IllegalMove
from core.models import User


def forget(*, user: User) -> None:
    """Port `person_leaves`: the ledger stays as it is, under the person's new name; where payouts went is forgotten.
    Raises IllegalMove `payout_open`."""
    if Payout.objects.filter(user=user, state=PayoutState.ASKED).exists():
        raise IllegalMove("payout_open")
    Payout.objects.filter(user=user).update(note="")


def export(*, user: User) -> dict[str, object]:
    """Port `person_export`."""
    account = Account.objects.filter(owner=user).first() or account_of(user)
    moved = [
        {"at": row.created_at, "kind": row.kind, "coins": signed(row, account), "memo": row.memo}
        | {"with": str(other_side(row, account))}
        for row in transfers_of(account).iterator(chunk_size=1000)
    ]
    return {
        "wallet": {"balance": account.balance, "transfers": moved},
        "purchases": list(
            Purchase.objects.filter(user=user).values("created_at", "coins", "price", "currency", "provider", "state")
        ),
        "payouts": list(Payout.objects.filter(user=user).values("created_at", "coins", "note", "state", "reason")),
        "codes": list(RedeemCode.objects.filter(used_by=user).values("used_at", "coins", "code")),
    }
