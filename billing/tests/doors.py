"""The REST door of coins, as a client uses it."""

import json
from itertools import count

from django.test import Client

API = "/api/v1/"
_keys = count()


def post(client: Client, path: str, body: object, key: str | None = ""):
    """With a new Idempotency-Key, the one given, or (None) without."""
    headers = {} if key is None else {"Idempotency-Key": key or f"key-{next(_keys)}"}
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(API + path, text, "application/json", headers=headers)


def told(answer) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]
