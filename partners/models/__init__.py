"""One file of each noun; imported from here."""

from partners.models.inbound import InboundEvent, Inlet
from partners.models.partner import ApiKey, Partner, Status

__all__ = ["ApiKey", "InboundEvent", "Inlet", "Partner", "Status"]
