"""An app's media server of the StarRTC kind, as it speaks to us."""

import json
from dataclasses import dataclass, field

from django.test import Client

from billing.prices import set_price
from billing.tests.worlds import coins_of, give
from core.actors import SYSTEM
from core.models import User
from partners.aec.event import signature
from partners.models import Partner
from rooms import selectors
from rooms.models import Channel, Stay


@dataclass
class Server:
    """`say("CREATE_CHANNEL_GLOBAL_PUBLIC", userId="ann", channelId="c1")`; with `token` it signs."""

    partner: Partner
    token: str = ""
    client: Client = field(default_factory=Client)

    @property
    def url(self) -> str:
        return f"/aec/{self.partner.app_id}/"

    def post(self, data: str, **more: str):
        sign = {"sign": signature(data, self.token)} if self.token else {}
        return self.client.post(self.url, {"data": data, **sign, **more})

    def say(self, action: str, **fields: object) -> dict:
        answer = self.post(json.dumps({"action": f"AEC_LIVE_{action}", **fields}))
        assert answer.status_code == 200
        return answer.json()

    def ok(self, action: str, **fields: object) -> object:
        answer = self.say(action, **fields)
        assert answer["status"] == "1", answer
        return answer["data"]

    def no(self, action: str, **fields: object) -> int:
        answer = self.say(action, **fields)
        assert answer["status"] == "0", answer
        return answer["data"]

    def channel(
        self, name: str = "c1", *, owner: str = "ann", kind: str = "GLOBAL_PUBLIC", **fields: object
    ) -> Channel:
        self.ok(f"CREATE_CHANNEL_{kind}", userId=owner, channelId=name, **fields)
        return self.row(name)

    def row(self, name: str = "c1") -> Channel:
        return Channel.objects.select_related("owner", "group").get(realm=self.partner.app_id, external_id=name)

    def person(self, uid: str) -> User:
        return User.objects.get_or_create(
            realm=self.partner.app_id, uid=uid, defaults={"username": f"{self.partner.app_id}:{uid}", "password": "!"}
        )[0]

    def give(self, uid: str, coins: int) -> None:
        give(self.person(uid), coins)

    def coins(self, uid: str) -> int:
        return coins_of(self.person(uid))

    def live(self, name: str = "c1", **facts: int) -> Channel:
        """A channel of ann's on the air, at these prices (`play`, `upload`, `preview`)."""
        channel = self.channel(name)
        for kind, value in facts.items():
            set_price(actor=SYSTEM, kind=kind, value=value, place=channel.cid)
        self.ok("UPLOADER_UPLOADING", userId="ann", channelId=name)
        return self.row(name)

    def stays(self, name: str = "c1", **where: object):
        return Stay.objects.filter(channel=self.row(name), **where).order_by("id")

    def watching(self, name: str = "c1") -> int:
        return selectors.viewers(self.row(name))
