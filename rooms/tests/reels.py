"""What the writer leaves of a show, made by a real ffmpeg: runs of segments, as it would name them."""

import subprocess
from pathlib import Path

QUICK = ["-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "baseline", "-pix_fmt", "yuv420p"]


def shoot(
    folder: Path, *, run: int = 1, first: int = 0, seconds: float = 4, size: str = "160x90", sound: bool = True
) -> Path:
    """One run of moving pictures (15 a second) and a tone, its segments numbered from `first`; answers its folder."""
    place = folder / str(run)
    place.mkdir(parents=True)
    tone = ["-f", "lavfi", "-i", "sine=440:r=48000"] if sound else []
    output = ["-f", "hls", "-hls_time", "2", "-hls_segment_type", "fmp4", "-start_number", str(first)]
    names = ["-hls_fmp4_init_filename", "init.mp4", "-hls_segment_filename", "%d.m4s"]
    picture = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=15", *tone, "-t", str(seconds)]
    argv = ["ffmpeg", "-v", "error", *picture, *QUICK, "-g", "30", "-c:a", "aac", *output, *names, "live.m3u8"]
    subprocess.run(argv, cwd=place, check=True)
    return place


def cut_off(segment: Path) -> None:
    """As where the machine died while it was written."""
    content = segment.read_bytes()
    segment.write_bytes(content[: len(content) * 2 // 3])


def probed(film: Path, *wanted: str) -> list[str]:
    """What ffprobe says of these entries (`stream=width`, `format=duration`), a value a line."""
    show = ["-show_entries", ":".join(wanted), "-of", "default=nw=1:nk=1"]
    said = subprocess.run(["ffprobe", "-v", "error", *show, str(film)], check=True, capture_output=True, text=True)
    return said.stdout.split()


def faults(film: Path) -> str:
    """What a player that decodes all of it complains of."""
    argv = ["ffmpeg", "-v", "error", "-i", str(film), "-f", "null", "-"]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stderr
