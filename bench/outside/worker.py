"""A house's relay worker and the programs it has started, in percent of a core."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.kit.place import Place
from bench.kit.processes import Meter, parent
from tests.house import processes, until

PATIENCE = 60  # seconds


@dataclass(frozen=True)
class Shares:
    """Percent of a core."""

    ffmpeg: float
    engine: float
    worker: float

    def beyond(self, quiet: "Shares", channels: int = 1) -> "Shares":
        """What each of the channels adds."""
        mine, before = ((it.ffmpeg, it.engine, it.worker) for it in (self, quiet))
        return Shares(*(max(now - then, 0) / channels for now, then in zip(mine, before, strict=True)))


class Worker:
    def __init__(self, place: Place) -> None:
        self._engines, self.pids = place.engines, place.house.pids("manage.py relay")

    def ffmpegs(self, fits: Callable[[str], bool]) -> set[int]:
        """Those of its ffmpegs with such a command."""
        mine = ((pid, line) for pid, line, _ in processes() if line.startswith("ffmpeg ") and fits(line))
        return {pid for pid, _ in mine if parent(pid) in self.pids}

    def runs(self, count: int, fits: Callable[[str], bool]) -> set[int]:
        """Waits until there are so many of them."""
        if not until(lambda: len(self.ffmpegs(fits)) == count, PATIENCE):
            raise RuntimeError(f"the worker does not run {count} such programs")
        return self.ffmpegs(fits)

    def rests(self) -> None:
        """Waits until it runs nothing any more."""
        self.runs(0, lambda _: True)

    def shares(self, ffmpegs: Iterable[int], seconds: float) -> Shares:
        meters = [Meter(pids) for pids in (ffmpegs, self._engines, self.pids)]
        time.sleep(seconds)  # the span that is measured
        return Shares(*(100 * cpu / wall for cpu, wall in (meter.read() for meter in meters)))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Meanwhile it takes nothing up."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self.pids:
            os.kill(pid, number)
