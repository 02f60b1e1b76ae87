"""Several guests at once, and what each of them adds."""

from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from bench.kit.place import Place
from bench.kit.processes import Meter, resident_mib
from bench.screen.seat import Seat


@dataclass(frozen=True)
class Crowd:
    """CPU in seconds a minute; everything but `alone` is for one subscriber."""

    alone: float
    engine: float
    server: float
    memory: float  # MiB
    kilobits: float  # a second
    frames: float  # a second: fewer than were sent would mean that the browser is the bottleneck


def sit(browser: Browser, place: Place, *, people: int, seconds: float) -> Crowd:
    """Measures the host alone, then with the people."""
    memory = resident_mib(place.engines)
    page = browser.contexts[0].pages[0]
    alone = _minute(page, place, seconds)
    seats = [Seat(browser, place) for _ in range(people)]
    for seat in seats:
        seat.take()
        seat.look_away()
    before = [seat.received() for seat in seats]
    full = _minute(page, place, seconds)
    after = [seat.received() for seat in seats]
    found = Crowd(
        alone=alone[0],
        engine=(full[0] - alone[0]) / people,
        server=(full[1] - alone[1]) / people,
        memory=(resident_mib(place.engines) - memory) / people,
        kilobits=_grown(before, after, "bytes") * 8 / 1000 / seconds / people,
        frames=_grown(before, after, "frames") / seconds / people,
    )
    for seat in seats:
        seat.leave()
    return found


def _minute(page: Page, place: Place, seconds: float) -> tuple[float, float]:
    """CPU seconds a minute of the engine and of the server, while the browser goes on."""
    engine, server = Meter(place.engines), Meter(place.servers)
    page.wait_for_timeout(1000 * seconds)
    return tuple(60 * cpu / wall for cpu, wall in (engine.read(), server.read()))


def _grown(before: list[dict], after: list[dict], what: str) -> int:
    return sum(there[what] for there in after) - sum(there[what] for there in before)
