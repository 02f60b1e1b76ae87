"""CPU, memory and cores of processes that are not ours, read from /proc."""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class Meter:
    """CPU seconds of some processes since it was made or last read."""

    def __init__(self, pids: Iterable[int]) -> None:
        self.pids = set(pids)
        self._began, self._cpu = time.monotonic(), cpu_seconds(self.pids)

    def read(self) -> tuple[float, float]:
        """CPU seconds and wall seconds since the last time."""
        now, cpu = time.monotonic(), cpu_seconds(self.pids)
        spent = cpu - self._cpu, now - self._began
        self._began, self._cpu = now, cpu
        return spent


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time, ended threads included."""
    total = 0
    for pid in pids:
        # The command stands in brackets and may hold anything, so fields are counted behind it.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def resident_mib(pids: Iterable[int]) -> float:
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def parent(pid: int) -> int:
    """0 where it is gone meanwhile."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def pin(pids: Iterable[int], cores: set[int]) -> None:
    """All threads of these processes; those they start later inherit it."""
    for pid in pids:
        with suppress(OSError):  # a short-lived child may be gone by now
            for task in os.listdir(f"/proc/{pid}/task"):
                os.sched_setaffinity(int(task), cores)


def apart(measured: set[int], others: set[int]) -> str:
    """Gives what is measured a core without us, where there are two; says what it did."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        return "one core for everything: rates include the client"
    pin(measured, {cores[0]})
    pin(others | {os.getpid()}, set(cores[1:]))
    return f"server on core {cores[0]}, client and everything else on the rest"
