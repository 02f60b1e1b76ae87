"""Standard Webhooks: the outbox' own names and data, signed with every secret that is good at the moment."""

import base64
import binascii
import secrets
from datetime import datetime

from standardwebhooks import Webhook as Signer

from core.models import Event
from partners.models import Delivery
from partners.wires.wire import TEST, Message, Wire

PREFIX = "whsec_"


class Standard(Wire):
    events = (
        "audience.joined",
        "audience.left",
        "call.changed",
        "channel.changed",
        "chat.messages",
        "chat.notice",
        "chat.refused",
        "chat.tip.cancel_admin",
        "chat.tip.join",
        "chat.tip.kicked",
        "chat.tip.member_profile",
        "chat.tip.profile",
        "chat.tip.quit",
        "chat.tip.set_admin",
        "group.created",
        "group.disbanded",
        "member.added",
        "member.removed",
        "payout.decided",
        "recording.deleted",
        "recording.failed",
        "recording.ready",
        "recording.started",
        "seat.changed",
        "seats.changed",
        "transfer",
        "uploader.changed",
        "uploader.joined",
        "uploader.left",
        "webhook.disabled",
    )

    def messages(self, event: Event) -> list[Message]:
        facts = {"app_id": event.realm, "subject": event.subject, "data": event.data}
        return [Message(event.name, {"type": event.name, "timestamp": event.created_at, **facts})]

    def test(self, wanted: list[str]) -> Message:
        return Message(TEST, {"type": TEST, "data": {"wanted": wanted}})

    def headers(self, row: Delivery, at: datetime) -> dict[str, str]:
        hook = row.webhook
        good = [hook.secret, *([hook.old_secret] if hook.old_secret_until and at < hook.old_secret_until else [])]
        signed = " ".join(Signer(secret).sign(row.mid, at, row.body) for secret in good)
        moment = str(int(at.timestamp()))
        told = {"webhook-id": row.mid, "webhook-timestamp": moment, "webhook-signature": signed}
        return {**super().headers(row, at), **told}

    def new_secret(self) -> str:
        return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()

    def is_secret(self, text: str) -> bool:
        """24 to 64 bytes in base64, after their prefix."""
        try:
            key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
        except (binascii.Error, ValueError):
            return False
        return text.startswith(PREFIX) and 24 <= len(key) <= 64
