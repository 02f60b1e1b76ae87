"""The same show and the same drawn picture over HLS: a guest who chooses to watch a few seconds behind."""

import statistics
import time

from playwright.sync_api import Browser

from bench.kit.place import Place
from bench.kit.report import Report
from bench.screen.seat import Seat

CHANGED = "#stage[data-mixed][data-stage=live]"
MIXED = ".stage-mix video"
SETTLE_MS = 5_000  # the player finds its place
PATIENCE_MS = 60_000


def hls(report: Report, browser: Browser, place: Place, *, guests: int, seconds: float) -> None:
    """The first of the guests is the one for whom HLS begins to be made. Where a player begins it stays, so what counts
    is how many there are, and not for how long each of them is looked at."""
    waits, fast, late, settle = [], [], [], min(SETTLE_MS, 1000 * seconds)
    for number in range(guests):
        seat = Seat(browser, place)
        seat.take()
        seat.page.wait_for_timeout(settle)
        fast += [] if number else seat.delays(seconds)
        waits.append(_change(seat))
        seat.page.wait_for_timeout(settle)
        late += seat.delays(seconds / guests, of=MIXED)
        seat.leave()
    report.add("HLS chosen to its picture, the first who asks", waits[0], "ms")
    if waits[1:]:
        report.add("HLS chosen to its picture, whoever comes later, median", statistics.median(waits[1:]), "ms")
    report.spread("glass to glass over HLS", late)
    against = statistics.median(late) / statistics.median(fast)
    report.add("glass to glass over HLS against WebRTC on the same page", against, "x")


def _change(seat: Seat) -> float:
    """Ms from the click until the picture over HLS is what is watched."""
    seat.page.click("[data-act=delay]")
    seat.page.wait_for_selector("[data-way=hls]")
    began = time.monotonic()
    seat.page.click("[data-way=hls]")
    seat.page.wait_for_selector(CHANGED, timeout=PATIENCE_MS)
    return 1000 * (time.monotonic() - began)
