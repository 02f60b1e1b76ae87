"""Playlists as text: read as ffmpeg writes them, composed of several runs as players want them. No files here.

A show's segments are numbered through all of its runs, so a segment's number is its media sequence number, and the
number of its run its discontinuity sequence number: both stay what they are while segments leave the window, whoever
composes."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rooms.folders import INIT

WINDOW = 20  # segments: fewer than the writer keeps, so none vanishes while somebody reads of it
_name = re.compile(r"(\d{1,12})\.m4s")
_length = re.compile(r"#EXTINF:(\d{1,6}(?:\.\d{1,9})?),")


@dataclass(frozen=True)
class Segment:
    number: int
    seconds: float
    run: int = 0
    at: str = ""  # when it was recorded, as the writer wrote it
    size: int = 0  # bytes

    @property
    def file(self) -> str:
        return f"{self.number}.m4s"


def is_whole(text: str) -> bool:
    """Whether nobody is still writing it."""
    return text.startswith("#EXTM3U") and text.endswith("\n")


def read(text: str, run: int) -> list[Segment]:
    """The segments of one run's playlist, the oldest first. Of what is not whole, what is."""
    found, seconds, at = [], None, ""
    for line in text.splitlines():
        if length := _length.match(line):
            seconds = float(length[1])
        elif line.startswith("#EXT-X-PROGRAM-DATE-TIME:"):
            at = line.partition(":")[2]
        elif line and not line.startswith("#"):
            name = _name.fullmatch(line.strip())
            if name and seconds is not None:
                found.append(Segment(int(name[1]), seconds, run, at))
            seconds, at = None, ""
    return found


def window(runs: Iterable[list[Segment]], most: int = WINDOW) -> list[Segment]:
    """The last segments of a show without a gap, the oldest first; `runs` are given the newest first. Where two runs
    have the same number, it is the newer one's."""
    taken: list[Segment] = []
    for run in runs:
        for segment in reversed(run):
            if taken and segment.number >= taken[-1].number:
                continue
            if len(taken) == most or (taken and segment.number < taken[-1].number - 1):
                return taken[::-1]
            taken.append(segment)
    return taken[::-1]


def compose(segments: list[Segment], address: Callable[[int, str], str], *, over: bool = False) -> str:
    """What a player is given. `address` is that of a run's file; `over`: nothing will come after these."""
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{_bound(segments)}",
        f"#EXT-X-MEDIA-SEQUENCE:{segments[0].number}",
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{segments[0].run}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    run = None
    for segment in segments:
        lines += _lines(segment, run, address)
        run = segment.run
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if over else []), ""])


def _bound(segments: list[Segment]) -> int:
    """Whole seconds that the length of no segment exceeds once it is rounded (RFC 8216, 4.3.3.1). Players stay two or
    three times as far behind, so a second too many is as much as three seconds of delay."""
    return max(1, *(int(segment.seconds + 0.5) for segment in segments))


def _lines(segment: Segment, before: int | None, address: Callable[[int, str], str]) -> list[str]:
    """`before` is the run of the segment before it. A run that wrote nothing counts as a discontinuity too, or the
    count would jump when it leaves the window."""
    lines = []
    if segment.run != before:
        lines += ["#EXT-X-DISCONTINUITY"] * (segment.run - before if before is not None else 0)
        lines.append(f'#EXT-X-MAP:URI="{address(segment.run, INIT)}"')
    if segment.at:
        lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{segment.at}")
    return [*lines, f"#EXTINF:{segment.seconds:.6f},", address(segment.run, segment.file)]
