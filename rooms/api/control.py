"""`channels/{cid}/freeze/`, `unfreeze/`, `tell/`, `transfer/`: what staff do to a channel of somebody else."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import checked
from rooms import selectors
from rooms.serializers import ChannelOut
from rooms.services import control, handover

REASON = {"max_length": 200, "help_text": "stands in the audit log"}


class FreezeIn(serializers.Serializer):
    reason = serializers.CharField(max_length=200, help_text="the host reads it, and it stands in the audit log")


class UnfreezeIn(serializers.Serializer):
    reason = serializers.CharField(**REASON, required=False, allow_blank=True)


class TellIn(serializers.Serializer):
    text = serializers.CharField(max_length=control.LONGEST, help_text="what the host reads")
    reason = serializers.CharField(**REASON, required=False, allow_blank=True)


class TransferIn(serializers.Serializer):
    uid = serializers.CharField(max_length=128, help_text="the new host, of the channel's realm")
    reason = serializers.CharField(**REASON)


class Freeze(APIView):
    @extend_schema(request=FreezeIn, responses=ChannelOut)
    def post(self, request: Request, cid: str) -> Response:
        """Nobody sees or hears the show until it is let go. For staff with the right to change channels."""
        channel = control.freeze(actor=request.actor, cid=cid, **checked(FreezeIn, request))
        return Response(selectors.whole(channel))


class Unfreeze(APIView):
    @extend_schema(request=UnfreezeIn, responses=ChannelOut)
    def post(self, request: Request, cid: str) -> Response:
        """The show is seen and heard again."""
        channel = control.unfreeze(actor=request.actor, cid=cid, **checked(UnfreezeIn, request))
        return Response(selectors.whole(channel))


class Tell(APIView):
    @extend_schema(request=TellIn, responses={204: None})
    def post(self, request: Request, cid: str) -> Response:
        """A word of the house to the host, on every page of theirs."""
        control.tell(actor=request.actor, cid=cid, **checked(TellIn, request))
        return Response(status=204)


class Transfer(APIView):
    @extend_schema(request=TransferIn, responses=ChannelOut)
    def post(self, request: Request, cid: str) -> Response:
        """Somebody else is the host from now on. For staff with the right to delete channels."""
        channel = handover.transfer(actor=request.actor, cid=cid, **checked(TransferIn, request))
        return Response(selectors.whole(channel))
