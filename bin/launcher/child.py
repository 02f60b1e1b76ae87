"""One child process: its own session, tied to its parent's life, its lines in its own log."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from .folders import ROOT

PR_SET_PDEATHSIG = 1
LOG_MAX = 10_000_000  # bytes
BACK_OFF_FIRST_S, BACK_OFF_LAST_S = 0.5, 30.0
HEALTHY_S = 60.0
libc = ctypes.CDLL(None)


@dataclass
class Child:
    name: str
    argv: list[str]
    env: Mapping[str, str]
    log: Path | None  # None: it speaks to the terminal itself
    stage: int = 0  # the highest is stopped first
    once: bool = False
    pass_fds: tuple[int, ...] = ()
    user: str | None = None
    cwd: Path = ROOT
    started_at: float = 0.0
    due_at: float | None = None
    back_off: float = BACK_OFF_FIRST_S
    code: int | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        with contextlib.ExitStack() as stack:
            log = stack.enter_context(_open_log(self.log)) if self.log else None
            self.process = subprocess.Popen(
                self.argv,
                cwd=self.cwd,
                env=dict(self.env),
                stdin=subprocess.DEVNULL if log else None,
                stdout=log,
                stderr=subprocess.STDOUT if log else None,
                pass_fds=self.pass_fds,
                start_new_session=True,
                preexec_fn=tied_to_parent(),
                **_identity(self.user),
            )
        self.started_at, self.due_at, self.code = time.monotonic(), None, None

    @property
    def group(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process is not None and self.code is None

    def reap(self) -> bool:
        """True when it has just been found ended. What it forked ends with it."""
        if not self.running:
            return False
        assert self.process is not None
        # WNOWAIT keeps the dead leader's number taken until its group is gone too.
        if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return False
        self.signal(signal.SIGKILL)
        self.code = self.process.wait()
        return True

    def shorten_log(self) -> None:
        if self.log:
            _shorten(self.log)

    def plan_restart(self) -> float:
        """Seconds until it is started again: doubling, and from the beginning after a healthy minute."""
        now = time.monotonic()
        if now - self.started_at > HEALTHY_S:
            self.back_off = BACK_OFF_FIRST_S
        delay, self.back_off = self.back_off, min(self.back_off * 2, BACK_OFF_LAST_S)
        self.due_at = now + delay
        return delay

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.group, number)

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").rstrip().splitlines() if self.log else []
        return lines[-1].strip() if lines else "it said nothing"

    def ending(self) -> str:
        assert self.code is not None
        return f"killed by {signal.Signals(-self.code).name}" if self.code < 0 else f"exit code {self.code}"


def tied_to_parent() -> Callable[[], None]:
    """What a child does before it becomes its program: hear signals again, and die with its parent."""
    parent = os.getpid()

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def _open_log(log: Path) -> IO[bytes]:
    _shorten(log)
    return log.open("ab")


def _shorten(log: Path) -> None:
    """Past the limit its last lines move aside. Writers append, so they go on at the new end."""
    if not log.exists() or log.stat().st_size <= LOG_MAX:
        return
    with log.open("rb+") as file:
        file.seek(-LOG_MAX, os.SEEK_END)
        log.with_suffix(".log.1").write_bytes(file.read(LOG_MAX))
        file.truncate(0)


def _identity(user: str | None) -> dict[str, Any]:
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
