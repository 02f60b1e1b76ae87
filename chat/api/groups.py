"""`groups/`: made, shown, changed, handed over, disbanded; joined and left."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat import presence, selectors, shapes
from chat.api.paging import GroupView
from chat.models import Group, GroupType, JoinOption
from chat.services import groups, joining, members, profile, roles
from chat.shapes import CustomFields, ProfileOut
from core.api import asked, checked
from core.errors import BadInput
from core.shapes import PersonIn


class GroupPatch(serializers.Serializer):
    title = serializers.CharField(max_length=120)
    notice = serializers.CharField(max_length=300, required=False, allow_blank=True)
    introduction = serializers.CharField(max_length=240, required=False, allow_blank=True)
    avatar = serializers.FileField(required=False, allow_null=True, write_only=True)
    custom = CustomFields(required=False)
    join_option = serializers.ChoiceField(choices=JoinOption, required=False)
    muted_all = serializers.BooleanField(required=False)
    slow_seconds = serializers.IntegerField(required=False, help_text="0, or 3 to 120")
    followers_only = serializers.BooleanField(required=False)
    block_links = serializers.BooleanField(required=False)
    tell_joins = serializers.BooleanField(required=False)


class GroupCreate(serializers.Serializer):
    title = serializers.CharField(max_length=120)
    type = serializers.ChoiceField(choices=GroupType, default=GroupType.AVCHATROOM)
    join_option = serializers.ChoiceField(choices=JoinOption, required=False)
    introduction = serializers.CharField(max_length=240, required=False, allow_blank=True)
    custom = CustomFields(required=False)
    owner = serializers.CharField(required=False, max_length=128, help_text="uid, where an app's server makes it")
    external_id = serializers.CharField(required=False, max_length=128, help_text="the app's own id of it")


class GroupQuery(serializers.Serializer):
    type = serializers.ChoiceField(choices=GroupType, required=False)
    external_id = serializers.CharField(required=False, max_length=128, help_text="the app's own id")


class JoinIn(serializers.Serializer):
    words = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="to the moderators")


class QuitIn(serializers.Serializer):
    platform = serializers.RegexField(r"^[\w.-]{1,16}$", default="rest", help_text="at which the person left")


class JoinOut(serializers.Serializer):
    status = serializers.ChoiceField(choices=["joined", "already", "waiting"])


def known(shape: type[serializers.Serializer], request: Request, **options: object) -> dict:
    """`checked`, and a field that nobody knows is refused, not overlooked."""
    fields = checked(shape, request, **options)
    unknown = set(request.data) - set(shape().fields)
    if unknown:
        raise BadInput("unknown_field", fields=sorted(unknown))
    return fields


def shown(group: Group) -> Response:
    return Response(shapes.profile(group, online=presence.online(group.gid)))


class Groups(GroupView):
    """Those one belongs to, newest first; an app's server has all of the app's."""

    serializer_class = ProfileOut

    @extend_schema(parameters=[GroupQuery], responses=ProfileOut(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(selectors.groups_of(request.actor, **asked(GroupQuery, request)))
        here = presence.online_in([group.gid for group in page])
        return self.get_paginated_response([shapes.profile(group, online=here[group.gid]) for group in page])

    @extend_schema(request=GroupCreate, responses={201: ProfileOut})
    def post(self, request: Request) -> Response:
        group = groups.create_named(actor=request.actor, **known(GroupCreate, request))
        return Response(shapes.profile(group), status=201)


class OneGroup(GroupView):
    """Who may read sees the profile; the owner and moderators change it; the owner disbands."""

    serializer_class = ProfileOut

    def get(self, request: Request, gid: str) -> Response:
        return shown(selectors.readable(request.actor, gid))

    @extend_schema(request=GroupPatch)
    def patch(self, request: Request, gid: str) -> Response:
        return shown(profile.change(actor=request.actor, gid=gid, **known(GroupPatch, request, partial=True)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, gid: str) -> Response:
        groups.disband(actor=request.actor, gid=gid)
        return Response(status=204)


class Owner(GroupView):
    serializer_class = ProfileOut

    @extend_schema(request=PersonIn, responses=ProfileOut)
    def post(self, request: Request, gid: str) -> Response:
        return shown(roles.hand_over(actor=request.actor, gid=gid, **checked(PersonIn, request)))


class Join(GroupView):
    serializer_class = JoinOut

    @extend_schema(request=JoinIn, responses=JoinOut)
    def post(self, request: Request, gid: str) -> Response:
        return Response({"status": joining.join(actor=request.actor, gid=gid, **checked(JoinIn, request))})


class Quit(GroupView):
    @extend_schema(request=QuitIn, responses={204: None})
    def post(self, request: Request, gid: str) -> Response:
        members.quit(actor=request.actor, gid=gid, **checked(QuitIn, request))
        return Response(status=204)
