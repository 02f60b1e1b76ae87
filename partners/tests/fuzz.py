"""Odd requests by the thousand, made from the schema: what it says of an answer must be so, and none is a 5xx.

Each starts from the same world and leaves no trace in it, so that what is found once is found again."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from math import ceil

from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from rest_framework.test import APIClient
from schemathesis import Case, GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks

HOLDS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@dataclass(frozen=True)
class Caller:
    """`known` says what the parts of an address may name there."""

    name: str
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    known: dict[str, list[object]] = field(default_factory=dict)

    @classmethod
    def signed_in(cls, name: str, client: APIClient, known: dict) -> "Caller":
        """By session, as a page of the site is."""
        token = "a" * 32
        cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": token}
        return cls(name, {"X-CSRFToken": token}, cookies, known)


@dataclass
class Findings:
    wrong: dict[str, str] = field(default_factory=dict)  # the first of each operation and caller
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def cases(self) -> int:
        return sum(self.statuses.values())

    def report(self) -> str:
        return "\n\n".join(f"## {where}\n{what}" for where, what in self.wrong.items())


def operations() -> list[APIOperation]:
    with _connection_kept():
        schema = openapi.from_wsgi("/api/schema/?format=json", WSGIHandler())
    return [one.ok() for one in schema.get_all_operations()]


def fuzz(every: list[APIOperation], callers: list[Caller], *, cases: int, seed: int) -> Findings:
    """At least `cases` requests in all, but for what cannot be asked wrongly, as many to each operation. In an open
    transaction."""
    found = Findings()
    each = ceil(cases / len(every) / len(MODES))
    with _connection_kept():
        for operation in every:
            for mode in MODES:
                _some(operation, callers, mode, each, seed, found)
    return found


@contextmanager
def _connection_kept() -> Iterator[None]:
    """A request usually closes a connection that is no good any more; here it is the test's own."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _some(operation: APIOperation, callers: list[Caller], mode: GenerationMode, most: int, start: int, found: Findings):
    quiet = settings(
        max_examples=most,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    def one(case: Case, caller: Caller, random) -> None:
        _one(case, caller, random, found)

    odd = operation.as_strategy(generation_mode=mode)
    with suppress(Unsatisfiable):  # what takes nothing cannot be asked wrongly
        seed(start)(quiet(given(odd, st.sampled_from(callers), st.randoms(use_true_random=False))(one)))()


def _one(case: Case, caller: Caller, random, found: Findings) -> None:
    _aim(case, caller.known, random)
    cache.delete_pattern("*")  # how often somebody may do something is no business here
    with transaction.atomic():
        answer = case.call(headers=caller.headers, cookies=caller.cookies)
        transaction.set_rollback(True)
    found.statuses[answer.status_code] += 1
    try:
        case.validate_response(answer, checks=HOLDS)
    except FailureGroup as failures:
        found.wrong.setdefault(f"{case.operation.label}, {caller.name}", str(failures))


def _aim(case: Case, known: dict[str, list[object]], random) -> None:
    """Most of the names in a request become names of something that is there, else all would end at a 404."""
    for names in (case.path_parameters, case.query, case.body if isinstance(case.body, dict) else None):
        for name in names or ():
            if known.get(name) and random.random() < 0.8:
                names[name] = random.choice(known[name])
    if "Idempotency-Key" in (case.headers or {}) and random.random() < 0.8:
        case.headers["Idempotency-Key"] = "a-key"
