"""The public shapes of money, and the same documented."""

from rest_framework import serializers

from billing import statements
from billing.models import Account, CoinPack, Effect, Gift, Payout, PayoutState, Transfer, TransferKind
from core.shapes import PersonOut, person


class GiftOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    icon = serializers.CharField()
    price = serializers.IntegerField()
    effect = serializers.ChoiceField(choices=Effect)


class PackOut(serializers.Serializer):
    """`price` in the smallest unit of the currency."""

    id = serializers.IntegerField()
    coins = serializers.IntegerField()
    price = serializers.IntegerField()
    currency = serializers.CharField()


class PayoutOut(serializers.Serializer):
    id = serializers.IntegerField()
    coins = serializers.IntegerField()
    note = serializers.CharField()
    state = serializers.ChoiceField(choices=PayoutState)
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class WalletOut(serializers.Serializer):
    balance = serializers.IntegerField()
    earned = serializers.IntegerField(help_text="coins received as host")
    payout = PayoutOut(allow_null=True, help_text="the one that waits")
    packs = PackOut(many=True)


class TransferOut(serializers.Serializer):
    """`coins` are negative where they went out; `with` is null where the house stands on the other side."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=TransferKind)
    coins = serializers.IntegerField()
    memo = serializers.CharField()

    def get_fields(self) -> dict:
        return {**super().get_fields(), "with": PersonOut(allow_null=True)}  # a word that Python keeps for itself


def gift(row: Gift) -> dict:
    return {name: getattr(row, name) for name in ("code", "name", "icon", "price", "effect")}


def pack(row: CoinPack) -> dict:
    return {name: getattr(row, name) for name in ("id", "coins", "price", "currency")}


def payout(row: Payout) -> dict:
    names = ("id", "coins", "note", "state", "reason", "created_at", "decided_at")
    return {name: getattr(row, name) for name in names}


def transfer(row: Transfer, account: Account) -> dict:
    owner = statements.other_side(row, account).owner
    return {
        "id": row.pk,
        "at": row.created_at,
        "kind": row.kind,
        "coins": statements.signed(row, account),
        "with": person(owner) if owner else None,
        "memo": row.memo,
    }
