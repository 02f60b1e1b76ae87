"""One file of each noun; imported from here."""

from partners.models.agora import AgoraMember, AgoraName, AgoraNotice, AgoraRoom, KickingRule, Wants
from partners.models.callbacks import Callbacks, Silence
from partners.models.inbound import InboundEvent, Inlet
from partners.models.partner import ApiKey, Partner, QuitSync, Status
from partners.models.webhook import Delivery, OffReason, Shape, Webhook, WebhookStatus

__all__ = [
    "AgoraMember",
    "AgoraName",
    "AgoraNotice",
    "AgoraRoom",
    "ApiKey",
    "Callbacks",
    "Delivery",
    "InboundEvent",
    "Inlet",
    "KickingRule",
    "OffReason",
    "Partner",
    "QuitSync",
    "Shape",
    "Silence",
    "Status",
    "Wants",
    "Webhook",
    "WebhookStatus",
]
