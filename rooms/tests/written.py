"""What a relay worker would have written of a show."""

from collections.abc import Iterable
from pathlib import Path

SIZE = 1000  # bytes of a segment


def a_list(numbers: Iterable[int], *, seconds: float = 2.0) -> str:
    """As ffmpeg writes it."""
    numbers = list(numbers)
    head = f"#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:{numbers[0] if numbers else 0}\n"
    lines = [f"#EXTINF:{seconds:.6f},\n{number}.m4s\n" for number in numbers]
    return head + '#EXT-X-MAP:URI="init.mp4"\n' + "".join(lines)


def write_run(show: Path, run: int, numbers: Iterable[int], *, size: int = SIZE) -> Path:
    """The run's folder, with the segments of these numbers and the list of them."""
    folder, numbers = show / str(run), list(numbers)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "init.mp4").write_bytes(b"init")
    for number in numbers:
        (folder / f"{number}.m4s").write_bytes(bytes([number % 256]) * size)
    (folder / "live.m3u8").write_text(a_list(numbers))
    return folder
