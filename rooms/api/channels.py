"""`channels/`, their uploaders and stays."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from core.api import Page, asked, checked, named
from core.shapes import PersonIn, PersonOut, person
from rooms import access, selectors, shapes
from rooms.flows import StayState
from rooms.models import Channel, Stay
from rooms.serializers import ChannelCreate, ChannelOut, ChannelPatch, ChannelQuery, PullOut, StayListed, StayOut
from rooms.services import channels, follows, pulls, stays


class LobbyPage(Page):
    ordering = ("-on_air", "-id")


class ChannelViewSet(GenericViewSet):
    lookup_field = "cid"
    lookup_value_regex = "[^/]+"
    serializer_class = ChannelOut
    queryset = Channel.objects.none()
    pagination_class = LobbyPage
    filter_backends = ()

    @extend_schema(parameters=[ChannelQuery])
    def list(self, request: Request) -> Response:
        wanted = asked(ChannelQuery, request)
        rows = selectors.lobby(request.actor, query=wanted.pop("q", ""), closed="state" in wanted, **wanted)
        page = self.paginate_queryset(rows)
        costs = selectors.costs(page)
        return self.get_paginated_response([shapes.outline(row, costs[row.cid], viewers=row.watching) for row in page])

    @extend_schema(request=ChannelCreate, responses={201: ChannelOut})
    def create(self, request: Request) -> Response:
        channel = channels.create_named(actor=request.actor, **checked(ChannelCreate, request))
        return Response(selectors.whole(channel), status=201)

    def retrieve(self, request: Request, cid: str) -> Response:
        return Response(selectors.shown_to(request.actor, selectors.channel_for(request.actor, cid)))

    @extend_schema(request=ChannelPatch)
    def partial_update(self, request: Request, cid: str) -> Response:
        fields = checked(ChannelPatch, request, partial=True)
        return Response(selectors.whole(channels.update(actor=request.actor, cid=cid, **fields)))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, cid: str) -> Response:
        channels.delete(actor=request.actor, cid=cid)
        return Response(status=204)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, cid: str) -> Response:
        return Response(selectors.whole(channels.close(actor=request.actor, cid=cid)))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, cid: str) -> Response:
        return Response(selectors.whole(channels.reopen(actor=request.actor, cid=cid)))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, cid: str) -> Response:
        return Response(selectors.whole(channels.stop(actor=request.actor, cid=cid)))

    @extend_schema(request=None, responses=PullOut)
    @action(detail=True, methods=["get"])
    def pull(self, request: Request, cid: str) -> Response:
        """How the pulling of a PROXY channel goes, for who rules it."""
        return Response(PullOut(pulls.state(actor=request.actor, cid=cid)).data)

    @extend_schema(request=None, responses=PullOut)
    @pull.mapping.post
    def start_pull(self, request: Request, cid: str) -> Response:
        """Pull again what was paused or has ended; what waits to be tried again is tried now."""
        return Response(PullOut(pulls.shape(pulls.start(actor=request.actor, cid=cid))).data)

    @extend_schema(responses={204: None})
    @pull.mapping.delete
    def stop_pull(self, request: Request, cid: str) -> Response:
        """Pause: the show ends, and nothing is pulled until it is started again."""
        pulls.stop(actor=request.actor, cid=cid)
        return Response(status=204)

    @extend_schema(methods=["get"], responses=PersonOut(many=True), filters=False)
    @extend_schema(methods=["post"], request=PersonIn, responses={201: PersonOut})
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def uploaders(self, request: Request, cid: str) -> Response:
        if request.method == "POST":
            grant = channels.set_uploader(actor=request.actor, cid=cid, **checked(PersonIn, request))
            return Response(person(grant.user), status=201)
        return Response([person(user) for user in selectors.people_with_grant(request.actor, cid)])

    @extend_schema(parameters=[PersonIn], responses={204: None})
    @uploaders.mapping.delete
    def unset_uploader(self, request: Request, cid: str) -> Response:
        channels.unset_uploader(actor=request.actor, cid=cid, **named(PersonIn, request))
        return Response(status=204)

    @extend_schema(
        responses=StayListed(many=True),
        parameters=[OpenApiParameter("state", str, enum=["open", "ended"], description="open where none is named")],
    )
    @action(detail=True, pagination_class=Page)
    def stays(self, request: Request, cid: str) -> Response:
        page = self.paginate_queryset(_stays(request, cid))
        return self.get_paginated_response([shapes.history(row) for row in page])

    @extend_schema(request=None, responses=StayOut, parameters=[OpenApiParameter("sid", str, "path")])
    @action(detail=True, methods=["post"], url_path="stays/(?P<sid>[^/]+)/end")
    def end_stay(self, request: Request, cid: str, sid: str) -> Response:
        return Response(shapes.stay(stays.end(actor=request.actor, sid=sid, cid=cid)))

    @extend_schema(methods=["POST"], request=None, responses={204: None})
    @extend_schema(methods=["DELETE"], responses={204: None})
    @action(detail=True, methods=["post", "delete"])
    def follow(self, request: Request, cid: str) -> Response:
        service = follows.follow if request.method == "POST" else follows.unfollow
        service(actor=request.actor, cid=cid)
        return Response(status=204)


def _stays(request: Request, cid: str) -> QuerySet[Stay]:
    channel = selectors.channel_for(request.actor, cid)
    access.require_host(request.actor, channel)
    ended = request.query_params.get("state") == StayState.ENDED
    return selectors.ended_stays(channel) if ended else selectors.open_stays(channel)
