"""What leaves a show that a real browser sends: its picture in the lobby, and HLS for whoever asks."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.chromium import Browser, go_live
from tests.house import House, rows, until

pytestmark = pytest.mark.walk
PATIENCE = 60

# As somebody who watches by HLS asks for it.
WANTED = """UPDATE rooms_relay SET hls_until = datetime('now', '+60 seconds')
            WHERE kind = 'out' AND channel_id = (SELECT id FROM rooms_channel WHERE cid = ?) RETURNING id"""


def test_a_show_appears_in_the_lobby_and_as_segments_that_decode(
    running: House, start: Callable[..., Browser], channel: dict
) -> None:
    cid, files = channel["cid"], running.data / "hls" / channel["cid"]
    lobby = start().open("/")
    studio = start("host").open(f"/studio/{cid}/")
    go_live(studio)
    lobby.reload()
    picture = lobby.locator(f'.card img[data-thumb="/thumbs/{cid}.jpg"]')
    assert until(lambda: (files / "thumb.jpg").exists(), PATIENCE)
    expect(picture).to_have_attribute("src", re.compile(rf"/thumbs/{cid}\.jpg\?at="))  # by itself
    assert until(lambda: picture.evaluate("shown => shown.complete && shown.naturalWidth") == 640, PATIENCE)
    assert rows(running, WANTED, cid)
    assert until(lambda: len(segments(files)) > 2, PATIENCE)
    run = segments(files)[0].parent
    whole = run.parent / "whole.mp4"
    parts = sorted(run.glob("*.m4s"), key=lambda path: int(path.stem))[:2]
    whole.write_bytes(b"".join(path.read_bytes() for path in (run / "init.mp4", *parts)))
    counted = ["-count_frames", "-show_entries", "stream=codec_name,nb_read_frames", "-of", "csv=p=0"]
    told = subprocess.run(["ffprobe", "-v", "error", *counted, whole], capture_output=True, text=True)
    decoded = dict(line.split(",") for line in told.stdout.split())
    assert (told.stderr, set(decoded)) == ("", {"h264", "aac"})
    assert all(int(frames) > 20 for frames in decoded.values())
    assert f"{parts[0].name}" in (run / "live.m3u8").read_text()


def segments(files: Path) -> list[Path]:
    """Of the run that has most of them."""
    runs: dict[Path, list[Path]] = {}
    for path in files.glob("*/*/*.m4s"):
        runs.setdefault(path.parent, []).append(path)
    return max(runs.values(), key=len, default=[])
