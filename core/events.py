"""How a fact leaves the domain.

`broadcast` tells the sockets of a topic, after commit, at most once. `record` writes an Event row in the caller's
transaction; `publish` does both. `signal` tells the *consumers* of a topic (close, hand over), not the people behind
them. A message that cannot be sent is logged and never raises into the domain: the next snapshot repairs it."""

import json
import logging
import time
from functools import lru_cache

import redis
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.models import Event

log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def redis_client() -> redis.Redis:
    """The plain client, for publishing and Lua. Short timeouts: a lost Redis must not hold a request. Nothing is tried
    again behind one's back: what was sent may have been done."""
    once = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=once)


def encode(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def layer_channel(topic: str) -> str:
    """The Redis channel on which the hubs of all processes listen for `topic`."""
    return f"{settings.CHANNEL_LAYERS['default']['CONFIG']['prefix']}__group__{topic}"


def realm_topic(realm: str) -> str:
    """On which all sockets of an app's people listen."""
    return f"realm.{realm}"


def broadcast(topic: str, name: str, **data: object) -> None:
    """One frame, encoded once, to every socket of the topic."""
    frame = encode({"type": name, **data})
    transaction.on_commit(lambda: _send(topic, {"type": "hub.frame", "topic": topic, "text": frame}))


def broadcast_each(name: str, frames: list[tuple[str, dict]]) -> None:
    """One frame of that name to each topic, `(topic, data)`, in one go: for thousands who hear different things."""
    told = [(topic, {"type": "hub.frame", "topic": topic, "text": encode({"type": name, **d})}) for topic, d in frames]
    transaction.on_commit(lambda: _send_all(told))


def record(name: str, *, subject: str, realm: str = "", **data: object) -> None:
    Event.objects.create(name=name, subject=subject, realm=realm, data=json.loads(encode(data)))


def record_all(facts: list[tuple[str, dict]], *, subject: str, realm: str = "") -> None:
    """Many facts about one subject in one INSERT: `(name, data)` each."""
    rows = [Event(name=name, subject=subject, realm=realm, data=json.loads(encode(data))) for name, data in facts]
    Event.objects.bulk_create(rows, batch_size=500)


def record_about(name: str, subjects: list[str], *, realm: str = "", **data: object) -> None:
    """The same fact about many subjects."""
    said = json.loads(encode(data))
    rows = [Event(name=name, subject=subject, realm=realm, data=said) for subject in subjects]
    Event.objects.bulk_create(rows, batch_size=500)


def publish(topic: str, name: str, *, subject: str, realm: str = "", **data: object) -> None:
    record(name, subject=subject, realm=realm, **data)
    broadcast(topic, name, **data)


def signal(topic: str, name: str, **data: object) -> None:
    transaction.on_commit(lambda: _send(topic, {"type": "hub.signal", "topic": topic, "name": name, "data": data}))


_frozen_until = 0.0  # by the process' monotonic clock: a Redis that hangs must not cost a second for each word


def _send(topic: str, message: dict) -> None:
    _send_all([(topic, message)])


def _send_all(messages: list[tuple[str, dict]]) -> None:
    global _frozen_until
    if not messages or time.monotonic() < _frozen_until:
        return
    try:
        pipe = redis_client().pipeline(transaction=False)
        for topic, message in messages:
            pipe.publish(layer_channel(topic), encode(message))
        pipe.execute()
    except redis.RedisError as error:
        if isinstance(error, redis.TimeoutError):
            _frozen_until = time.monotonic() + 2
        topic, message = messages[0]
        log.warning("not told: %d, the first %s on %s (%s)", len(messages), message["type"], topic, error)
