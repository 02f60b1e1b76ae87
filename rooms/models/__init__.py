"""What a show is made of. Rules live in access and services, states in flows; constraints here settle races."""

from rooms.models.ban import Ban, Privilege
from rooms.models.call import Call, CallKind, CallSetup
from rooms.models.channel import (
    GROUP_KINDS,
    LONGEST_ASK,
    MOST_PEOPLE,
    MOST_SEATS,
    SHORTEST_ASK,
    SPECIFY_KINDS,
    Category,
    Channel,
    Delivery,
    Follow,
    Kind,
    Source,
    UploadGrant,
    cover_path,
)
from rooms.models.reading import Reading, Told
from rooms.models.recording import Recording
from rooms.models.relay import Relay, RelayKind
from rooms.models.roll import Roll
from rooms.models.seat import Seat
from rooms.models.show import Broadcast, GiftSent
from rooms.models.stay import Origin, Role, Stay
from rooms.models.stream_key import StreamKey

__all__ = [
    "GROUP_KINDS",
    "LONGEST_ASK",
    "MOST_PEOPLE",
    "MOST_SEATS",
    "SHORTEST_ASK",
    "SPECIFY_KINDS",
    "Ban",
    "Broadcast",
    "Call",
    "CallKind",
    "CallSetup",
    "Category",
    "Channel",
    "Delivery",
    "Follow",
    "GiftSent",
    "Kind",
    "Origin",
    "Privilege",
    "Reading",
    "Recording",
    "Relay",
    "RelayKind",
    "Role",
    "Roll",
    "Seat",
    "Source",
    "Stay",
    "StreamKey",
    "Told",
    "UploadGrant",
    "cover_path",
]
