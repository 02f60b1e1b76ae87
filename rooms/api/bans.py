"""`bans/`: rules that keep people out or off the air, in the vendor's fields."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import Page, checked
from core.shapes import PersonOut, person
from rooms.models import Ban, Privilege
from rooms.services import bans

MOST = 10**9  # what is more than the longest is clamped; what is absurd is refused


class TimeIn(serializers.Serializer):
    """`time` in minutes is clamped to 1..1440, `time_in_seconds` to 10..86430 and wins; neither: 60 minutes."""

    time = serializers.IntegerField(required=False, min_value=0, max_value=MOST)
    time_in_seconds = serializers.IntegerField(required=False, min_value=0, max_value=MOST)
    forever = serializers.BooleanField(default=False)


class BanIn(TimeIn):
    """0 as the time puts out now and leaves no rule."""

    cid = serializers.CharField(max_length=16, required=False)
    uid = serializers.CharField(max_length=128, required=False)
    ip = serializers.CharField(max_length=45, required=False)
    privileges = serializers.ListField(child=serializers.ChoiceField(choices=Privilege), required=False, max_length=3)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class BanOut(serializers.Serializer):
    id = serializers.IntegerField()
    cid = serializers.CharField(allow_null=True)
    person = PersonOut(allow_null=True)
    ip = serializers.CharField(allow_null=True)
    privileges = serializers.ListField(child=serializers.ChoiceField(choices=Privilege))
    until = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


def shown(ban: Ban) -> dict:
    return {
        "id": ban.pk,
        "cid": ban.channel.cid if ban.channel else None,
        "person": person(ban.user) if ban.user else None,
        "ip": ban.address,
        "privileges": ban.privileges,
        "until": ban.until,
        "reason": ban.reason,
        "created_at": ban.created_at,
        "updated_at": ban.updated_at,
    }


class Bans(GenericAPIView):
    queryset = Ban.objects.none()
    serializer_class = BanOut
    pagination_class = Page
    filter_backends = ()

    @extend_schema(responses=BanOut(many=True), parameters=[OpenApiParameter("cid", str)])
    def get(self, request: Request) -> Response:
        """Those in force: of one channel for its host, of the whole house for staff."""
        rows = bans.listed(actor=request.actor, cid=request.query_params.get("cid", ""))
        return self.get_paginated_response([shown(ban) for ban in self.paginate_queryset(rows)])

    @extend_schema(request=BanIn, responses={201: BanOut, 204: None})
    def post(self, request: Request) -> Response:
        ban = bans.add(actor=request.actor, **checked(BanIn, request))
        return Response(shown(ban), status=201) if ban else Response(status=204)


class OneBan(APIView):
    @extend_schema(request=TimeIn, responses=BanOut)
    def put(self, request: Request, pk: int) -> Response:
        """Another end, counted from now."""
        return Response(shown(bans.change(actor=request.actor, pk=pk, **checked(TimeIn, request))))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        bans.remove(actor=request.actor, pk=pk)
        return Response(status=204)
