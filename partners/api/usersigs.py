"""`usersigs/`: an app's server asks for the signature that one of its people signs in with."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import checked
from partners.services import usersigs


class UserSigIn(serializers.Serializer):
    uid = serializers.CharField(max_length=128)
    expire = serializers.IntegerField(
        required=False,
        min_value=usersigs.SHORTEST,
        max_value=usersigs.LONGEST,
        help_text="seconds that it is good for; a day, where nothing is said",
    )


class UserSigOut(serializers.Serializer):
    usersig = serializers.CharField()
    expires_at = serializers.DateTimeField()


class UserSigs(APIView):
    @extend_schema(request=UserSigIn, responses={201: UserSigOut})
    def post(self, request: Request) -> Response:
        """Whom the app has never named is made. A server that holds the app's key may as well sign by itself."""
        sig, ends = usersigs.issue(actor=request.actor, **checked(UserSigIn, request))
        return Response({"usersig": sig, "expires_at": ends}, status=201)
