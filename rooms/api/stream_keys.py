"""`channels/{cid}/stream-key/`: with what an encoder goes on the air there."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from rooms.models import StreamKey
from rooms.services import stream_keys


class StreamKeyOut(serializers.Serializer):
    whip_url = serializers.CharField(help_text="where an encoder sends its offer (RFC 9725)")
    prefix = serializers.CharField(allow_null=True, help_text="what the key begins with; null: there is none")
    created_at = serializers.DateTimeField(allow_null=True)
    used_at = serializers.DateTimeField(allow_null=True, help_text="to the minute")


class StreamKeyMade(StreamKeyOut):
    key = serializers.CharField(help_text="shown this once")


class StreamKeys(GenericAPIView):
    serializer_class = StreamKeyOut

    def get(self, request: Request, cid: str) -> Response:
        return Response(_shape(request, cid, stream_keys.shown(actor=request.actor, cid=cid)))

    @extend_schema(request=None, responses={201: StreamKeyMade})
    def post(self, request: Request, cid: str) -> Response:
        """A new key; the one before opens nothing any more, and an encoder that sends with it is cut off."""
        row, key = stream_keys.rotate(actor=request.actor, cid=cid)
        return Response({**_shape(request, cid, row), "key": key}, status=201)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, cid: str) -> Response:
        stream_keys.revoke(actor=request.actor, cid=cid)
        return Response(status=204)


def _shape(request: Request, cid: str, row: StreamKey | None) -> dict:
    facts = {name: getattr(row, name, None) for name in ("prefix", "created_at", "used_at")}
    return {"whip_url": request.build_absolute_uri(reverse("whip", kwargs={"cid": cid})), **facts}
