"""`transfers/`: one's statement, as a list and as a file; an app's server pays its people."""

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing import shapes, statements, wallets
from billing.models import Transfer, TransferKind
from billing.services import topups
from core.api import Page, checked
from core.idempotency import once
from core.numbers import AsSent
from core.shapes import PersonIn
from core.streams import csv_file

KIND = OpenApiParameter("kind", str, enum=TransferKind.values)


class PaymentIn(PersonIn):
    coins = AsSent()
    memo = serializers.CharField(max_length=200, required=False, allow_blank=True)


class Transfers(GenericAPIView):
    """Newest first. `?kind=`; an unknown one has no transfers."""

    queryset = Transfer.objects.none()
    serializer_class = shapes.TransferOut
    pagination_class = Page
    filter_backends = ()

    @extend_schema(responses=shapes.TransferOut(many=True), parameters=[KIND])
    def get(self, request: Request) -> Response:
        account, rows = wallets.statement(request.actor, request.query_params.get("kind", ""))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response([shapes.transfer(row, account) for row in page])

    @extend_schema(request=PaymentIn, responses={201: shapes.TransferOut})
    @once
    def post(self, request: Request, key: str) -> Response:
        """An app's server pays one of its people out of the app's own account."""
        row = topups.pay_person(actor=request.actor, key=key, **checked(PaymentIn, request))
        return Response(shapes.transfer(row, row.source), status=201)


class CSVRenderer(BaseRenderer):
    """So that whoever asks for `text/csv` is understood; a refusal is JSON all the same."""

    media_type, format = "text/csv", "csv"

    def render(self, data: object, media_type: str | None = None, context: dict | None = None) -> bytes:
        context["response"]["Content-Type"] = JSONRenderer.media_type
        return JSONRenderer().render(data)


class Export(APIView):
    renderer_classes = (JSONRenderer, CSVRenderer)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        """The whole statement. No cell is a formula."""
        return csv_file(request._request, "transfers", statements.csv_lines(wallets.mine(request.actor)))
