"""Servers that are started for one measurement."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.house import until

START_S = 30


class Program:
    """A running server. To some, every line of standard input is a word to all."""

    def __init__(self, argv: list[str], **options: object) -> None:
        self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, text=True, **options)
        self.pid = self._process.pid

    def tell(self, text: str) -> None:
        self._process.stdin.write(f"{text}\n")
        self._process.stdin.flush()

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()


@contextmanager
def running(argv: list[str], port: int, **options: object) -> Iterator[Program]:
    program = Program(argv, **options)
    try:
        if not until(lambda: listens(port), START_S):
            raise RuntimeError(f"{argv[0]} did not start")
        yield program
    finally:
        program.end()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
