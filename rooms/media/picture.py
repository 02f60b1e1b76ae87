"""Whether a segment still fits the beginning of its run: a picture of another size has another parameter set."""

from collections.abc import Iterator
from pathlib import Path

SPS = 7  # the kind of a unit that tells size and profile
READ = 4096  # bytes at the beginning of a segment's media, where the key frame's parameter sets are


def changed(init: Path, segment: Path) -> bool:
    """Whether H264 in `segment` says another size or profile than the run began with. False where nobody can tell."""
    try:
        began, now = _of_init(init.read_bytes()), _of_segment(segment)
    except OSError:
        return False
    return bool(began and now and began != now)


def _of_init(data: bytes) -> bytes:
    at = data.find(b"avcC")
    if at < 0 or len(data) < at + 12:
        return b""
    length = int.from_bytes(data[at + 10 : at + 12], "big")
    return data[at + 12 : at + 12 + length]


def _of_segment(segment: Path) -> bytes:
    with segment.open("rb") as file:
        data = file.read(4 * READ)
    at = data.find(b"mdat")
    if at < 0:
        return b""
    return next((unit for unit in _units(data[at + 4 : at + 4 + READ]) if unit[0] & 31 == SPS), b"")


def _units(data: bytes) -> Iterator[bytes]:
    """Those that are whole within `data`."""
    at = 0
    while at + 4 < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        unit = data[at + 4 : at + 4 + length]
        if not length or len(unit) < length:
            return
        yield unit
        at += 4 + length
