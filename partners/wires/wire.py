"""What all shapes have in common."""

import re
import secrets
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime

from core.events import encode
from core.models import Event
from partners.http import Answer
from partners.models import Delivery, Webhook

EVERY = "*"
TEST = "webhook.test"
PLAIN = re.compile(r"[\x21-\x7e]{8,128}")


@dataclass(frozen=True)
class Message:
    """One message of a shape: its name in the shape's catalogue, and what it says."""

    name: str
    body: dict


class Wire(ABC):
    events: tuple[str, ...]  # the catalogue

    @abstractmethod
    def messages(self, event: Event) -> list[Message]:
        """What an event of the outbox is in this shape: nothing, one message, or several."""

    @abstractmethod
    def test(self, wanted: list[str]) -> Message:
        """A message that stands for nothing, for an endpoint that wants these."""

    def text(self, message: Message, mid: str) -> str:
        """The body as it is sent, the same at each try."""
        return encode(message.body)

    def address(self, row: Delivery, at: datetime) -> str:
        return row.webhook.url

    def headers(self, row: Delivery, at: datetime) -> dict[str, str]:
        """Of a try at that moment."""
        return {"Content-Type": "application/json"}

    def accepts(self, answer: Answer) -> bool:
        return 200 <= answer.status < 300

    def new_secret(self) -> str:
        return secrets.token_urlsafe(24)

    def is_secret(self, text: str) -> bool:
        return bool(PLAIN.fullmatch(text))

    def wants(self, hook: Webhook, name: str) -> bool:
        return name in hook.events or (EVERY in hook.events and name in self.events)
