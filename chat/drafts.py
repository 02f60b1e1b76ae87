"""A message that may be said: checked, stamped, without a number."""

from dataclasses import dataclass, field
from time import monotonic

from django.utils.functional import cached_property

from chat.history import Offer
from core.events import encode

PATIENCE = 2.0  # seconds a HIGH message waits for a place in the room


@dataclass
class Draft:
    group_id: int
    gid: str
    sender_id: int | None
    kind: str
    priority: str
    payload: dict  # what is kept: text, data, and what belongs to them
    message: dict  # what people are sent
    realm: str = ""  # whose app is asked about it first
    nonce: str = ""
    found: list = field(default_factory=list)  # why words in it were masked
    row_id: int | None = None  # it is kept already: it was held, and now let through
    offered_at: float = field(default_factory=monotonic)

    @cached_property
    def offer(self) -> Offer:
        nonce = f"{self.sender_id}:{self.nonce}" if self.nonce else ""
        return Offer(self.priority, nonce, encode(self.message))

    @property
    def patience(self) -> float:
        """Seconds it may still wait; negative when it waited enough."""
        return self.offered_at + PATIENCE - monotonic()
