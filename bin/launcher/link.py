"""The launcher's few words with Redis."""

from pathlib import Path

import redis


def url(socket: Path) -> str:
    return f"unix://{socket}?db=0"


def answers(url: str) -> bool:
    try:
        with _client(url) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def publish(url: str, topic: str) -> int:
    """How many heard it."""
    try:
        with _client(url) as client:
            return int(client.publish(topic, "1"))
    except redis.RedisError:
        return 0


def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
