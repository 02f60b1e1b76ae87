"""`apps/`: an account's apps, and the keys of their servers."""

from datetime import timedelta

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import Page, checked
from partners import selectors, shapes
from partners.models import Partner, QuitSync, Silence
from partners.services import apps, removal
from partners.shapes import AppMade, AppOut, CallbacksOut, KeyMade, KeyOut

SECRET = {"max_length": 128, "required": False, "allow_blank": True}


class AppPatch(serializers.Serializer):
    name = serializers.CharField(max_length=60)
    version = serializers.CharField(max_length=20, required=False, allow_blank=True)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    origins = serializers.ListField(child=serializers.CharField(max_length=255), max_length=50, required=False)
    addresses = serializers.ListField(
        child=serializers.CharField(max_length=50),
        max_length=50,
        required=False,
        help_text="addresses or networks of its servers, from which events are taken; none: from any",
    )
    quit_sync = serializers.ChoiceField(
        choices=QuitSync, required=False, help_text="what a person's other clients do when they leave a group at one"
    )
    guard_token = serializers.CharField(**SECRET, help_text="of AEC events; empty: none is asked for")
    agora_secret = serializers.CharField(**SECRET, help_text="of Agora notifications")
    agora_app_id = serializers.CharField(max_length=64, required=False, allow_blank=True)
    agora_customer_id = serializers.CharField(max_length=64, required=False, allow_blank=True)
    agora_customer_secret = serializers.CharField(**SECRET, help_text="with it, bans are kicking rules at Agora too")
    agora_api_url = serializers.URLField(max_length=200, required=False)
    im_admin = serializers.CharField(max_length=128, required=False, help_text="who may call the IM door")


class CallbacksPatch(serializers.Serializer):
    messages = serializers.CharField(max_length=2000, allow_blank=True, help_text="asked before each message")
    permissions = serializers.CharField(
        max_length=2000, allow_blank=True, help_text="asked before somebody watches or goes on the air"
    )
    token = serializers.CharField(max_length=128, allow_blank=True, help_text="signs what is asked about messages")
    silence = serializers.ChoiceField(choices=Silence, help_text="what is done without an answer in two seconds")


class KeyIn(serializers.Serializer):
    scopes = serializers.ListField(child=serializers.CharField(max_length=32), max_length=40, required=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class RotateIn(serializers.Serializer):
    overlap = serializers.IntegerField(
        min_value=0, max_value=30 * 24 * 3600, required=False, help_text="seconds that the old key still opens"
    )


class Apps(GenericAPIView):
    queryset = Partner.objects.none()
    serializer_class = AppOut
    pagination_class = Page
    filter_backends = ()

    @extend_schema(responses=AppOut(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(selectors.apps_of(request.actor))
        return self.get_paginated_response([shapes.app(row) for row in page])

    @extend_schema(request=AppPatch, responses={201: AppMade})
    def post(self, request: Request) -> Response:
        """Its secrets are answered this once."""
        made = apps.create(actor=request.actor, **checked(AppPatch, request))
        return Response(shapes.made(made.partner, made.api_key), status=201)


class OneApp(APIView):
    @extend_schema(responses=AppOut)
    def get(self, request: Request, app_id: str) -> Response:
        return Response(shapes.app(selectors.app_for(request.actor, app_id)))

    @extend_schema(request=AppPatch, responses=AppOut)
    def patch(self, request: Request, app_id: str) -> Response:
        fields = checked(AppPatch, request, partial=True)
        return Response(shapes.app(apps.change(actor=request.actor, app_id=app_id, **fields)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, app_id: str) -> Response:
        """For good, and only once it is disabled: its channels and groups end, its people are signed off, its keys and
        secrets are gone. Nothing brings it back."""
        removal.delete(actor=request.actor, app_id=app_id)
        return Response(status=204)


class Disable(APIView):
    @extend_schema(request=None, responses=AppOut)
    def post(self, request: Request, app_id: str) -> Response:
        return Response(shapes.app(apps.disable(actor=request.actor, app_id=app_id)))


class Enable(APIView):
    @extend_schema(request=None, responses=AppOut)
    def post(self, request: Request, app_id: str) -> Response:
        return Response(shapes.app(apps.enable(actor=request.actor, app_id=app_id)))


class AppCallbacks(APIView):
    """Where the app's own server is asked before something happens."""

    @extend_schema(responses=CallbacksOut)
    def get(self, request: Request, app_id: str) -> Response:
        return Response(shapes.callbacks(selectors.app_for(request.actor, app_id)))

    @extend_schema(request=CallbacksPatch, responses=CallbacksOut)
    def patch(self, request: Request, app_id: str) -> Response:
        row = apps.set_callbacks(actor=request.actor, app_id=app_id, **checked(CallbacksPatch, request, partial=True))
        return Response(shapes.callbacks(row.partner))


class Keys(APIView):
    @extend_schema(responses=KeyOut(many=True))
    def get(self, request: Request, app_id: str) -> Response:
        return Response([shapes.key(row) for row in selectors.app_for(request.actor, app_id).keys.all()])

    @extend_schema(request=KeyIn, responses={201: KeyMade})
    def post(self, request: Request, app_id: str) -> Response:
        row, key = apps.make_key(actor=request.actor, app_id=app_id, **checked(KeyIn, request))
        return Response({**shapes.key(row), "api_key": key}, status=201)


class OneKey(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, app_id: str, prefix: str) -> Response:
        apps.revoke_key(actor=request.actor, app_id=app_id, prefix=prefix)
        return Response(status=204)


class Rotate(APIView):
    @extend_schema(request=RotateIn, responses={201: KeyMade})
    def post(self, request: Request, app_id: str, prefix: str) -> Response:
        """A new key of the same scopes, answered this once."""
        asked = checked(RotateIn, request)
        overlap = {"overlap": timedelta(seconds=asked["overlap"])} if "overlap" in asked else {}
        row, key = apps.rotate_key(actor=request.actor, app_id=app_id, prefix=prefix, **overlap)
        return Response({**shapes.key(row), "api_key": key}, status=201)
