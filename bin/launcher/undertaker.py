"""A killed parent leaves no orphans.

PR_SET_PDEATHSIG reaches the children alone, not what they forked: a worker killed together with its
parent would leave its pool behind. So one small process outlives the parent by a few seconds. It
holds the reading end of a pipe that only the parent writes to; when the pipe ends, by any death,
it ends every process group that it was told of and not told off.
"""

import contextlib
import os
import select
import signal

PATIENCE_S = 4.0


class Undertaker:
    """Make it early: it keeps what is open, and so holds the data folder's lock until all are gone."""

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._writing)
            _serve(reading)
        os.close(reading)

    def watch(self, group: int) -> None:
        self._note(b"+%d\n" % group)

    def forget(self, group: int) -> None:
        self._note(b"-%d\n" % group)

    def dismiss(self) -> None:
        os.close(self._writing)
        os.waitpid(self._pid, 0)

    def _note(self, note: bytes) -> None:
        # Somebody may have killed it; the platform runs on with PR_SET_PDEATHSIG alone.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._writing, note)


def _serve(reading: int) -> None:
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        _bury(_listen(reading))
    finally:
        os._exit(0)


def _listen(reading: int) -> set[int]:
    """The groups that are left when the parent is gone."""
    groups: set[int] = set()
    with os.fdopen(reading, "rb") as notes:
        for note in notes:
            act = groups.add if note[:1] == b"+" else groups.discard
            act(int(note[1:]))
    return groups


def _bury(groups: set[int]) -> None:
    groups = {group for group in groups if _send(group, signal.SIGTERM)}
    waited = 0.0
    while groups and waited < PATIENCE_S:
        select.select([], [], [], 0.1)
        waited += 0.1
        groups = {group for group in groups if _send(group, 0)}
    for group in groups:
        _send(group, signal.SIGKILL)


def _send(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
