"""The REST door of one's own profile."""

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import guests, services
from core.api import checked
from core.errors import LoginRequired
from core.models import User
from core.shapes import PersonOut, person


class ProfileOut(PersonOut):
    """Oneself. `nick` is what people see: the uid while no nickname is set."""

    language = serializers.CharField()


class ProfilePatch(serializers.Serializer):
    nick = serializers.CharField(required=False, allow_blank=True, max_length=200)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    avatar = serializers.FileField(required=False, allow_null=True, write_only=True, help_text="null takes it away")


def shape(user: User) -> dict:
    return {**person(user), "language": user.language}


class Me(APIView):
    """`users/me/`: what one is called and looks like, everywhere one speaks from now on."""

    @extend_schema(responses=ProfileOut)
    def get(self, request: Request) -> Response:
        return Response(shape(_signed_in(request)))

    @extend_schema(request=ProfilePatch, responses=ProfileOut)
    def patch(self, request: Request) -> Response:
        user, asked = _signed_in(request), checked(ProfilePatch, request)
        fields = {"nick": user.nick, "language": user.language, **asked}
        without = "avatar" in asked and asked["avatar"] is None
        return Response(shape(services.save_profile(actor=user, **fields, remove_avatar=without)))


class TicketOut(serializers.Serializer):
    ticket = serializers.CharField(help_text="offered by a socket as `ticket.<ticket>`; good for a day")


class Guests(APIView):
    """`users/guests/`: for pages that may keep no cookie of this house."""

    authentication_classes = ()

    @extend_schema(request=None, responses={201: TicketOut}, auth=[])
    def post(self, request: Request) -> Response:
        """A guest, who is the same one on every socket that shows this ticket."""
        return Response({"ticket": guests.to_ticket(guests.new_guest())}, status=201)


def _signed_in(request: Request) -> User:
    if not request.actor.pk:
        raise LoginRequired()
    return request.actor
