"""Where the files of a show lie: HLS_ROOT/<cid>/<show>/<run>/, and beside the shows the channel's picture of now.

Workers write there, servers read; all of them have the same folder."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from rooms.flows import ON_AIR
from rooms.models import Channel

LIST, INIT, SEGMENT = "live.m3u8", "init.mp4", ".m4s"
THUMB = "thumb.jpg"
FRESH = 90  # seconds for which a picture is what the room looks like now


def of_channel(cid: str) -> Path:
    return Path(settings.HLS_ROOT) / cid


def of_show(cid: str, show: int) -> Path:
    return of_channel(cid) / str(show)


def thumb(cid: str) -> Path:
    return of_channel(cid) / THUMB


def thumbnail(channel: Channel) -> str:
    """The address of a picture of the show that runs, or ""; also for the port of that name. For each who is shown the
    channel: whether they may see the picture, its door decides."""
    if channel.frozen_at or channel.state not in ON_AIR:
        return ""
    found = taken(channel.cid)
    return f"{reverse('thumbnail', args=[channel.cid])}?at={found.st_mtime:.0f}" if found else ""


def taken(cid: str) -> os.stat_result | None:
    """The picture of now, if there is one that is fresh."""
    try:
        found = thumb(cid).stat()
    except OSError:
        return None
    return found if found.st_mtime > time.time() - FRESH else None


def runs(cid: str, show: int) -> list[int]:
    return sorted(_numbers(of_show(cid, show)))


def segments(folder: Path) -> list[int]:
    """The numbers of a run's segments that are there, the last of which may not be finished."""
    return sorted(int(path.stem) for path in folder.glob(f"*{SEGMENT}") if path.stem.isdecimal())


def next_run(cid: str, show: int) -> tuple[int, int]:
    """Its number, and the number of its first segment: both count through the show."""
    before = runs(cid, show)
    made = [number for run in before for number in segments(of_show(cid, show) / str(run))]
    return max(before, default=0) + 1, max(made, default=0) + 1


def shows() -> Iterator[tuple[str, int]]:
    """Every show (its channel's cid, its key) that has files."""
    root = Path(settings.HLS_ROOT)
    for channel in _folders(root):
        yield from ((channel.name, show) for show in _numbers(channel))


def remove(cid: str, show: int) -> None:
    """Twice, or by two at once, is harmless."""
    shutil.rmtree(of_show(cid, show), ignore_errors=True)


def _numbers(folder: Path) -> list[int]:
    return [int(path.name) for path in _folders(folder) if path.name.isdecimal() and path.name.isascii()]


def _folders(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_dir()]
    except OSError:
        return []
