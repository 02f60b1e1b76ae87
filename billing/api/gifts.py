"""`gifts/`: the catalogue."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing import shapes
from billing.models import Gift


class Gifts(APIView):
    @extend_schema(responses=shapes.GiftOut(many=True))
    def get(self, request: Request) -> Response:
        return Response([shapes.gift(row) for row in Gift.objects.filter(active=True)])
