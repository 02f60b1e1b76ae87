"""Calls the endpoints, some at a time, each in lanes of its own, so that one that hangs delays nobody else.

The threads outlive the task that started them and are its process' alone; what they hold is leased in the rows."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import UTC
from email.utils import parsedate_to_datetime

from django.db import DatabaseError, connections

from core import clock
from partners import http
from partners.models import Delivery
from partners.services import deliveries
from partners.services.deliveries import FAILING_LANES, LANES, Due, Outcome
from partners.wires import WIRES

log = logging.getLogger(__name__)
TIMEOUT = 10.0  # seconds for one call
THREADS = 24
FAILING_MOST = 8  # of them for endpoints that failed last time
STINT = 20.0  # seconds after which a lane makes room for somebody else's


def lane(webhook: int) -> int:
    """One message after the other, until none is due or one fails. Answers how many were tried."""
    done, ends = 0, time.monotonic() + STINT
    while time.monotonic() < ends and (row := deliveries.take(webhook=webhook)):
        outcome = call(row)
        deliveries.settle(row=row, outcome=outcome)
        done += 1
        if not outcome.ok:
            break
    return done


def call(row: Delivery) -> Outcome:
    wire, at, began = WIRES[row.webhook.shape], clock.now(), time.monotonic()
    try:
        address, headers = wire.address(row, at), wire.headers(row, at)
        answer = http.send("POST", address, body=row.body.encode(), headers=headers, timeout=TIMEOUT)
    except http.Refused:
        return Outcome(False, _since(began), error="address not allowed")
    except http.Failed as error:
        return Outcome(False, _since(began), error=str(error)[:120])
    ok = wire.accepts(answer)
    error = "" if ok else f"HTTP {answer.status}"
    asked = _seconds(answer.headers.get("Retry-After", ""), at.timestamp())
    return Outcome(ok, _since(began), answer.status, error, asked)


class Couriers:
    """The threads of one process. `pool` is made when first needed, after the worker has forked."""

    def __init__(self, make_pool: Callable[[], Executor]) -> None:
        self._make, self._pool = make_pool, None
        self._lanes: Counter[int] = Counter()
        self._failing = 0
        self._lock = threading.Lock()

    def send(self, due: list[Due]) -> None:
        """Opens lanes for these endpoints, as far as there is room; who finds none is due at the next beat still."""
        for one in due:
            for _ in range(FAILING_LANES if one.failing else LANES):
                if self._enters(one):
                    self._pool = self._pool or self._make()
                    self._pool.submit(self._run, one)

    def _enters(self, one: Due) -> bool:
        with self._lock:
            full = self._lanes.total() >= THREADS or (one.failing and self._failing >= FAILING_MOST)
            if full or self._lanes[one.webhook] >= (FAILING_LANES if one.failing else LANES):
                return False
            self._lanes[one.webhook] += 1
            self._failing += one.failing
            return True

    def _run(self, one: Due) -> None:
        try:
            lane(one.webhook)
        except DatabaseError:
            log.warning("deliveries of webhook %s wait for the database", one.webhook, exc_info=True)
        except Exception:
            log.exception("deliveries of webhook %s", one.webhook)
        finally:
            with self._lock:
                self._lanes[one.webhook] -= 1
                self._lanes = +self._lanes
                self._failing -= one.failing


class Pool(ThreadPoolExecutor):
    """Threads that leave no connection of theirs open."""

    def submit(self, work: Callable[..., None], /, *given: object) -> Future:
        return super().submit(self._then_close, work, *given)

    @staticmethod
    def _then_close(work: Callable[..., None], *given: object) -> None:
        try:
            work(*given)
        finally:
            connections.close_all()


couriers = Couriers(lambda: Pool(THREADS, "courier"))


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _seconds(retry_after: str, now: float) -> float:
    """Of the header: seconds, or a date; 0 for what is neither."""
    try:
        if retry_after.strip().isdigit():
            return min(float(retry_after), 10**6)
        date = parsedate_to_datetime(retry_after)
        return min(max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now), 10**6)
    except (ValueError, TypeError, OverflowError):
        return 0.0
