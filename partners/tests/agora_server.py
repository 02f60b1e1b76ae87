"""Agora's notification service, as far as a test needs it: it signs, counts and posts."""

import hashlib
import hmac
import itertools
import json

from django.test import Client

from core import clock
from partners.models import InboundEvent
from rooms import selectors
from rooms.flows import StayState
from rooms.models import Channel, Role, Stay

ROOM = "evening-show"


class Agora:
    def __init__(self, app, room: str = ROOM) -> None:
        self.app, self.room = app, room
        self.client = Client()
        self._numbers = itertools.count(1)

    def body(self, event: int, uid: int | None = None, *, notice: str = "", product: int = 1, **payload) -> bytes:
        number, now = next(self._numbers), clock.now()
        facts = {"channelName": self.room, "ts": int(now.timestamp()), **({} if uid is None else {"uid": uid})}
        if uid is not None:
            facts |= {"clientSeq": int(now.timestamp() * 1000) + number, "platform": 1}
        told = {
            "noticeId": notice or f"2000001428:{number}:{event}",
            "productId": product,
            "eventType": event,
            "notifyMs": int(now.timestamp() * 1000),
            "payload": {name: value for name, value in {**facts, **payload}.items() if value is not None},
        }
        return json.dumps(told).encode()

    def tell(self, event: int, uid: int | None = None, **fields):
        """The answer's outcome; anything but 200 fails."""
        answer = self.post(self.body(event, uid, **fields))
        assert answer.status_code == 200, answer.content
        return answer.json()["outcome"]

    def post(self, body: bytes, *, secret: str = "", version: int = 2, **headers):
        key = (secret or self.app.row.agora_secret).encode()
        if version == 2:
            headers.setdefault("HTTP_AGORA_SIGNATURE_V2", hmac.new(key, body, hashlib.sha256).hexdigest())
        elif version == 1:
            headers.setdefault("HTTP_AGORA_SIGNATURE", hmac.new(key, body, hashlib.sha1).hexdigest())
        return self.client.post(f"/agora/{self.app.realm}/", body, content_type="application/json", **headers)

    @property
    def channel(self) -> Channel:
        return Channel.objects.get(realm=self.app.realm, external_id=self.room)

    def stay(self, uid: int, role: str = Role.VIEWER) -> Stay:
        return Stay.objects.filter(channel=self.channel, user__uid=str(uid), role=role).latest("pk")

    def people(self) -> dict[str, set[str]]:
        """Who broadcasts and who watches, as the house shows it."""
        if not Channel.objects.filter(realm=self.app.realm, external_id=self.room).exists():
            return {"broadcasters": set(), "audience": set()}
        up = selectors.uploaders(self.channel).filter(state=StayState.UP).values_list("user__uid", flat=True)
        watching = selectors._watching(channel=self.channel).values_list("user__uid", flat=True)
        return {"broadcasters": set(up), "audience": set(watching)}

    def book(self) -> InboundEvent:
        return InboundEvent.objects.latest("pk")
