"""`channels/{cid}/shows/`: what the host's shows brought."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api import Page
from rooms.api.money import SupporterOut
from rooms.models import Broadcast
from rooms.services import figures

KEPT = ("id", "title", "started_at", "ended_at", "peak", "likes", "vouchers", "inquiries", "bytes")


class PastShowOut(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="null: it runs")
    seconds = serializers.IntegerField()
    peak = serializers.IntegerField(help_text="most viewers at once")
    likes = serializers.IntegerField()
    vouchers = serializers.IntegerField()
    inquiries = serializers.IntegerField()
    bytes = serializers.IntegerField(help_text="sent to the people in it")
    messages = serializers.IntegerField()
    gifts = serializers.IntegerField()
    income = serializers.IntegerField(help_text="the host's coins, of gifts and minutes watched")
    supporters = SupporterOut(many=True)


def shape(show: Broadcast, supporters: list[dict]) -> dict:
    until = show.ended_at or clock.now()
    kept = {name: getattr(show, name) for name in (*KEPT, "messages", "gifts", "income")}
    live = {} if show.ended_at else figures.live(show, until)
    return {**kept, **live, "seconds": int((until - show.started_at).total_seconds()), "supporters": supporters}


class Shows(GenericAPIView):
    queryset = Broadcast.objects.none()
    serializer_class = PastShowOut
    pagination_class = Page
    filter_backends = ()

    @extend_schema(operation_id="channels_shows_list", responses=PastShowOut(many=True))
    def get(self, request: Request, cid: str) -> Response:
        page = self.paginate_queryset(figures.shows(actor=request.actor, cid=cid))
        gave = figures.supporters(page)
        return self.get_paginated_response([shape(show, gave.get(show.pk, [])) for show in page])
