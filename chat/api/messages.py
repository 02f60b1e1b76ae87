"""`groups/{gid}/messages/` and `system-notices/`: the log, saying something, taking it away."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.paging import GroupView
from chat.models import Kind, MessageState, Priority
from chat.review_shapes import LoggedOut, logged
from chat.services import messages, moderation, notices
from core.api import checked, named


class MessageIn(serializers.Serializer):
    kind = serializers.CharField(max_length=16, default=Kind.TEXT, help_text="see docs/protocol.md")
    text = serializers.CharField(max_length=2000, required=False, allow_blank=True, trim_whitespace=False)
    data = serializers.DictField(required=False)
    priority = serializers.ChoiceField(choices=Priority, required=False, allow_blank=True)
    nonce = serializers.CharField(max_length=40, required=False, allow_blank=True)
    reply_to = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    mentions = serializers.ListField(child=serializers.CharField(max_length=128), required=False, max_length=10)


class SaidOut(serializers.Serializer):
    """Where it stands in the room's line; or that nobody was shown it, or that it waits for a moderator."""

    epoch = serializers.CharField(required=False)
    seq = serializers.IntegerField(required=False)
    dropped = serializers.BooleanField(required=False)
    held = serializers.BooleanField(required=False)
    id = serializers.IntegerField(required=False)


class DeleteIn(serializers.Serializer):
    epoch = serializers.CharField(max_length=48)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class NoticeIn(serializers.Serializer):
    text = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    data = serializers.CharField(max_length=4000, required=False, allow_blank=True, trim_whitespace=False)


class StateIn(serializers.Serializer):
    state = serializers.ChoiceField(choices=MessageState, required=False, allow_blank=True)


class Messages(GroupView):
    """Moderators read the log, newest first; whoever may speak says something."""

    serializer_class = LoggedOut

    @extend_schema(responses=LoggedOut(many=True), parameters=[StateIn])
    def get(self, request: Request, gid: str) -> Response:
        asked = StateIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return self.page(messages.log(actor=request.actor, gid=gid, **asked.validated_data), logged)

    @extend_schema(request=MessageIn, responses={201: SaidOut})
    def post(self, request: Request, gid: str) -> Response:
        return Response(messages.say(actor=request.actor, gid=gid, **checked(MessageIn, request)), status=201)


class OneMessage(GroupView):
    @extend_schema(parameters=[DeleteIn], responses={204: None})
    def delete(self, request: Request, gid: str, seq: int) -> Response:
        moderation.delete(actor=request.actor, gid=gid, seq=seq, **named(DeleteIn, request))
        return Response(status=204)


class SystemNotices(GroupView):
    @extend_schema(request=NoticeIn, responses={204: None})
    def post(self, request: Request, gid: str) -> Response:
        """To everybody who is in the group now; it is not kept."""
        notices.send(actor=request.actor, gid=gid, **checked(NoticeIn, request))
        return Response(status=204)
