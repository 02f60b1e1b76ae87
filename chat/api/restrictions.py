"""`groups/{gid}/restrictions/`: who is muted or banned, for moderators."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.paging import GroupView
from chat.models import Restriction, RestrictionKind
from chat.services import moderation
from core.api import checked, named
from core.shapes import PersonIn, PersonOut, person

RESTRICT = {"mute": moderation.mute, "ban": moderation.ban, "kick": moderation.kick}
LIFT = {RestrictionKind.MUTE: moderation.unmute, RestrictionKind.BAN: moderation.unban}


class RestrictionOut(PersonOut):
    kind = serializers.ChoiceField(choices=RestrictionKind)
    until = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class RestrictionIn(PersonIn):
    kind = serializers.ChoiceField(choices=list(RESTRICT))
    seconds = serializers.IntegerField(required=False, allow_null=True, min_value=0, help_text="null: for good")
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class LiftIn(PersonIn):
    kind = serializers.ChoiceField(choices=RestrictionKind)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


def shape(row: Restriction) -> dict:
    facts = {"kind": row.kind, "until": row.until, "reason": row.reason, "at": row.created_at}
    return {**person(row.user), **facts}


class Restrictions(GroupView):
    """Those in force. Mute, ban, put out for a time (`kick`); lift a mute or a ban."""

    serializer_class = RestrictionOut

    @extend_schema(responses=RestrictionOut(many=True))
    def get(self, request: Request, gid: str) -> Response:
        return self.page(moderation.restrictions(actor=request.actor, gid=gid), shape)

    @extend_schema(request=RestrictionIn, responses={204: None})
    def post(self, request: Request, gid: str) -> Response:
        fields = checked(RestrictionIn, request)
        kind = fields.pop("kind")
        if kind == "mute":
            fields.setdefault("seconds", None)
        RESTRICT[kind](actor=request.actor, gid=gid, **fields)
        return Response(status=204)

    @extend_schema(parameters=[LiftIn], responses={204: None})
    def delete(self, request: Request, gid: str) -> Response:
        fields = named(LiftIn, request)
        LIFT[fields.pop("kind")](actor=request.actor, gid=gid, **fields)
        return Response(status=204)
