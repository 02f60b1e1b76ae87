"""Agora's notifications, in its envelope and with both of its signatures, made of who comes and goes in a channel.

A person is in a channel once: who goes on the air from the audience changes role (111), and back after it (112)."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from zlib import crc32

from core.events import encode
from core.models import Event
from partners.http import Answer
from partners.models import Delivery
from partners.wires.wire import Message, Wire
from rooms.models import Stay

CREATED, DESTROYED = 101, 102
TO_BROADCASTER, TO_AUDIENCE = 111, 112
ALONE = {"uploader.joined": 103, "uploader.left": 104, "audience.joined": 105, "audience.left": 106}
PRODUCT = 1  # RTC
PLATFORMS = {"android": 1, "ios": 2, "windows": 5, "linux": 6, "web": 7, "macos": 8}
LEFT, TIMEOUT, NO_RIGHT, OTHER = 1, 2, 3, 0
REASONS = {
    "left": LEFT,
    "timeout": TIMEOUT,
    "gave_up": TIMEOUT,
    **dict.fromkeys(("banned", "removed", "not_allowed", "right_taken", "no_balance"), NO_RIGHT),
}
TEST_CHANNEL, TEST_UID = "test_webhook", 12121212  # the vendor's own, which whoever listens knows to leave alone
OURS = 2**31  # from here on, numbers of people whose id is none


class Agora(Wire):
    events = tuple(str(number) for number in (CREATED, DESTROYED, *ALONE.values(), TO_BROADCASTER, TO_AUDIENCE))

    def messages(self, event: Event) -> list[Message]:
        if event.name not in ALONE:
            return []
        rows = Stay.objects.select_related("channel", "user")
        stay = rows.filter(sid=event.data["stay"]["sid"]).first()
        return list(_notices(event, stay)) if stay else []

    def test(self, wanted: list[str]) -> Message:
        number = int(next((name for name in wanted if name in self.events), "105"))
        return _message(number, "test", {"channelName": TEST_CHANNEL, "uid": TEST_UID, "platform": 7, "ts": 1}, 1000)

    def text(self, message: Message, mid: str) -> str:
        return encode({"noticeId": mid, **message.body})

    def headers(self, row: Delivery, at: datetime) -> dict[str, str]:
        return {**super().headers(row, at), **signatures(row.webhook.secret, row.body.encode())}

    def accepts(self, answer: Answer) -> bool:
        """200, and JSON."""
        try:
            json.loads(answer.body)
        except ValueError:
            return False
        return answer.status == 200


def signatures(secret: str, body: bytes) -> dict[str, str]:
    key = secret.encode()
    return {
        "Agora-Signature": hmac.digest(key, body, hashlib.sha1).hex(),
        "Agora-Signature-V2": hmac.digest(key, body, hashlib.sha256).hex(),
    }


def _notices(event: Event, stay: Stay) -> Iterator[Message]:
    joined, also, others = event.name.endswith(".joined"), event.data.get("also"), event.data.get("others")
    at = stay.started_at if joined else stay.ended_at
    ms = int(event.created_at.timestamp() * 1000)
    place = {"channelName": stay.channel.external_id or stay.channel.cid, "ts": int(at.timestamp())}
    who = {"uid": number_of(stay), "clientSeq": event.data["seq"], "account": stay.user.uid if stay.user else ""}
    sid = stay.channel.cid
    if also:  # in the channel already, or still: of the two roles the one on the air counts
        if event.name.startswith("uploader"):
            yield _message(TO_BROADCASTER if joined else TO_AUDIENCE, sid, {**place, **who}, ms)
        return
    if joined and not others:
        yield _message(CREATED, sid, place, ms)
    more = {"platform": PLATFORMS.get(stay.platform.lower(), 0)}
    if not joined:
        more |= {"reason": REASONS.get(stay.end_reason, OTHER), "duration": _seconds(stay)}
    yield _message(ALONE[event.name], sid, {**place, **who, **more}, ms)
    if not joined and not others:
        yield _message(DESTROYED, sid, {**place, "lastUid": who["uid"]}, ms)


def number_of(stay: Stay) -> int:
    """The vendor's uid is a 32-bit number: the app's own id where it is one, else a number of ours."""
    if stay.user is None:
        return OURS + crc32(stay.sid.encode()) % OURS
    uid = stay.user.uid
    if uid.isascii() and uid.isdigit() and 0 < int(uid) < OURS:
        return int(uid)
    return OURS + stay.user_id % OURS


def _seconds(stay: Stay) -> int:
    return int((stay.ended_at - stay.started_at).total_seconds())


def _message(number: int, sid: str, payload: dict, ms: int) -> Message:
    body = {"productId": PRODUCT, "eventType": number, "notifyMs": ms, "sid": sid, "payload": payload}
    return Message(str(number), body)
