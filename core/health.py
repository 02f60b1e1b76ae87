"""Is the house alive, and is it ready to be sent people?

`/healthz` depends on nothing. `/readyz` runs the checks that settings.HEALTH_CHECKS names by dotted path (core may not
import what stands above it). A check is a function that returns when its part is well and raises when it is not. Those
of settings.HEALTH_NOTES are shown with them and keep nobody out."""

import ipaddress
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.cache import cache
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock
from core.events import redis_client
from core.staff_door import unproven
from core.tasks import TICK

WITHIN = 2.0  # seconds for all checks together: they run side by side
BEAT_IS_LATE = timedelta(seconds=30)
PROXY_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-IP")

_runs: dict[str, Future] = {}
_starting = threading.Lock()


class NotWell(Exception):
    """A part answers, and the answer is not good enough."""


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def redis() -> None:
    redis_client().ping()


def migrations() -> None:
    """Only the last migration of each app is looked for: none is applied before those it stands on."""
    missing = _last_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    if missing:
        raise NotWell("not applied: " + ", ".join(sorted(f"{app}.{name}" for app, name in missing)))


@lru_cache(maxsize=1)
def _last_migrations() -> frozenset[tuple[str, str]]:
    """Read from disk once: a running process keeps the code it was started with."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


def beat() -> None:
    """One tick takes the whole way: beat sent it, the broker carried it, a worker did it."""
    recent(TICK, "tick")


def recent(key: str, what: str) -> None:
    """For checks of what the beat does all the time and leaves the moment of under this key."""
    done = cache.get(key)
    if done is None:
        raise NotWell(f"no {what} yet")
    age = clock.now() - datetime.fromisoformat(done)
    if age > BEAT_IS_LATE:
        raise NotWell(f"the last {what} was {age.total_seconds():.0f} s ago")


def run_checks(paths: list[str]) -> dict[str, dict]:
    """`{"database": {"ok": True, "ms": 1.2}, ...}`. A check that is not done in time is not ok."""
    runs = {path: _run(path) for path in paths}
    wait(runs.values(), timeout=WITHIN)
    late = {"ok": False, "ms": WITHIN * 1000, "error": "no answer in time"}
    return {path.rpartition(".")[2]: run.result() if run.done() else late for path, run in runs.items()}


def _run(path: str) -> Future:
    """The check in a thread of its own. While one hangs it is not started again, however often it is asked for."""
    with _starting:
        run = _runs.get(path)
        if run is None or run.done():
            run = _runs[path] = Future()
            threading.Thread(target=_fill, args=(run, import_string(path)), daemon=True).start()
        return run


def _fill(run: Future, check: Callable[[], None]) -> None:
    began = time.perf_counter()
    found: dict[str, object] = {"ok": True}
    try:
        check()
    except Exception as error:  # whatever it is, it is the finding
        found = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    finally:
        connections.close_all()
    run.set_result({**found, "ms": round((time.perf_counter() - began) * 1000, 1)})


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    checks = run_checks([*settings.HEALTH_CHECKS, *settings.HEALTH_NOTES])
    needed = {path.rpartition(".")[2] for path in settings.HEALTH_CHECKS}
    ready = all(check["ok"] for name, check in checks.items() if name in needed)
    answer: dict[str, object] = {"status": "ok" if ready else "unavailable"}
    if from_this_machine(request) or (checks["database"]["ok"] and is_staff(request)):
        answer["checks"] = checks
    response = JsonResponse(answer, status=200 if ready else 503)
    response._has_been_logged = True  # who starts the house asks several times a second, and 503 is its answer
    return response


def from_this_machine(request: HttpRequest) -> bool:
    """Loopback, and not on behalf of somebody else."""
    if any(name in request.headers for name in PROXY_HEADERS):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def is_staff(request: HttpRequest) -> bool:
    """Asked of the session itself: the probes are answered before the middleware that would know."""
    SessionMiddleware(lambda _: HttpResponse()).process_request(request)
    user = get_user(request)
    return user.is_active and user.is_staff and not unproven(user, request.session)


PROBES = {"healthz": healthz, "readyz": readyz}


class ProbeMiddleware:
    """Stands first and answers the probes itself: behind it, sessions need the database, and a load balancer that
    asks by address is turned away by the list of hosts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info[1:])
        return probe(request) if probe else self.get_response(request)
