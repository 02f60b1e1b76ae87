"""What is made of a show while it is on the air, each beside the host alone."""

import time
from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Browser

from bench.kit.place import Place
from bench.kit.report import Report
from bench.outside.worker import Shares, Worker
from bench.screen.studio import Studio
from tests.house import Person

SETTLE = 3  # seconds until a start costs nothing any more of what is measured
Fits = Callable[[str], bool]
# What is made, what the host sets so that it is, and the command by which it is known.
MADE: tuple[tuple[str, dict, Fits], ...] = (
    ("thumbnails alone", {"delivery": "webrtc"}, lambda command: "-hls_time" not in command),
    ("and HLS", {"delivery": "hls"}, lambda command: "+delete_segments" in command),
    (
        "and recorded",
        {"delivery": "webrtc", "record": True},
        lambda command: "-hls_time" in command and "+delete_segments" not in command,
    ),
)


def out(report: Report, browser: Browser, place: Place, *, seconds: float) -> None:
    worker, host = Worker(place), Person.known(place.house, "host")
    cid = host.api("POST", "channels/", title="What leaves it").json()["cid"]
    worker.rests()
    idle = worker.shares((), seconds)
    with Studio(browser, replace(place, cid=cid), dict(host.http.cookies)) as studio:
        with worker.held():
            studio.go_live()
            time.sleep(min(SETTLE, seconds))
            alone = worker.shares((), seconds)
        report.add("channel on the air, the host alone: engine", alone.engine - idle.engine, "% of a core")
        before = Shares(ffmpeg=0, engine=alone.engine, worker=idle.worker)
        for name, settings, fits in MADE:
            host.api("PATCH", f"channels/{cid}/", **settings)
            ffmpegs = worker.runs(1, fits)
            time.sleep(min(SETTLE, seconds))
            _tell(report, name, worker.shares(ffmpegs, seconds).beyond(before))
        studio.end()


def _tell(report: Report, name: str, one: Shares) -> None:
    report.add(f"channel on the air, {name}: ffmpeg", one.ffmpeg, "% of a core")
    report.add(f"channel on the air, {name}: engine beyond the host alone", one.engine, "% of a core")
    report.add(f"channel on the air, {name}: worker", one.worker, "% of a core")
    report.add(f"channel on the air, {name}: together", one.ffmpeg + one.engine + one.worker, "% of a core")
