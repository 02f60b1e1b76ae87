"""Starts children, brings them back, stops them in order. One thread; it waits for signals only."""

import contextlib
import resource
import signal
import time
from collections.abc import Callable

from .child import Child
from .undertaker import Undertaker
from .words import Refusal, warn

START_WITHIN_S = 30.0
STOP_WITHIN_S = 8.0


class StopAsked(Exception):
    """SIGINT, SIGTERM or SIGHUP arrived."""


class Supervisor:
    def __init__(self) -> None:
        self._watched = {signal.SIGCHLD, *_stop_signals()}
        signal.pthread_sigmask(signal.SIG_BLOCK, self._watched)
        self._undertaker = Undertaker()
        self.children: list[Child] = []
        self._asked = 0

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self, child: Child) -> Child:
        self.children.append(child)
        self._launch(child)
        return child

    def start_and_wait(self, child: Child, ready: Callable[[], bool]) -> None:
        self.start(child)
        if not self.until(ready, within=START_WITHIN_S):
            raise Refusal(f"{child.name} did not start, see {child.log}: {child.last_words()}")

    def run(self, child: Child) -> int:
        """A step that ends by itself; answers its exit code."""
        child.once = True
        self.start(child)
        self.until(lambda: not child.running)
        self.children.remove(child)
        assert child.code is not None
        return child.code

    def until(self, condition: Callable[[], bool], within: float | None = None, every: float = 0.1) -> bool:
        """Wait for the condition, at most `within` seconds; False when it did not come true."""
        deadline = None if within is None else time.monotonic() + within
        while not condition():
            if deadline is not None and time.monotonic() > deadline:
                return False
            self.tend(every)
        return True

    def watch(self) -> None:
        """Keep the children running, and their logs short, until somebody asks to stop."""
        while True:
            self.tend(60)
            for child in self.children:
                child.shorten_log()

    def tend(self, seconds: float) -> None:
        """Wait for a signal, a due restart or the time given, whichever is first, and act on it."""
        due = [child.due_at for child in self.children if child.due_at is not None]
        now = time.monotonic()
        self._listen(max(min([now + seconds, *due]) - now, 0))
        for child in self.children:
            if child.reap():
                self._ended(child)
            elif child.due_at is not None and child.due_at <= time.monotonic():
                self._launch(child)

    def stop(self) -> None:
        """Stop all, the highest stage first. A second signal kills at once."""
        with contextlib.suppress(StopAsked):
            for stage in sorted({child.stage for child in self.children}, reverse=True):
                self._stop([child for child in self.children if child.stage == stage and child.running])
        for child in self.children:
            if child.running:
                child.signal(signal.SIGKILL)
        self._undertaker.dismiss()

    def _launch(self, child: Child) -> None:
        try:
            child.start()
        except OSError as error:
            raise Refusal(f"{child.name} could not be started: {error}.") from error
        self._undertaker.watch(child.group)

    def _ended(self, child: Child) -> None:
        self._undertaker.forget(child.group)
        if not child.once:
            delay = child.plan_restart()
            warn(f"{child.name} stopped ({child.ending()}); again in {delay:g} s, see {child.log}")

    def _stop(self, children: list[Child]) -> None:
        patience = STOP_WITHIN_S if self._asked < 2 else 0
        deadline = time.monotonic() + patience
        for child in children:
            child.signal(signal.SIGTERM)
        while any(child.running for child in children):
            left = deadline - time.monotonic()
            for child in children:
                if left <= 0:
                    child.signal(signal.SIGKILL)
            self._listen(max(left, 0.1))
            for child in children:
                if child.reap():
                    self._undertaker.forget(child.group)

    def _listen(self, seconds: float) -> None:
        heard = signal.sigtimedwait(self._watched, seconds)
        if heard is not None and heard.si_signo != signal.SIGCHLD:
            self._asked += 1
            raise StopAsked


def _stop_signals() -> set[signal.Signals]:
    """SIGHUP counts unless nohup turned it off. SIGINT counts even where a shell ignores it for its jobs."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return {signal.SIGINT, signal.SIGTERM}
    return {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def raise_open_files() -> None:
    """Sockets are files: take all that this user may have, within reason. Children inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 65_536)), hard))
