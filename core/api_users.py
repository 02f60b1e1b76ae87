"""`users/`: one's own profile; an app's people, for its server."""

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import guests, letters, services
from core.api import Page, asked, checked
from core.errors import LoginRequired
from core.models import Letter, User
from core.people import people_of, person_for
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


class PersonPatch(ProfilePatch):
    active = serializers.BooleanField(required=False, help_text="false signs them off; for an app's server")


class PersonNew(PersonPatch):
    uid = serializers.CharField(max_length=128, help_text="the app's own id of them")


class UserOut(ProfileOut):
    active = serializers.BooleanField()


class UserQuery(serializers.Serializer):
    uid = serializers.CharField(max_length=128, required=False)


def whole(user: User) -> dict:
    return {**shape(user), "active": user.is_active}


class Users(GenericAPIView):
    """The app's people, for its server: newest first."""

    queryset = User.objects.none()
    serializer_class = UserOut
    pagination_class = Page
    filter_backends = ()

    @extend_schema(parameters=[UserQuery], responses=UserOut(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(people_of(request.actor, **asked(UserQuery, request)))
        return self.get_paginated_response([whole(user) for user in page])

    @extend_schema(request=PersonNew, responses={201: UserOut, 200: UserOut})
    def post(self, request: Request) -> Response:
        """Somebody whom the app knows already is changed."""
        user, new = services.name_person(actor=request.actor, **checked(PersonNew, request))
        return Response(whole(user), status=201 if new else 200)


class OneUser(APIView):
    """One of the app's people, for its server; oneself."""

    @extend_schema(responses=UserOut)
    def get(self, request: Request, uid: str) -> Response:
        return Response(whole(person_for(request.actor, uid)))

    @extend_schema(request=PersonPatch, responses=UserOut)
    def patch(self, request: Request, uid: str) -> Response:
        fields = checked(PersonPatch, request)
        return Response(whole(services.change_person(actor=request.actor, uid=uid, **fields)))


class Me(APIView):
    """`users/me/`: what one is called and looks like, everywhere one speaks from now on."""

    @extend_schema(responses=ProfileOut)
    def get(self, request: Request) -> Response:
        return Response(shape(_signed_in(request)))

    @extend_schema(request=ProfilePatch, responses=ProfileOut)
    def patch(self, request: Request) -> Response:
        fields = checked(ProfilePatch, request)
        return Response(shape(services.change_person(actor=_signed_in(request), uid=request.actor.uid, **fields)))


class LetterOut(serializers.Serializer):
    """`letters.shape`, documented."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=list(letters.KINDS))
    text = serializers.CharField(help_text="in the language that is asked for")
    at = serializers.DateTimeField()


class Letters(GenericAPIView):
    """`users/me/letters/`: what the house said to this person, newest first."""

    queryset = Letter.objects.none()
    serializer_class = LetterOut
    pagination_class = Page
    filter_backends = ()

    @extend_schema(responses=LetterOut(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(letters.of(request.actor))
        return self.get_paginated_response([letters.shape(letter) for letter in page])

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """All that came so far is read."""
        letters.read(actor=request.actor)
        return Response(status=204)


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
