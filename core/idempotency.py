"""A call that moves coins is made once, however often it is sent.

`Idempotency-Key` is the caller's own name for it. The row of (person, path, key) is UNIQUE: whoever inserts it makes
the call, everybody else is given its answer. Only successes are kept: after a refusal nothing has moved, and the same
call may succeed once the reason is gone. Should the row be lost, or its process die, the service was given `key` too,
and the transfers of a key happen once."""

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import wraps

from django.db import DatabaseError, IntegrityError, transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.actors import App, person_key
from core.errors import BadInput, IllegalMove, KeyReused, LoginRequired
from core.models import KeyedCall

KEY = re.compile(r"[!-~]{1,64}")
KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=60)  # a call under way for longer has lost its process
HEADER = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="1 to 64 characters, of one's own"
)


def once(method: Callable) -> Callable:
    """For a view's method, which is given `key`: the name of its transfers, unlike that of any other caller or path.

    Raises LoginRequired, BadInput `idempotency_key_missing`, `bad_idempotency_key`, KeyReused, IllegalMove
    `in_flight`."""

    @wraps(method)
    def answered_once(self: object, request: Request, **path: object) -> Response:
        call = _begin(request)
        if call.status:
            return Response(call.answer, status=call.status, headers={"Idempotent-Replayed": "true"})
        try:
            response = method(self, request, **path, key=_transfer_key(call))
        except BaseException:
            with suppress(DatabaseError):  # then the lease runs out
                _mine(call).delete()
            raise
        _keep(call, response)
        return response

    return extend_schema(parameters=[HEADER])(answered_once)


def forget() -> int:
    """Answers how many calls were forgotten."""
    return KeyedCall.objects.filter(created_at__lt=clock.now() - KEPT).delete()[0]


def _begin(request: Request) -> KeyedCall:
    """A row of one's own, or one that is answered already."""
    if not (request.actor.pk or isinstance(request.actor, App)):
        raise LoginRequired()
    now, name = clock.now(), {"person": person_key(request.actor), "path": _path(request), "key": _key(request)}
    own = KeyedCall(**name, body_hash=_hash(request), attempt=secrets.token_hex(8), created_at=now, begun_at=now)
    try:
        with transaction.atomic():
            own.save()
    except IntegrityError:
        KeyedCall.objects.filter(**name, created_at__lt=now - KEPT).delete()
        known = KeyedCall.objects.filter(**name).first()
        return _again(known, own) if known else _begin(request)  # forgotten, or given up this very moment
    return own


def _again(known: KeyedCall, own: KeyedCall) -> KeyedCall:
    if known.body_hash != own.body_hash:
        raise KeyReused()
    if known.status:
        return known
    dead = _mine(known).filter(begun_at__lt=own.begun_at - LEASE, status=None)
    if not dead.update(attempt=own.attempt, begun_at=own.begun_at):
        raise IllegalMove("in_flight")
    known.attempt = own.attempt
    return known


def _mine(call: KeyedCall):
    return KeyedCall.objects.filter(pk=call.pk, attempt=call.attempt)


def _keep(call: KeyedCall, response: Response) -> None:
    answer = json.loads(JSONRenderer().render(response.data))
    _mine(call).update(status=response.status_code, answer=answer)


def _path(request: Request) -> str:
    """An address that is longer than any of ours leads nowhere; it is told apart all the same."""
    longest = KeyedCall._meta.get_field("path").max_length
    return request.path if len(request.path) <= longest else hashlib.sha256(request.path.encode()).hexdigest()


def _key(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise BadInput("idempotency_key_missing")
    if not KEY.fullmatch(key):
        raise BadInput("bad_idempotency_key")
    return key


def _hash(request: Request) -> str:
    return hashlib.sha256(json.dumps(request.data, sort_keys=True, default=str).encode()).hexdigest()


def _transfer_key(call: KeyedCall) -> str:
    return hashlib.sha256(f"{call.person} {call.path} {call.key}".encode()).hexdigest()[:32]
