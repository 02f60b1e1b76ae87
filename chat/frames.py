"""The commands of the chat socket: what each must look like. What they mean is in docs/protocol.md."""

from rest_framework import serializers

from chat.content import MOST_LIKES

MOST_SEQ = 2**53
REASON = {"max_length": 200, "required": False, "default": "", "allow_blank": True}


class ChatSend(serializers.Serializer):
    kind = serializers.CharField(max_length=16, default="text")
    text = serializers.CharField(max_length=2000, required=False, trim_whitespace=False, allow_blank=True)
    data = serializers.JSONField(required=False)
    priority = serializers.CharField(max_length=8, required=False, allow_blank=True)
    nonce = serializers.CharField(max_length=40, required=False)
    reply_to = serializers.IntegerField(min_value=1, max_value=MOST_SEQ, required=False, allow_null=True)
    mentions = serializers.ListField(child=serializers.CharField(max_length=128), max_length=10, required=False)


class ChatLike(serializers.Serializer):
    count = serializers.IntegerField(min_value=1, max_value=MOST_LIKES, default=1)


class ChatRecover(serializers.Serializer):
    epoch = serializers.CharField(max_length=48)
    seq = serializers.IntegerField(min_value=0, max_value=MOST_SEQ)


class ChatLeave(serializers.Serializer):
    quit = serializers.BooleanField(default=True)


class OneMessage(ChatRecover):
    reason = serializers.CharField(**REASON)


class OnePerson(serializers.Serializer):
    uid = serializers.CharField(max_length=128)
    reason = serializers.CharField(**REASON)


class Mute(OnePerson):
    seconds = serializers.IntegerField(min_value=0, allow_null=True)


class Kick(OnePerson):
    seconds = serializers.IntegerField(min_value=1, required=False)


class Ban(OnePerson):
    seconds = serializers.IntegerField(min_value=1, required=False, allow_null=True)


class UserSend(serializers.Serializer):
    uid = serializers.CharField(max_length=128)
    data = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    desc = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    ext = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
