"""`calls/`: private calls for third-party signalling. The media of a call goes over the room socket."""

from collections.abc import Callable

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import Page, checked
from core.shapes import PersonOut
from rooms import selectors, shapes
from rooms.commands import Prepare, Ring
from rooms.flows import CallState
from rooms.models import Call, CallKind
from rooms.services import calls


class CallOut(serializers.Serializer):
    """rooms.shapes.call, documented."""

    call_id = serializers.CharField()
    cid = serializers.CharField()
    kind = serializers.ChoiceField(choices=CallKind)
    state = serializers.ChoiceField(choices=CallState)
    caller = PersonOut()
    host = PersonOut()
    extension = serializers.DictField()
    price = serializers.IntegerField(help_text="coins a minute")
    deadline = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    connected_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField(allow_null=True)
    end_reason = serializers.CharField()
    duration = serializers.IntegerField(allow_null=True, help_text="ms from connected to the end")
    version = serializers.IntegerField()

    def to_representation(self, instance: Call) -> dict:
        return shapes.call(instance)


class RingIn(Ring):
    cid = serializers.CharField(max_length=16)


class PrepareIn(Prepare):
    cid = serializers.CharField(max_length=16)


class Calls(GenericAPIView):
    queryset = Call.objects.none()
    serializer_class = CallOut
    pagination_class = Page
    filter_backends = ()

    @extend_schema(responses=CallOut(many=True))
    def get(self, request: Request) -> Response:
        """One's own, on either side, newest first."""
        page = self.paginate_queryset(selectors.calls(request.actor))
        return self.get_paginated_response([shapes.call(call) for call in page])

    @extend_schema(request=RingIn, responses={201: CallOut})
    def post(self, request: Request) -> Response:
        """Rings the host of a channel. A host who is busy is not rung: `state` says `busy`."""
        return Response(shapes.call(calls.ring(actor=request.actor, **checked(RingIn, request))), status=201)


class Preparation(APIView):
    @extend_schema(request=PrepareIn, responses={204: None})
    def put(self, request: Request) -> Response:
        calls.prepare(actor=request.actor, **checked(PrepareIn, request))
        return Response(status=204)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        calls.deinitialize(actor=request.actor)
        return Response(status=204)


class OneCall(APIView):
    @extend_schema(responses=CallOut)
    def get(self, request: Request, call_id: str) -> Response:
        return Response(shapes.call(selectors.call_for(request.actor, call_id)))


VERBS: dict[str, Callable[..., Call]] = {
    "accept": calls.accept,
    "refuse": calls.refuse,
    "cancel": calls.cancel,
    "first_frame": calls.first_frame,
    "hang_up": calls.hang_up,
}


def verb_view(verb: str) -> Callable:
    """The view of one verb of one call."""

    @extend_schema(operation_id=f"call_{verb}", request=None, responses=CallOut)
    def post(self: APIView, request: Request, call_id: str) -> Response:
        return Response(shapes.call(VERBS[verb](actor=request.actor, call_id=call_id)))

    return type(f"Call{verb.title()}", (APIView,), {"post": post}).as_view()
