"""The viewers of a hall: one C program, so that listening costs little and is not what is measured."""

import subprocess
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from bench.hall.compiled import compiled
from bench.hall.hall import Hall


@dataclass(frozen=True)
class Heard:
    messages: int
    frames: int
    bytes: int
    gone: int  # viewers who are not there any more
    p50: int  # microseconds from the moment at which a message was said
    p99: int


class Crowd:
    """`with Crowd(hall, 1000) as crowd`: all of them are in and have been welcomed."""

    def __init__(self, hall: Hall, viewers: int) -> None:
        self.viewers = viewers
        argv = [compiled("crowd"), hall.port, viewers, int(hall.welcomes), hall.greeting, hall.request]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen([str(word) for word in argv], **pipes)

    def __enter__(self) -> Self:
        if self._process.stdout.readline() != "there\n":
            raise RuntimeError(f"{self.viewers} viewers could not come in")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def forget(self) -> None:
        """Count from zero."""
        self._ask("again")

    def heard(self) -> Heard:
        return Heard(*map(int, self._ask("tell").split()))

    def hears(self, messages: int, within: float) -> Heard:
        """Waits, at most so many seconds, until so many were delivered in all."""
        deadline = time.monotonic() + within
        while (heard := self.heard()).messages < messages and time.monotonic() < deadline:
            time.sleep(0.02)  # it is a program that answers and signals nothing
        return heard

    def _ask(self, word: str) -> str:
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()
