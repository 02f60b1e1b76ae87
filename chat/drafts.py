"""A message that may be said: checked, stamped, without a number. Or one for which its room has no place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

from django.utils.functional import cached_property

from chat import counting
from chat.history import Offer
from core import limits
from core.errors import TooFast
from core.events import encode

PATIENCE = 2.0  # seconds a HIGH message waits for a place in the room


def nonce_of(sender_id: int | None, nonce: str) -> str:
    """As the room knows it: people's own words may be the same."""
    return f"{sender_id}:{nonce}" if nonce else ""


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
    def _text(self) -> str:
        return encode(self.message)

    @property
    def offer(self) -> Offer:
        waited = round((monotonic() - self.offered_at) * 1_000_000)
        return Offer(self.priority, nonce_of(self.sender_id, self.nonce), self._text, max(waited, 0))

    @property
    def patience(self) -> float:
        """Seconds it may still wait; negative when it waited enough."""
        return self.offered_at + PATIENCE - monotonic()


@dataclass(frozen=True)
class Excess:
    """What its room has no place for: nobody looks at its words. All the same it is one of the things that its sender
    may say, and what it stands for is counted."""

    gid: str
    sender_id: int
    priority: str
    nonce: str
    dues: Sequence[limits.Due]
    counts: dict[str, int]

    @property
    def offer(self) -> Offer:
        return Offer(self.priority, nonce_of(self.sender_id, self.nonce), "")


def charge(excess: Sequence[Excess]) -> list[TooFast | None]:
    """Of one room, in a thread: for each that its sender may not say any more, why; the others are counted. Raises
    Unavailable."""
    refusals = limits.spend_each([each.dues for each in excess])
    counts: Counter[str] = Counter()
    for each, refusal in zip(excess, refusals, strict=True):
        if refusal is None:
            counts.update(each.counts)
    if counts:
        counting.count(excess[0].gid, counts)
    return refusals
