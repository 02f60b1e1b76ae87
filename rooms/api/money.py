"""`channels/{cid}/gifts/`, `red-packets/`, `ranking/`, `prices/`: coins given and asked for in a channel."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing import wallets
from core.api import checked
from core.errors import BadInput
from core.idempotency import once
from core.numbers import AsSent
from core.shapes import PersonOut
from rooms.models import GiftSent
from rooms.services import gifts, pricing


class GiftIn(serializers.Serializer):
    gift = serializers.CharField(max_length=32)
    quantity = AsSent(required=False)
    combo = serializers.CharField(max_length=40, required=False, allow_blank=True, help_text="gifts of one run")


class RedPacketIn(serializers.Serializer):
    coins = AsSent()
    words = serializers.CharField(max_length=80, required=False, allow_blank=True)


class SentOut(serializers.Serializer):
    id = serializers.IntegerField()
    coins = serializers.IntegerField()
    balance = serializers.IntegerField(help_text="of the sender, afterwards")


class SupporterOut(PersonOut):
    coins = serializers.IntegerField()
    gifts = serializers.IntegerField()


class PricesIn(serializers.Serializer):
    """`null`: no price of the channel's own."""

    play = AsSent(required=False, allow_null=True)
    preview = AsSent(required=False, allow_null=True)
    upload = AsSent(required=False, allow_null=True)
    call = AsSent(required=False, allow_null=True)
    gigabyte = AsSent(required=False, allow_null=True)
    share = AsSent(required=False, allow_null=True)


class PricesOut(serializers.Serializer):
    play = serializers.IntegerField(help_text="coins a minute watched")
    preview = serializers.IntegerField(help_text="free seconds")
    upload = serializers.IntegerField(help_text="coins a minute on the air")
    call = serializers.IntegerField(allow_null=True, help_text="coins a minute; null: no calls")
    gigabyte = serializers.IntegerField(help_text="coins")
    share = serializers.IntegerField(help_text="per cent that the host gets")


def sent(row: GiftSent) -> Response:
    shape = {"id": row.pk, "coins": row.coins, "balance": wallets.balance(row.sender)}
    return Response(shape, status=201)


class Gifts(APIView):
    @extend_schema(request=GiftIn, responses={201: SentOut})
    @once
    def post(self, request: Request, cid: str, key: str) -> Response:
        return sent(gifts.send(actor=request.actor, cid=cid, key=key, **checked(GiftIn, request)))


class RedPackets(APIView):
    @extend_schema(request=RedPacketIn, responses={201: SentOut})
    @once
    def post(self, request: Request, cid: str, key: str) -> Response:
        return sent(gifts.send_red_packet(actor=request.actor, cid=cid, key=key, **checked(RedPacketIn, request)))


class Ranking(APIView):
    """Who gave most in the running show (the last one, where none runs), today or this week."""

    @extend_schema(
        parameters=[OpenApiParameter("span", str, enum=gifts.SPANS, default="show")],
        responses=SupporterOut(many=True),
    )
    def get(self, request: Request, cid: str) -> Response:
        span = request.query_params.get("span", "show")
        return Response(gifts.ranking(actor=request.actor, cid=cid, span=span))


class Prices(APIView):
    @extend_schema(responses=PricesOut)
    def get(self, request: Request, cid: str) -> Response:
        return Response(pricing.of(actor=request.actor, cid=cid))

    @extend_schema(request=PricesIn, responses=PricesOut)
    def patch(self, request: Request, cid: str) -> Response:
        wanted = checked(PricesIn, request)
        if unknown := set(request.data) - set(PricesIn().fields):
            raise BadInput("unknown_field", fields=sorted(unknown))
        pricing.change(actor=request.actor, cid=cid, **wanted)
        return Response(pricing.of(actor=request.actor, cid=cid))
