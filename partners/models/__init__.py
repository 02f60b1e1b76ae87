"""One file of each noun; imported from here."""

from partners.models.agora import AgoraMember, AgoraName, AgoraNotice, AgoraRoom, KickingRule, Wants
from partners.models.callbacks import Callbacks, Silence
from partners.models.inbound import InboundEvent, Inlet
from partners.models.partner import ApiKey, Partner, Status

__all__ = [
    "AgoraMember",
    "AgoraName",
    "AgoraNotice",
    "AgoraRoom",
    "ApiKey",
    "Callbacks",
    "InboundEvent",
    "Inlet",
    "KickingRule",
    "Partner",
    "Silence",
    "Status",
    "Wants",
]
