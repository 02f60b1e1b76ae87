"""One file of each noun; imported from here."""

from partners.models.callbacks import Callbacks, Silence
from partners.models.inbound import InboundEvent, Inlet
from partners.models.partner import ApiKey, Partner, QuitSync, Status

__all__ = ["ApiKey", "Callbacks", "InboundEvent", "Inlet", "Partner", "QuitSync", "Silence", "Status"]
