"""`webhooks/`: endpoints of an app's server, and what was delivered to them."""

from datetime import timedelta

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import Page, checked
from partners import selectors
from partners import webhook_shapes as shapes
from partners.flows import DeliveryState
from partners.models import Delivery, Shape, Webhook, WebhookStatus
from partners.services import deliveries, webhooks
from partners.webhook_shapes import DeliveryOut, WebhookMade, WebhookOut, WholeDelivery

EVENTS = serializers.ListField(
    child=serializers.CharField(max_length=64),
    max_length=60,
    help_text='names of the shape\'s catalogue (docs/partners/webhooks.md), or "*"',
)
SWITCHABLE = [WebhookStatus.ACTIVE, WebhookStatus.PAUSED]


class WebhookIn(serializers.Serializer):
    url = serializers.CharField(max_length=2000)
    shape = serializers.ChoiceField(choices=Shape, default=Shape.STANDARD)
    events = EVENTS
    secret = serializers.CharField(max_length=128, required=False, help_text="one of your own; else one is made")
    app_id = serializers.CharField(max_length=10, required=False, help_text="for an account; a key knows its app")


class WebhookPatch(serializers.Serializer):
    url = serializers.CharField(max_length=2000, required=False)
    events = serializers.ListField(child=serializers.CharField(max_length=64), max_length=60, required=False)
    status = serializers.ChoiceField(choices=SWITCHABLE, required=False)


class SecretIn(serializers.Serializer):
    secret = serializers.CharField(max_length=128, required=False)
    overlap = serializers.IntegerField(
        min_value=0, max_value=30 * 24 * 3600, required=False, help_text="seconds that the old secret still signs"
    )


class DeliveryQuery(serializers.Serializer):
    state = serializers.ChoiceField(choices=DeliveryState, required=False, allow_blank=True)
    event = serializers.CharField(max_length=64, required=False, allow_blank=True)
    subject = serializers.CharField(max_length=128, required=False, allow_blank=True)


class Webhooks(GenericAPIView):
    queryset = Webhook.objects.none()
    serializer_class = WebhookOut
    pagination_class = Page
    filter_backends = ()

    @extend_schema(responses=WebhookOut(many=True), parameters=[OpenApiParameter("app", str)])
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(selectors.webhooks_of(request.actor, request.query_params.get("app", "")))
        return self.get_paginated_response([shapes.webhook(row) for row in page])

    @extend_schema(request=WebhookIn, responses={201: WebhookMade})
    def post(self, request: Request) -> Response:
        """Its secret is answered this once."""
        return Response(_made(webhooks.create(actor=request.actor, **checked(WebhookIn, request))), status=201)


class OneWebhook(APIView):
    @extend_schema(responses=WebhookOut)
    def get(self, request: Request, wid: str) -> Response:
        return Response(shapes.webhook(selectors.webhook_for(request.actor, wid)))

    @extend_schema(request=WebhookPatch, responses=WebhookOut)
    def patch(self, request: Request, wid: str) -> Response:
        """`status: "active"` switches one on again that the house switched off."""
        fields = checked(WebhookPatch, request)
        return Response(shapes.webhook(webhooks.change(actor=request.actor, wid=wid, **fields)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, wid: str) -> Response:
        webhooks.delete(actor=request.actor, wid=wid)
        return Response(status=204)


class Rotate(APIView):
    @extend_schema(request=SecretIn, responses=WebhookMade)
    def post(self, request: Request, wid: str) -> Response:
        """A new secret, answered this once; of the standard shape the old one signs beside it for a day."""
        asked = checked(SecretIn, request)
        if "overlap" in asked:
            asked["overlap"] = timedelta(seconds=asked["overlap"])
        return Response(_made(webhooks.rotate(actor=request.actor, wid=wid, **asked)))


class Test(APIView):
    @extend_schema(request=None, responses={202: DeliveryOut})
    def post(self, request: Request, wid: str) -> Response:
        """A message that stands for nothing is on its way within a second; look at its delivery."""
        return Response(shapes.delivery(deliveries.test(actor=request.actor, wid=wid)), status=202)


class Deliveries(GenericAPIView):
    queryset = Delivery.objects.none()
    serializer_class = DeliveryOut
    pagination_class = Page
    filter_backends = ()

    @extend_schema(responses=DeliveryOut(many=True), parameters=[DeliveryQuery])
    def get(self, request: Request, wid: str) -> Response:
        asked = DeliveryQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        page = self.paginate_queryset(deliveries.listed(actor=request.actor, wid=wid, **asked.validated_data))
        return self.get_paginated_response([shapes.delivery(row) for row in page])


class OneDelivery(APIView):
    @extend_schema(responses=WholeDelivery)
    def get(self, request: Request, wid: str, mid: str) -> Response:
        """With its body and its last tries."""
        return Response(shapes.whole_delivery(selectors.delivery_for(request.actor, wid, mid)))


class Replay(APIView):
    @extend_schema(request=None, responses={202: DeliveryOut})
    def post(self, request: Request, wid: str, mid: str) -> Response:
        """The same message, with the same id, once more and now."""
        return Response(shapes.delivery(deliveries.replay(actor=request.actor, wid=wid, mid=mid)), status=202)


def _made(made: webhooks.Made) -> dict:
    return {**shapes.webhook(made.webhook), "secret": made.secret}
