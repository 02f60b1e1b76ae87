"""The REST door of groups: who belongs to them."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.models import MemberRole, Membership
from chat.services import groups
from core.api import checked
from core.shapes import PersonIn, PersonOut, person


class MemberOut(PersonOut):
    role = serializers.ChoiceField(choices=MemberRole)


def shape(member: Membership) -> dict:
    return {**person(member.user), "role": member.role}


class Members(APIView):
    """`groups/{gid}/members/`: the owner and moderators let people in and put them out."""

    @extend_schema(responses=MemberOut(many=True))
    def get(self, request: Request, gid: str) -> Response:
        return Response([shape(member) for member in groups.members(actor=request.actor, gid=gid)[:1000]])

    @extend_schema(request=PersonIn, responses={201: MemberOut})
    def post(self, request: Request, gid: str) -> Response:
        member = groups.add_member(actor=request.actor, gid=gid, **checked(PersonIn, request))
        return Response(shape(member), status=201)

    @extend_schema(request=PersonIn, responses={204: None})
    def delete(self, request: Request, gid: str) -> Response:
        groups.remove_member(actor=request.actor, gid=gid, **checked(PersonIn, request))
        return Response(status=204)
