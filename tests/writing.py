"""A stand-in for the relay worker: writes a test picture with a tone as the show's HLS, where a worker would."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.house import House, rows

PICTURE = "-re -f lavfi -i testsrc2=size=640x360:rate=15 -re -f lavfi -i sine=frequency=440"
CODECS = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 30 -sc_threshold 0 -c:a aac -ac 2"
HLS = "-f hls -hls_time 2 -hls_list_size 30 -hls_segment_type fmp4 -hls_fmp4_init_filename init.mp4"
FLAGS = "-hls_flags delete_segments+independent_segments+program_date_time+temp_file"
RUN = f"ffmpeg -nostdin -v error {PICTURE} {CODECS} {HLS} {FLAGS}"


@contextmanager
def written(house: House, cid: str) -> Iterator[Path]:
    """While the show that runs is watched, its first run is written; answers the run's folder."""
    query = "SELECT max(b.id) FROM rooms_broadcast b JOIN rooms_channel c ON c.id = b.channel_id WHERE cid = ?"
    folder = house.data / "hls" / cid / str(rows(house, query, cid)[0][0]) / "1"
    folder.mkdir(parents=True)
    argv = [*RUN.split(), "-hls_segment_filename", str(folder / "%d.m4s"), str(folder / "live.m3u8")]
    writer = subprocess.Popen(argv)
    try:
        yield folder
    finally:
        writer.terminate()
        writer.wait(10)
