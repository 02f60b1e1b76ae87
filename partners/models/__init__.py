"""One file of each noun; imported from here."""

from partners.models.callbacks import Callbacks, Silence
from partners.models.inbound import InboundEvent, Inlet
from partners.models.partner import ApiKey, Partner, Status
from partners.models.webhook import Delivery, OffReason, Shape, Webhook, WebhookStatus

__all__ = [
    "ApiKey",
    "Callbacks",
    "Delivery",
    "InboundEvent",
    "Inlet",
    "OffReason",
    "Partner",
    "Shape",
    "Silence",
    "Status",
    "Webhook",
    "WebhookStatus",
]
