"""`wallet/`: what one has; codes and packs that make it more."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing import shapes, wallets
from billing.services import purchases, topups
from core.actors import Actor
from core.api import checked
from core.idempotency import once
from core.numbers import AsSent


class CodeIn(serializers.Serializer):
    code = serializers.CharField(max_length=64)


class PackIn(serializers.Serializer):
    pack = AsSent()


class PurchaseOut(serializers.Serializer):
    id = serializers.IntegerField()
    url = serializers.CharField(help_text="where to pay")


def wallet(actor: Actor) -> dict:
    account, waiting = wallets.mine(actor), wallets.waiting(actor)
    return {
        "balance": account.balance,
        "earned": wallets.earned(account),
        "payout": shapes.payout(waiting) if waiting else None,
        "packs": [shapes.pack(row) for row in purchases.offered()],
    }


class Wallet(APIView):
    @extend_schema(responses=shapes.WalletOut)
    def get(self, request: Request) -> Response:
        return Response(wallet(request.actor))


class Redeem(APIView):
    @extend_schema(request=CodeIn, responses=shapes.WalletOut)
    @once
    def post(self, request: Request, key: str) -> Response:
        topups.redeem(actor=request.actor, **checked(CodeIn, request))
        return Response(wallet(request.actor))


class Purchases(APIView):
    @extend_schema(request=PackIn, responses={201: PurchaseOut})
    @once
    def post(self, request: Request, key: str) -> Response:
        back = request.build_absolute_uri("/wallet/")
        row, url = purchases.buy(actor=request.actor, back=back, key=key, **checked(PackIn, request))
        return Response({"id": row.pk, "url": url}, status=201)
