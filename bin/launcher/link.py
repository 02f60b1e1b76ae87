"""The launcher's few words with Redis."""

import json
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


def drain(url: str) -> int:
    """Asks every server process to send its sockets away; answers how many heard it. The form is core/hub.py's."""
    message = {"type": "hub.signal", "topic": "process", "name": "drain", "data": {}}
    try:
        with _client(url) as client:
            return int(client.publish("footlight__group__process", json.dumps(message)))
    except redis.RedisError:
        return 0


def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
