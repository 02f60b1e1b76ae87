"""Shapes of what is asked of the co-mic and of private calls, at the socket and over REST alike."""

from rest_framework import serializers

from rooms.models import MOST_SEATS, CallKind
from rooms.services import calls, seats


class Nothing(serializers.Serializer):
    pass


class Number(serializers.IntegerField):
    def __init__(self, **options) -> None:
        super().__init__(min_value=1, max_value=MOST_SEATS, **options)


class Rid(serializers.Serializer):
    rid = serializers.CharField(max_length=16)


class Ask(serializers.Serializer):
    video = serializers.BooleanField(default=True)
    number = Number(required=False, allow_null=True)
    timeout = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=seats.LONGEST)


class Invite(Ask):
    uid = serializers.CharField(max_length=128)


class Accept(serializers.Serializer):
    number = Number(required=False, allow_null=True)


class Mute(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["audio", "video"])
    muted = serializers.BooleanField()


class MoveTo(serializers.Serializer):
    number = Number()


class Lock(serializers.Serializer):
    seat = serializers.BooleanField(default=False)
    audio = serializers.BooleanField(default=False)
    video = serializers.BooleanField(default=False)


class Extension(serializers.JSONField):
    """An object of at most 4 KB, for the other side."""

    LARGEST = 4096

    def to_internal_value(self, data: object) -> dict:
        value = super().to_internal_value(data)
        if not isinstance(value, dict) or len(str(value)) > self.LARGEST:
            raise serializers.ValidationError("an object of at most 4 KB")
        return value


class Prepare(serializers.Serializer):
    """The whole of it each time: what is missing is not taken over from before."""

    uid = serializers.CharField(max_length=128)
    timeout = serializers.IntegerField(allow_null=True, min_value=0, max_value=calls.LONGEST_RING)
    extension = Extension(allow_null=True)
    wait_for_frame = serializers.BooleanField()


class Ring(serializers.Serializer):
    kind = serializers.ChoiceField(choices=CallKind.values)
    extension = Extension(required=False, allow_null=True)


class CallId(serializers.Serializer):
    call_id = serializers.CharField(max_length=16)
