"""`groups/{gid}/members/` and `requests/`: who belongs, who rules, who waits to be let in."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat import selectors
from chat.api.paging import GroupView, OldestFirst
from chat.models import JoinRequest, MemberRole, Membership
from chat.services import joining, members, roles
from core.api import Page, checked, named
from core.shapes import PersonIn, PersonOut, person


class MemberOut(PersonOut):
    role = serializers.ChoiceField(choices=MemberRole, allow_blank=True)


class RoleIn(PersonIn):
    role = serializers.ChoiceField(choices=[MemberRole.ADMIN, MemberRole.MEMBER])


class JoinRequestOut(PersonOut):
    words = serializers.CharField()
    at = serializers.DateTimeField()


class AnswerIn(PersonIn):
    accept = serializers.BooleanField()


def member_shape(member: Membership) -> dict:
    return {**person(member.user), "role": member.role}


def request_shape(asked: JoinRequest) -> dict:
    return {**person(asked.user), "words": asked.words, "at": asked.created_at}


class RulersFirst(Page):
    ordering = ("rank", "id")


class Members(GroupView):
    """The owner and moderators let people in and put them out; the owner names moderators."""

    serializer_class = MemberOut
    pagination_class = RulersFirst

    @extend_schema(responses=MemberOut(many=True))
    def get(self, request: Request, gid: str) -> Response:
        return self.page(selectors.members(request.actor, gid), member_shape)

    @extend_schema(request=PersonIn, responses={201: MemberOut})
    def post(self, request: Request, gid: str) -> Response:
        member = members.add(actor=request.actor, gid=gid, **checked(PersonIn, request))
        return Response(member_shape(member), status=201)

    @extend_schema(request=RoleIn, responses=MemberOut)
    def patch(self, request: Request, gid: str) -> Response:
        user, role = roles.set_role(actor=request.actor, gid=gid, **checked(RoleIn, request))
        return Response({**person(user), "role": role})

    @extend_schema(parameters=[PersonIn], responses={204: None})
    def delete(self, request: Request, gid: str) -> Response:
        members.remove(actor=request.actor, gid=gid, **named(PersonIn, request))
        return Response(status=204)


class JoinRequests(GroupView):
    """Who waits to be let in, oldest first; a moderator answers."""

    serializer_class = JoinRequestOut
    pagination_class = OldestFirst

    @extend_schema(responses=JoinRequestOut(many=True))
    def get(self, request: Request, gid: str) -> Response:
        return self.page(selectors.join_requests(request.actor, gid), request_shape)

    @extend_schema(request=AnswerIn, responses={204: None})
    def post(self, request: Request, gid: str) -> Response:
        joining.answer(actor=request.actor, gid=gid, **checked(AnswerIn, request))
        return Response(status=204)
