"""`recordings/`: shows that are kept, and what was said in them."""

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from core.api import Page, asked
from core.shapes import PersonOut
from rooms import film_door, shapes
from rooms.flows import RecordingState
from rooms.models import Recording
from rooms.services import recordings, replays

LONGEST = 10**7  # seconds


class RecordingOut(serializers.Serializer):
    """rooms.shapes.recording, documented."""

    rid = serializers.CharField()
    cid = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=[s for s in RecordingState if s != RecordingState.DELETED])
    url = serializers.CharField(help_text="the page where it is seen")
    poster = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.IntegerField()
    bytes = serializers.IntegerField()
    progress = serializers.IntegerField(help_text="percent, while it is made ready")
    error = serializers.CharField()
    error_words = serializers.CharField()
    keep_until = serializers.DateTimeField(allow_null=True, help_text="null: for good")
    version = serializers.IntegerField()


class RecordingQuery(serializers.Serializer):
    cid = serializers.CharField(max_length=16, help_text="of this channel")


class SaidAgainQuery(serializers.Serializer):
    order = serializers.ChoiceField(choices=["oldest", "newest"], required=False, help_text="oldest unless named")
    to = serializers.FloatField(required=False, min_value=0, max_value=LONGEST, help_text="second of the film")

    def get_fields(self) -> dict[str, serializers.Field]:
        """`from` is no name for an attribute."""
        since = serializers.FloatField(required=False, min_value=0, max_value=LONGEST, help_text="second of the film")
        return {"from": since, **super().get_fields()}


class SaidAgainOut(serializers.Serializer):
    """A line of the chat, as its frame was."""

    offset = serializers.FloatField(help_text="second of the film")
    id = serializers.IntegerField()
    epoch = serializers.CharField()
    seq = serializers.IntegerField()
    sender = PersonOut(allow_null=True)
    kind = serializers.CharField()
    text = serializers.CharField(required=False)
    data = serializers.JSONField(required=False)
    at = serializers.DateTimeField()
    ts = serializers.IntegerField()


class LinesPage(Page):
    page_size, max_page_size = 100, 500
    ordering = ("created_at", "id")


class RecordingViewSet(GenericViewSet):
    lookup_field = "rid"
    lookup_value_regex = "[^/]+"
    serializer_class = RecordingOut
    queryset = Recording.objects.none()
    pagination_class = Page
    filter_backends = ()

    @extend_schema(parameters=[RecordingQuery])
    def list(self, request: Request) -> Response:
        """The host and staff are shown all of the channel's, others those that are ready."""
        page = self.paginate_queryset(replays.listed(actor=request.actor, **asked(RecordingQuery, request)))
        return self.get_paginated_response([shapes.recording(row) for row in page])

    def retrieve(self, request: Request, rid: str) -> Response:
        return Response(shapes.recording(replays.recording(actor=request.actor, rid=rid)))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, rid: str) -> Response:
        recordings.delete(actor=request.actor, rid=rid)
        return Response(status=204)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, rid: str) -> Response:
        """Once more, where making it failed."""
        return Response(shapes.recording(recordings.retry(actor=request.actor, rid=rid)))

    @extend_schema(responses={(200, "video/mp4"): OpenApiTypes.BINARY})
    @action(detail=True)
    def film(self, request: Request, rid: str) -> HttpResponseBase:
        """The film, in parts where they are asked for; or where it is to be had (302)."""
        return film_door.film(request, replays.recording(actor=request.actor, rid=rid))

    @extend_schema(parameters=[SaidAgainQuery], responses=SaidAgainOut(many=True))
    @action(detail=True, pagination_class=LinesPage)
    def messages(self, request: Request, rid: str) -> Response:
        """What was said from one second of the film to (and without) another."""
        wanted = asked(SaidAgainQuery, request)
        span = {"since": wanted.get("from", 0), "until": wanted.get("to")}
        rows = replays.messages(actor=request.actor, rid=rid, **span)
        if wanted.get("order") == "newest":
            self.paginator.ordering = ("-created_at", "-id")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(replays.lines(replays.recording(actor=request.actor, rid=rid), page))
