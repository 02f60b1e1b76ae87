"""One ffmpeg, watched: it ends when we end, it is ended when it stands still, and its last words are kept."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TIED = ("setpriv", "--pdeathsig", "KILL")  # the kernel ends it with the process that started it, however that dies
COMMAND = (*TIED, "ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-loglevel", "warning")
PROGRESS = ("-progress", "pipe:1", "-stats_period", "1")
LAST_WORDS = 4096  # bytes of what it said last
POLITE = 3.0  # seconds to end by itself
FULL = ("No space left", "File too large", "Disk quota")


@dataclass(frozen=True)
class Progress:
    """How far it has come: seconds of output, frames (0 where it only copies sound)."""

    seconds: float
    frames: int


class Ended(Exception):
    """It ended by itself, with a code that is not 0."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"exit code {code}")
        self.code, self.words = code, words


class Stalled(Exception):
    """It made nothing for too long."""

    def __init__(self, words: str) -> None:
        super().__init__("no progress")
        self.words = words


def says_full(words: str) -> bool:
    """Whether what it, or the system, complained of is the disk."""
    return any(each in words for each in FULL)


async def run(
    arguments: Sequence[str],
    *,
    on_progress: Callable[[Progress], None] | None = None,
    stall: float = 10.0,
    first: float = 20.0,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> None:
    """Runs it to its end. Raises Ended; Stalled when nothing new came for `stall` seconds (`first` at the beginning).
    Cancelled, it is told to end, and waited for. `arguments` are handed on as they are: no shell reads them."""
    pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.PIPE}
    process = await asyncio.create_subprocess_exec(*COMMAND, *PROGRESS, *arguments, cwd=cwd, env=env, **pipes)
    said: deque[bytes] = deque(maxlen=8)
    listening = asyncio.create_task(_listen(process.stderr, said))
    try:
        await _follow(process.stdout, on_progress, stall, first)
        async with asyncio.timeout(POLITE):
            code = await process.wait()
        await listening
    except TimeoutError:
        raise Stalled(_words(said)) from None
    finally:
        await _end(process)
        listening.cancel()
    if code:
        raise Ended(code, _words(said))


async def _follow(output: asyncio.StreamReader, tell, stall: float, first: float) -> None:
    """Reads blocks of `key=value` lines until it closes its output; TimeoutError when `out_time` stands still."""
    block: dict[str, str] = {}
    last, deadline = None, time.monotonic() + first
    while True:
        async with asyncio.timeout(deadline - time.monotonic()):
            line = await output.readline()
        if not line:
            return
        name, _, value = line.decode(errors="replace").strip().partition("=")
        block[name] = value
        if name != "progress":
            continue
        now = Progress(_number(block.get("out_time_us")) / 1e6, int(_number(block.get("frame"))))
        if now != last and now != Progress(0, 0):
            last, deadline = now, time.monotonic() + stall
            if tell:
                tell(now)


def _number(text: str | None) -> float:
    """It writes N/A before it knows."""
    with contextlib.suppress(TypeError, ValueError):
        return max(float(text), 0)
    return 0


async def _listen(errors: asyncio.StreamReader, said: deque[bytes]) -> None:
    while chunk := await errors.read(LAST_WORDS // 8):
        said.append(chunk)


def _words(said: deque[bytes]) -> str:
    return b"".join(said).decode(errors="replace").strip()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    try:
        process.terminate()
        async with asyncio.timeout(POLITE):
            await process.wait()
    except (ProcessLookupError, TimeoutError):
        pass
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
