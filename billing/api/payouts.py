"""`payouts/`: coins that a host wants as money."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from billing import shapes, wallets
from billing.models import Payout
from billing.services import payouts
from core.api import Page, checked
from core.idempotency import once
from core.numbers import AsSent


class PayoutIn(serializers.Serializer):
    coins = AsSent()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="where to")


class Payouts(GenericAPIView):
    queryset = Payout.objects.none()
    serializer_class = shapes.PayoutOut
    pagination_class = Page
    filter_backends = ()

    @extend_schema(responses=shapes.PayoutOut(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(wallets.payouts(request.actor))
        return self.get_paginated_response([shapes.payout(row) for row in page])

    @extend_schema(request=PayoutIn, responses={201: shapes.PayoutOut})
    @once
    def post(self, request: Request, key: str) -> Response:
        row = payouts.ask(actor=request.actor, key=key, **checked(PayoutIn, request))
        return Response(shapes.payout(row), status=201)
