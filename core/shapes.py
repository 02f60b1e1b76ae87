"""The public shape of a person: the same in REST, frames and events."""

from rest_framework import serializers

from core.models import User


def person(user: User) -> dict:
    return {"uid": user.uid, "nick": str(user), "avatar": user.avatar.url if user.avatar else ""}


class PersonOut(serializers.Serializer):
    """`person`, documented."""

    uid = serializers.CharField()
    nick = serializers.CharField()
    avatar = serializers.CharField()


class PersonIn(serializers.Serializer):
    """Somebody, named from outside."""

    uid = serializers.CharField(max_length=128)
