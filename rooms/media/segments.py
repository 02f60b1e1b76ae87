"""What a show left on the disk: `<run>/init.mp4` and `<run>/<n>.m4s` in its folder, `n` counting through all runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

INIT, ENDING = "init.mp4", ".m4s"


@dataclass(frozen=True)
class Run:
    """One run of the writer, as far as it can be used."""

    init: Path
    segments: tuple[Path, ...]  # in their order

    @property
    def ended(self) -> float:
        """Unix time at which its last segment was written."""
        return self.segments[-1].stat().st_mtime

    @property
    def bytes(self) -> int:
        return sum(each.stat().st_size for each in (self.init, *self.segments))

    def listing(self) -> str:
        """For ffmpeg's `concatf:`."""
        return "".join(f"{each}\n" for each in (self.init, *self.segments))


def runs(folder: Path, *, since: float, until: float) -> Iterator[Run]:
    """Those that have something whole written between the two moments (unix times), in their order. A segment that was
    cut off, as the last one may be, is left out."""
    for each in _numbered(folder, "") if folder.is_dir() else ():
        init = each / INIT
        if not is_whole(init, {b"ftyp", b"moov"}):
            continue
        there = [one for one in _numbered(each, ENDING) if since <= one.stat().st_mtime <= until]
        whole = tuple(one for one in there if is_whole(one, {b"moof", b"mdat"}))
        if whole:
            yield Run(init, whole)


def _numbered(folder: Path, ending: str) -> list[Path]:
    found = [each for each in folder.iterdir() if each.suffix == ending and each.stem.isdecimal()]
    return sorted(found, key=lambda each: int(each.stem))


def is_whole(file: Path, needed: set[bytes]) -> bool:
    """Whether its boxes are there and the last one ends where the file does."""
    try:
        size, at, kinds = file.stat().st_size, 0, set()
        with file.open("rb") as source:
            while at < size:
                source.seek(at)
                length, kind = _box(source.read(16))
                if length < 8:
                    return False
                at, kinds = at + length, {*kinds, kind}
    except OSError:
        return False
    return at == size and kinds >= needed


def _box(head: bytes) -> tuple[int, bytes]:
    length, kind = int.from_bytes(head[:4], "big"), head[4:8]
    return (int.from_bytes(head[8:16], "big") if length == 1 else length), kind
