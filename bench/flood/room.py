"""One room of a running house: how to come in, and what Redis itself says about it."""

import json
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

import redis
from websockets.asyncio.client import connect

from bench.kit.place import manage
from tests.house import House

BOUND = 30.0  # seconds for a handshake
PEOPLE = """
import json, secrets
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from chat.models import Group, Membership
from core.models import User
group, mark = Group.objects.get(gid={gid!r}), secrets.token_hex(3)
people = User.objects.bulk_create(
    User(username=f"p{{mark}}n{{n}}", uid=f"p{{mark}}n{{n}}", nick="Somebody", password="!") for n in range({count}))
if {moderators}:
    Membership.objects.bulk_create(Membership(group=group, user=user, role="admin") for user in people)
told = {{}}
for user in people:
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    told[user.uid] = f"{{settings.SESSION_COOKIE_NAME}}={{session.session_key}}"
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Person:
    uid: str  # "" is a guest
    cookie: str = ""


@dataclass(frozen=True)
class Room:
    house: House
    origin: str
    gid: str

    def people(self, count: int, *, moderators: bool = False) -> list[Person]:
        """So many new ones, signed in. Moderators may say 100 things in 30 s, others 20."""
        script = PEOPLE.format(gid=self.gid, count=count, moderators=moderators)
        told = json.loads(manage(self.house, "shell", "--verbosity", "0", "-c", script))
        return [Person(uid, cookie) for uid, cookie in told.items()]

    def socket(self, person: Person) -> connect:
        """Addressed by the site's name, as a proxy passes it on, and connected here."""
        return connect(
            f"ws://{self.origin.partition('://')[2]}/ws/chat/{quote(self.gid)}/",
            host="127.0.0.1",
            port=self.house.port,
            origin=self.origin,
            additional_headers={"Cookie": person.cookie} if person.cookie else {},
            compression=None,
            max_size=None,
            open_timeout=BOUND,
            ping_interval=None,
            proxy=None,
        )

    @cached_property
    def redis(self) -> redis.Redis:
        lines = (self.house.data / "run" / "env").read_text().splitlines()
        return redis.Redis.from_url(dict(line.split("=", 1) for line in lines)["REDIS_URL"])

    def key(self, name: str) -> str:
        return f"chat:{self.gid}:{name}"

    def stands(self) -> tuple[str, int]:
        """`(epoch, seq)` of the last message."""
        epoch, seq = self.redis.mget(self.key("epoch"), self.key("seq"))
        return (epoch or b"").decode(), int(seq or 0)

    def counts(self) -> dict[str, int]:
        return {name.decode(): int(n) for name, n in self.redis.hgetall(self.key("counts")).items()}
