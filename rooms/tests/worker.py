"""A process that charges minutes, as a celery worker does, and may be killed at it. Forked from a server that has
loaded everything once, so that hundreds of them cost little."""

import multiprocessing
import os
import sys
from dataclasses import dataclass
from datetime import datetime

import django
from django.apps import apps

if not apps.ready:  # in the server
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

from django.db import InterfaceError, OperationalError, connection

from core import clock
from rooms.services import metering, rounds
from rooms.tests import killpoints

CUT = 3  # exit code: the connection was lost, and the next nudge found a new one
KILLED = -9

forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class Job:
    """Nudges at a simulated moment. `act` (killpoints.ACTS) comes at the point's so manieth turn."""

    database: str
    now: datetime
    nudges: int = 1
    batch: int = 500
    point: str = ""
    act: str = "die"
    turn: int = 1


def run_all(jobs: list[Job]) -> list[int]:
    """Side by side; answers their exit codes."""
    processes = [forks.Process(target=work, args=[job]) for job in jobs]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [process.exitcode for process in processes]


def work(job: Job) -> None:
    connection.settings_dict["NAME"] = job.database
    clock.offset = job.now - clock.now()
    rounds.BATCH = job.batch
    if job.point:
        killpoints.arm(job.point, killpoints.ACTS[job.act], job.turn)
    cuts = [_nudge() for _ in range(job.nudges)]
    connection.close()
    sys.exit(CUT if any(cuts) else 0)


def _nudge() -> bool:
    """As celery does it: a task that failed is logged, and the next one has a fresh connection."""
    try:
        metering.charge_due()
    except (OperationalError, InterfaceError):
        connection.close()
        return True
    return False
