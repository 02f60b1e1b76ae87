"""What moderators are shown of what waits for them: the same over the socket and in REST."""

from rest_framework import serializers

from chat.models import Message, MessageState, Report
from core.shapes import PersonOut, person


def logged(message: Message) -> dict:
    """A message as the log keeps it."""
    return {
        "id": message.pk,
        "epoch": message.epoch,
        "seq": message.seq,
        "sender": person(message.sender) if message.sender else None,
        "kind": message.kind,
        "state": message.state,
        "found": message.found,
        "at": message.created_at,
        **message.payload,
    }


def report(row: Report) -> dict:
    return {
        "id": row.pk,
        "reason": row.reason,
        "reporter": person(row.reporter) if row.reporter else None,
        "at": row.created_at,
        "message": logged(row.message),
    }


class LoggedOut(serializers.Serializer):
    """`logged`, documented."""

    id = serializers.IntegerField()
    epoch = serializers.CharField(allow_null=True)
    seq = serializers.IntegerField(allow_null=True)
    sender = PersonOut(allow_null=True)
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=MessageState)
    found = serializers.JSONField()
    at = serializers.DateTimeField()
    text = serializers.CharField(required=False)
    data = serializers.JSONField(required=False)


class ReportOut(serializers.Serializer):
    """`report`, documented."""

    id = serializers.IntegerField()
    reason = serializers.CharField()
    reporter = PersonOut(allow_null=True)
    at = serializers.DateTimeField()
    message = LoggedOut()
