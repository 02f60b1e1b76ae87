"""What the pushes of the sockets look like, for docs/asyncapi.yaml: the shapes of REST, where they are the same."""

from rest_framework import serializers

from chat.review_shapes import LoggedOut, ReportOut
from chat.shapes import ProfileOut
from core.api_users import LetterOut
from core.shapes import PersonOut
from rooms.api.calls import CallOut
from rooms.api.seats import SeatOut
from rooms.serializers import ChannelOut, StayOut


def text(**options: object) -> serializers.Field:
    return serializers.CharField(**options)


def number(**options: object) -> serializers.Field:
    return serializers.IntegerField(**options)


def thing(**options: object) -> serializers.Field:
    """Of fields that docs/protocol.md names."""
    return serializers.DictField(**options)


def things() -> serializers.Field:
    return serializers.ListField(child=thing())


def when() -> serializers.Field:
    return serializers.DateTimeField()


def place() -> dict[str, serializers.Field]:
    return {"version": number(), "size": number(), "locks": thing(), "users": SeatOut(many=True)}


def told() -> dict[str, serializers.Field]:
    return {"state": text(), "stateReason": text(), "eventReason": text(), "eventInfo": thing(), "numbers": thing()}


WHO = {"allow_null": True}
PUSHES: dict[str, dict[str, serializers.Field]] = {
    "auth.expiring": {"in": number()},
    "chat.welcome": {"profile": ProfileOut(), "me": thing(), "epoch": text(), "seq": number(), "recent": things()},
    "chat.message": {
        "epoch": text(),
        "seq": number(),
        "ts": number(),
        "sender": thing(allow_null=True),
        "kind": text(),
        "priority": text(),
        "at": when(),
    },
    "chat.tip": {
        "operation": text(),
        "people": PersonOut(many=True),
        "count": number(),
        "operator": PersonOut(**WHO),
        "at": when(),
    },
    "chat.notice": {"text": text(), "data": text(), "at": when()},
    "chat.profile": {"profile": ProfileOut()},
    "chat.me": {"me": thing()},
    "chat.recovered": {"recovered": serializers.BooleanField(), "epoch": text(), "seq": number(), "messages": things()},
    "chat.held": {"message": LoggedOut()},
    "chat.reported": {"report": ReportOut()},
    "chat.decided": {"gid": text(), "id": number(), "state": text()},
    "user.message": {
        "gid": text(),
        "from": PersonOut(**WHO),
        "data": text(),
        "desc": text(),
        "ext": text(),
        "at": when(),
    },
    "user.letter": {"letter": LetterOut()},
    "member.added": {"uid": text()},
    "member.removed": {"uid": text()},
    "kicked": {"reason": text()},
    "reconnect": {"in": number()},
    "room.snapshot": {
        "channel": ChannelOut(),
        "uploaders": StayOut(many=True),
        "seats": thing(),
        "me": thing(),
        "ice_servers": things(),
    },
    "channel.changed": {"channel": ChannelOut()},
    "stay.changed": {"stay": StayOut()},
    "media.offer": {"sdp": text(), "feeds": things()},
    "media.candidate": {"candidate": thing(allow_null=True)},
    "media.closed": {"direction": text(), "code": text()},
    "media.slow": {"direction": text(), "lost": number()},
    "seat.changed": {"seat": SeatOut()},
    "seats.changed": {"cid": text(), **place(), "joined": SeatOut(many=True), "left": SeatOut(many=True)},
    "call.changed": {"call": CallOut(**WHO), **told()},
    "call.event": {"call": CallOut(), "event": text(), "number": number()},
    "call.error": {
        "call": CallOut(),
        "errorEvent": text(),
        "errorType": text(),
        "errorCode": number(),
        "numbers": thing(),
    },
    "me.welcome": {"uid": text(), "balance": number()},
    "wallet.changed": {"balance": number()},
    "payout.changed": {"id": number(), "state": text(), "reason": text()},
}
