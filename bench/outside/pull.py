"""Channels whose picture is pulled: one that is sent on as it comes, and one that has to be made anew."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.kit.place import Place
from bench.kit.processes import Meter
from bench.kit.report import Report
from bench.outside.worker import PATIENCE, Shares, Worker
from rooms.tests.media import sources
from tests.house import Person, until

START = 25  # seconds of the film that are over until all channels are on the air
SETTLE = 2  # seconds until a start costs nothing any more of what is measured
MOVING = ("-vf", "scale=640:360,fps=30,noise=alls=12:allf=t", "-pix_fmt", "yuv420p", "-g", "60")
CODED = ("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "900k", "-maxrate", "900k", "-bufsize", "900k")
WAYS = {"copied": ("-profile:v", "baseline"), "made anew": ("-profile:v", "high", "-bf", "2")}
ONLY_READS = ("-map", "0", "-c", "copy", "-f", "null", "-")


def pull(report: Report, place: Place, *, channels: int, seconds: float) -> None:
    worker, host = Worker(place), Person.known(place.house, "host")
    with TemporaryDirectory(prefix="footlight-bench-film-") as scratch, sources.served(Path(scratch)) as address:
        worker.rests()
        quiet = worker.shares((), seconds)
        report.add("relay worker with nothing to do", quiet.worker, "% of a core")
        for way, looks in WAYS.items():
            name = way.replace(" ", "-") + ".mp4"
            sources.film(Path(scratch) / name, seconds=seconds + START, video=(*MOVING, *CODED, *looks))
            with _on_air(host, worker, f"{address}/{name}", channels) as ffmpegs:
                shares, least = _beside_floor(worker, ffmpegs, f"{address}/{name}", seconds)
            _tell(report, way, shares.beyond(quiet, channels), least)


@contextmanager
def _on_air(host: Person, worker: Worker, url: str, count: int) -> Iterator[set[int]]:
    """So many channels that pull it; the programs that do."""
    cids = [
        host.api("POST", "channels/", title="Pulled", source="PROXY", source_url=url).json()["cid"]
        for _ in range(count)
    ]
    assert until(lambda: all(_state(host, cid) == "live" for cid in cids), PATIENCE), "pulled channels are not on air"
    time.sleep(SETTLE)
    try:
        yield worker.runs(count, _pulls)
    finally:
        for cid in cids:
            host.api("DELETE", f"channels/{cid}/")
        worker.rests()


def _beside_floor(worker: Worker, ffmpegs: set[int], url: str, seconds: float) -> tuple[Shares, float]:
    """And the percent of a core of an ffmpeg that reads the same at the same pace and throws it away."""
    with ExitStack() as stack:
        reads = (*sources.QUIET, "-re", "-i", url, *ONLY_READS)
        readers = [stack.enter_context(sources.process(*reads)).pid for _ in ffmpegs]
        time.sleep(SETTLE)
        meter = Meter(readers)
        shares = worker.shares(ffmpegs, seconds)
        cpu, wall = meter.read()
    return shares, 100 * cpu / wall / len(readers)


def _tell(report: Report, way: str, one: Shares, least: float) -> None:
    report.add(f"pulled channel, {way}: ffmpeg", one.ffmpeg, "% of a core")
    report.add(f"pulled channel, {way}: engine", one.engine, "% of a core")
    report.add(f"pulled channel, {way}: worker", one.worker, "% of a core")
    report.add(f"pulled channel, {way}: an ffmpeg that only reads it", least, "% of a core")
    if least:  # nothing to be seen of it in a second
        report.add(f"pulled channel, {way}: ffmpeg against one that only reads it", one.ffmpeg / least, "x")


def _state(host: Person, cid: str) -> str:
    return host.api("GET", f"channels/{cid}/").json()["state"]


def _pulls(command: str) -> bool:
    return "rtp://" in command
