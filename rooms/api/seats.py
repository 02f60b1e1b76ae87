"""`channels/{cid}/seats/`: the co-mic for third-party apps and pages without a socket."""

from collections.abc import Callable

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import checked
from core.shapes import PersonOut
from rooms import selectors, shapes
from rooms.commands import Accept, Ask, Lock, MoveTo, Mute, Nothing
from rooms.flows import SeatState
from rooms.services import seats


class SeatOut(serializers.Serializer):
    """rooms.shapes.seat, documented."""

    rid = serializers.CharField()
    cid = serializers.CharField()
    state = serializers.ChoiceField(choices=SeatState)
    number = serializers.IntegerField(allow_null=True)
    person = PersonOut()
    mic = serializers.BooleanField()
    camera = serializers.BooleanField()
    mic_held = serializers.BooleanField()
    camera_held = serializers.BooleanField()
    since = serializers.DateTimeField()
    deadline = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class SeatsOut(serializers.Serializer):
    version = serializers.IntegerField()
    size = serializers.IntegerField()
    locks = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    users = SeatOut(many=True)
    waiting = SeatOut(many=True, help_text="all of them for the host, anybody's own")


class SeatIn(Ask):
    """With `uid` an invitation by the host, without it one's own request."""

    uid = serializers.CharField(max_length=128, required=False)


class Seats(APIView):
    @extend_schema(responses=SeatsOut)
    def get(self, request: Request, cid: str) -> Response:
        return Response(selectors.seats_for(request.actor, cid))

    @extend_schema(request=SeatIn, responses={201: SeatOut})
    def post(self, request: Request, cid: str) -> Response:
        fields = checked(SeatIn, request)
        verb = seats.invite if "uid" in fields else seats.ask
        return Response(shapes.seat(verb(actor=request.actor, cid=cid, **fields)), status=201)


class AudienceOut(serializers.Serializer):
    total = serializers.IntegerField(help_text="all who watch, guests included")
    people = PersonOut(many=True, help_text="the latest 100 who are signed in: they can be invited")


class Audience(APIView):
    @extend_schema(responses=AudienceOut)
    def get(self, request: Request, cid: str) -> Response:
        return Response(selectors.audience(request.actor, cid))


class SeatLock(APIView):
    @extend_schema(request=Lock, responses=SeatsOut)
    def put(self, request: Request, cid: str, number: int) -> Response:
        seats.lock_seat(actor=request.actor, cid=cid, number=number, **checked(Lock, request))
        return Response(selectors.seats_for(request.actor, cid))


VERBS: dict[str, tuple[Callable, type[serializers.Serializer]]] = {
    "accept": (seats.accept, Accept),
    "refuse": (seats.refuse, Nothing),
    "cancel": (seats.cancel, Nothing),
    "leave": (seats.leave, Nothing),
    "remove": (seats.remove, Nothing),
    "mute": (seats.mute, Mute),
    "move": (seats.move, MoveTo),
}


def verb_view(verb: str) -> Callable:
    """The view of one verb of one seat, with its own fields in the documentation."""
    service, shape = VERBS[verb]

    @extend_schema(operation_id=f"seat_{verb}", request=shape, responses=SeatOut)
    def post(self: APIView, request: Request, rid: str) -> Response:
        return Response(shapes.seat(service(actor=request.actor, rid=rid, **checked(shape, request))))

    return type(f"Seat{verb.title()}", (APIView,), {"post": post}).as_view()
