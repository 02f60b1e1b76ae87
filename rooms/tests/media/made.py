"""What was made of a show, looked at with ffmpeg's own tools: does it decode, and what is heard in it."""

import asyncio
import fractions
import math
import re
import struct
from pathlib import Path

from aiortc.mediastreams import MediaStreamTrack
from av import AudioFrame

RATE = 48000


class Tone(MediaStreamTrack):
    """A sine of `hertz`, in packets of 20 ms."""

    kind = "audio"

    def __init__(self, hertz: float) -> None:
        super().__init__()
        self._hertz, self._at, self._began = hertz, 0, 0.0

    async def recv(self) -> AudioFrame:
        loop = asyncio.get_running_loop()
        self._began = self._began or loop.time()
        await asyncio.sleep(max(0, self._began + self._at / RATE - loop.time()))
        wave = [round(8000 * math.sin(2 * math.pi * self._hertz * (self._at + n) / RATE)) for n in range(960)]
        frame = AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(struct.pack("<960h", *wave))
        frame.pts, frame.sample_rate, frame.time_base = self._at, RATE, fractions.Fraction(1, RATE)
        self._at += 960
        return frame


async def _said(*words: str) -> str:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*words, stdout=pipe, stderr=asyncio.subprocess.STDOUT)
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()
    return told.decode()


def whole(folder: Path) -> Path:
    """The run as one file, as a player would put it together."""
    parts = sorted(folder.glob("*.m4s"), key=lambda path: int(path.stem))
    joined = folder.parent / f"{folder.name}.mp4"
    joined.write_bytes((folder / "init.mp4").read_bytes() + b"".join(part.read_bytes() for part in parts))
    return joined


async def codecs(path: Path) -> set[str]:
    found = await _said("ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", str(path))
    return set(found.split())


async def decodes(path: Path) -> None:
    """From beginning to end, without a single complaint."""
    counted = ("-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0")
    found = await _said("ffprobe", "-v", "error", *counted, str(path))
    assert all(int(line) > 10 for line in found.split()), found


async def loudness(path: Path, hertz: float, since: float = 0, until: float = 1e6) -> float:
    """dB of what is heard around this frequency, between these seconds."""
    narrow = f"atrim={since}:{until},bandpass=f={hertz}:width_type=h:w=30,bandpass=f={hertz}:width_type=h:w=30"
    said = await _said(
        "ffmpeg", "-v", "info", "-i", str(path), "-vn", "-af", f"{narrow},volumedetect", "-f", "null", "-"
    )
    return float(re.search(r"mean_volume: (-?[\d.]+) dB", said)[1])
