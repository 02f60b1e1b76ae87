"""What the people of a flood write down: what each said and was told about it, and what each was shown."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Outcome = Literal["taken", "dropped", "refused", "unknown"]  # unknown: the connection broke, or the house could not say


@dataclass
class Sent:
    """One thing said. `word` is its nonce, by which it is known wherever it is shown."""

    word: str
    uid: str
    priority: str
    asked: float  # loop time
    outcome: Outcome = "unknown"
    code: str = ""  # why it was refused
    epoch: str = ""
    seq: int = 0
    tries: int = 1


class Shown(NamedTuple):
    epoch: str
    seq: int
    ts: int  # ms, the room's clock
    uid: str
    word: str
    priority: str
    at: float  # loop time


@dataclass
class Span:
    """A stretch of one epoch of which a listener claims: after `since`, up to `until`, nothing is missing. An admitted
    loss (`recovered` false) or another epoch begins another span."""

    epoch: str
    since: int
    until: int
    shown: list[Shown] = field(default_factory=list)


@dataclass
class Log:
    """What one listener was shown."""

    name: str
    spans: list[Span] = field(default_factory=list)

    @property
    def shown(self) -> list[Shown]:
        return [each for span in self.spans for each in span.shown]

    @property
    def stands(self) -> tuple[str, int]:
        return (self.spans[-1].epoch, self.spans[-1].until) if self.spans else ("", -1)
