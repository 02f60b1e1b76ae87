"""One file of each noun; imported from here."""

from billing.models.account import Account, Holder, Transfer, TransferKind
from billing.models.audit import Audit
from billing.models.gift import Effect, Gift
from billing.models.minute import Minute, Outcome
from billing.models.price import Price, PriceKind
from billing.models.unsettled import Unsettled, What
from billing.models.wallet import CoinPack, Payout, PayoutState, Purchase, PurchaseState, RedeemCode

__all__ = [
    "Account",
    "Audit",
    "CoinPack",
    "Effect",
    "Gift",
    "Holder",
    "Minute",
    "Outcome",
    "Payout",
    "PayoutState",
    "Price",
    "PriceKind",
    "Purchase",
    "PurchaseState",
    "RedeemCode",
    "Transfer",
    "TransferKind",
    "Unsettled",
    "What",
]
