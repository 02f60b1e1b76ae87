"""One ffprobe: it ends when we end, and only so much of what it says is kept."""

import asyncio
import contextlib
import json
from collections.abc import Mapping, Sequence

from rooms.media.ffmpeg import LAST_WORDS, TIED

COMMAND = (*TIED, "ffprobe", "-hide_banner", "-loglevel", "error", "-of", "json")
LONGEST = 20.0  # seconds
MOST = 2**20  # bytes of its answer


async def ask(arguments: Sequence[str], *, env: Mapping[str, str] | None = None) -> tuple[dict, str]:
    """What it found ({} where that is nothing one can read) and what it complained of. Raises TimeoutError after
    LONGEST. `arguments` are handed on as they are: no shell reads them."""
    pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.PIPE}
    process = await asyncio.create_subprocess_exec(*COMMAND, *arguments, env=env, **pipes)
    try:
        async with asyncio.timeout(LONGEST):
            said, words = await asyncio.gather(_some(process.stdout, MOST), _some(process.stderr, LAST_WORDS))
            await process.wait()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return _read(said), words.decode(errors="replace")


async def _some(output: asyncio.StreamReader, most: int) -> bytes:
    """All of it is read, and so much of it kept."""
    said = b""
    while chunk := await output.read(65536):
        said += chunk[: most - len(said)]
    return said


def _read(said: bytes) -> dict:
    with contextlib.suppress(ValueError):
        facts = json.loads(said)
        if isinstance(facts, dict):
            return facts
    return {}
