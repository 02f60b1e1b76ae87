"""What may be answered to the question `decide_message` (settings.PORTS): how an app's own server has a say about a
message before the room is asked."""

from dataclasses import dataclass

from core.errors import DomainError


@dataclass(frozen=True)
class Verdict:
    """`refusal` is told to the sender; `drop` tells the sender that all is well; `payload` is said instead."""

    refusal: DomainError | None = None
    drop: bool = False
    payload: dict | None = None
