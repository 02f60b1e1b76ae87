"""Who has a say about a message before the room is asked: what an app's own server may answer to the question
`decide_message` (settings.PORTS), and of which messages `before_message` must be asked in any case."""

from collections.abc import Callable
from dataclasses import dataclass

from chat.standing import Place
from core import ports
from core.errors import DomainError

Concerns = Callable[[Place, str, dict], bool]  # of a message: where it is said, its kind and payload


@dataclass(frozen=True)
class Verdict:
    """`refusal` is told to the sender; `drop` tells the sender that all is well; `payload` is said instead."""

    refusal: DomainError | None = None
    drop: bool = False
    payload: dict | None = None


def only_about(concerns: Concerns) -> Callable[[Callable], Callable]:
    """Says of a function that answers `before_message` which messages it has to see, whatever the room has places for.
    One that does not say so sees them all. `concerns` is called on the event loop: it must not wait for anything."""

    def mark(answer: Callable) -> Callable:
        answer.concerns = concerns
        return answer

    return mark


def must_ask(place: Place, kind: str, payload: dict) -> bool:
    """Whether somebody has to be asked about a message even where its room has no place for it."""
    tests = [getattr(answer, "concerns", None) for answer in ports.asked("before_message")]
    return any(test is None or test(place, kind, payload) for test in tests)
