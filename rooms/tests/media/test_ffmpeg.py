"""A real ffmpeg, watched."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from rooms.media import ffmpeg

pytestmark = pytest.mark.asyncio
FOREVER = ["-re", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=10", "-f", "null", "-"]


def children() -> set[int]:
    """Processes of ours, ended ones that nobody waited for included."""
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return {int(pid) for pid in found}


async def test_it_runs_to_its_end_and_says_how_far_it_has_come():
    told = []
    await ffmpeg.run(
        ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=10:duration=2", "-f", "null", "-"], on_progress=told.append
    )
    assert told[-1].frames == 20


async def test_one_that_cannot_ends_with_its_last_words():
    with pytest.raises(ffmpeg.Ended) as ended:
        await ffmpeg.run(["-i", "/nowhere/at/all.mp4", "-f", "null", "-"])
    assert "No such file" in ended.value.words


async def test_one_that_stands_still_is_ended(tmp_path):
    os.mkfifo(tmp_path / "never")
    held = os.open(tmp_path / "never", os.O_RDWR)
    before = children()
    with pytest.raises(ffmpeg.Stalled):
        await ffmpeg.run(["-f", "rawvideo", "-i", str(tmp_path / "never"), "-f", "null", "-"], first=0.5)
    os.close(held)
    assert children() == before


async def test_cancelled_it_ends_and_leaves_no_zombie():
    before, going = children(), asyncio.Event()
    task = asyncio.create_task(ffmpeg.run(FOREVER, on_progress=lambda _: going.set()))
    async with asyncio.timeout(20):
        await going.wait()
    assert children() != before
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children() == before


async def test_one_that_does_not_listen_is_killed(monkeypatch):
    monkeypatch.setattr(ffmpeg, "POLITE", 0.2)
    before, going = children(), asyncio.Event()
    task = asyncio.create_task(ffmpeg.run(FOREVER, on_progress=lambda _: going.set()))
    async with asyncio.timeout(20):
        await going.wait()
    (pid,) = children() - before
    os.kill(pid, signal.SIGSTOP)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children() == before


@pytest.mark.parametrize("turns", range(5))
async def test_a_word_of_it_in_the_turn_of_a_cancellation_does_not_hide_it(turns):
    """Whoever stops a run waits for its end: one that went on would hold them up for as long as media come."""
    output = asyncio.StreamReader()
    task = asyncio.create_task(ffmpeg._follow(output, None, 20, 20))
    await asyncio.sleep(0)
    output.feed_data(b"frame=1\n")
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=1)
    assert done
    assert task.cancelled()
