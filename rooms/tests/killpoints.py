"""Moments at which a worker dies or loses its database, by name. Only child processes of a trial arm one: nothing in
the house's own code knows of them."""

import os
import signal
from collections.abc import Callable
from itertools import count

import psycopg
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from billing import minutes

POINTS = {
    "before insert": (minutes, "_insert", "before"),
    "after insert": (minutes, "_insert", "after"),
    "after debit": (minutes, "_pay", "after"),
    "before commit": (BaseDatabaseWrapper, "_commit", "before"),
    "after commit": (BaseDatabaseWrapper, "_commit", "after"),
    "after send": (BaseDatabaseWrapper, "run_and_clear_commit_hooks", "after"),
}


def arm(point: str, act: Callable[[], None], turn: int = 1) -> None:
    """`act` comes when this process passes the point for the so manieth time."""
    owner, name, when = POINTS[point]
    real, calls = getattr(owner, name), count(1)

    def armed(*args: object, **kwargs: object) -> object:
        now = next(calls) == turn
        if now and when == "before":
            act()
        answer = real(*args, **kwargs)
        if now and when == "after":
            act()
        return answer

    setattr(owner, name, armed)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def cut() -> None:
    """As when PostgreSQL is restarted: our connection is gone, whatever it was doing."""
    mine = connection.connection.info
    with psycopg.connect(mine.dsn, password=mine.password or None, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [mine.backend_pid])


ACTS = {"die": die, "cut": cut}
