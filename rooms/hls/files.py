"""What the relay workers have written of a show, read: where it lies says rooms/folders.py."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rooms import folders
from rooms.hls import playlist
from rooms.hls.playlist import Segment

LONGEST = 256 * 1024  # bytes of a list that is worth reading
MOST_KEPT = 2000  # lists
_keeping = threading.Lock()
Written = tuple[int, int]  # when, in ns, and how many bytes
_kept: OrderedDict[Path, tuple[Written, list[Segment]]] = OrderedDict()


def segments(cid: str, show: int) -> list[Segment]:
    """What of the show can be played now, the oldest first; nothing while nothing is there yet."""
    return playlist.window(_runs(cid, show))


def _runs(cid: str, show: int) -> Iterator[list[Segment]]:
    """The newest first: of a show that was broken a hundred times only the last runs are looked at."""
    for number in reversed(folders.runs(cid, show)):
        yield _read(folders.of_show(cid, show) / str(number), number)


def _read(run: Path, number: int) -> list[Segment]:
    """A list is read when it changed. While somebody writes it, what stood there before counts."""
    path = run / folders.LIST
    before = _kept.get(path)
    try:
        status = path.stat()
        written = (status.st_mtime_ns, status.st_size)
        if before and before[0] == written:
            return before[1]
        text = path.read_text(errors="replace") if status.st_size <= LONGEST else ""
    except OSError:
        return before[1] if before and run.is_dir() else []
    if before and before[1] and not playlist.is_whole(text):
        return before[1]
    return _keep(path, written, _on_disk(run, playlist.read(text, number), before[1] if before else []))


def _on_disk(run: Path, listed: list[Segment], before: list[Segment]) -> list[Segment]:
    """With their sizes, without those that are not there (any more)."""
    if not (run / folders.INIT).is_file():
        return []
    sizes = {segment.number: segment.size for segment in before}
    sized = (replace(one, size=sizes.get(one.number) or _size(run / one.file)) for one in listed)
    return [segment for segment in sized if segment.size]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _keep(path: Path, written: tuple[int, int], found: list[Segment]) -> list[Segment]:
    with _keeping:
        _kept[path] = (written, found)
        _kept.move_to_end(path)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found
