"""What may be answered to the question `before_message` (settings.PORTS): the way in which an app's own server, or the
house itself, has a say about a message before the room is asked."""

from dataclasses import dataclass

from core.errors import DomainError


@dataclass(frozen=True)
class Verdict:
    """`refusal` is told to the sender; `drop` tells the sender that all is well; `payload` is said instead; `priority`
    is how important it is instead."""

    refusal: DomainError | None = None
    drop: bool = False
    payload: dict | None = None
    priority: str = ""
