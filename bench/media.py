"""bin/bench media: how long people wait for a picture, how old it is when they see it, and what one more viewer or
channel costs. The site's own pages in Chromium, beside a connection with nothing between its ends."""

import argparse
import statistics

from playwright.sync_api import Browser

from bench.kit.place import Place, local, production
from bench.kit.report import Report
from bench.outside.out import out
from bench.outside.pull import pull
from bench.outside.segments import segments
from bench.screen.browser import chromium, context, run
from bench.screen.call import Calls
from bench.screen.crowd import Crowd, sit
from bench.screen.guest import Guest
from bench.screen.hls import hls
from bench.screen.seat import Seat
from bench.screen.studio import Studio
from bench.screen.whip import whip

WAITS = (
    ("click in the lobby to first frame", "click", "first frame"),
    ("room socket to first frame", "room socket", "first frame"),
    ("media.watch to first frame", "sent media.watch", "first frame"),
    ("of it: click to room socket", "click", "room socket"),
    ("of it: room socket to snapshot", "room socket", "heard room.snapshot"),
    ("of it: media.watch to offer", "sent media.watch", "heard media.offer"),
    ("of it: offer to connected", "heard media.offer", "line connected"),
    ("of it: connected to first frame", "line connected", "first frame"),
)


Floor = tuple[list[float], list[float]]  # ms: first frames, and delays
GROUPS = ("webrtc", "hls", "whip", "pull", "out", "segments")  # in the order in which they are measured


def main() -> None:
    options = arguments()
    report = Report("media", "local mode, daphne, everything on the same cores; 640x360 at 30 frames/s, H264")
    if set(options.only) - {"segments"} or options.quick:
        at_home(report, options)
    if "segments" in options.only and not options.quick:
        with production("daphne") as place:
            segments(report, place, seconds=options.seconds)
    report.show()


def at_home(report: Report, options: argparse.Namespace) -> None:
    """A quick run has no house of its own for segments."""
    only, seconds = options.only, options.seconds
    with local() as (place, cookies), chromium() as browser:
        if {"webrtc", "hls"} & set(only):
            on_stage_and_off(report, browser, place, cookies, options)
        if "whip" in only:
            whip(report, browser, place, shows=options.shows)
        if "pull" in only:
            pull(report, place, channels=options.channels, seconds=seconds)
        if "out" in only:
            out(report, browser, place, seconds=seconds)
        if "segments" in only and options.quick:
            segments(report, place, seconds=seconds)


def on_stage_and_off(
    report: Report, browser: Browser, place: Place, cookies: dict[str, str], options: argparse.Namespace
) -> None:
    """One show for both ways to watch it; the floor before anybody else sends."""
    floor = direct(browser, place, options) if "webrtc" in options.only else None
    with Studio(browser, place, cookies) as studio:
        if floor:
            webrtc(report, browser, place, studio, options, floor)
        else:
            studio.go_live()
        if "hls" in options.only:
            hls(report, browser, place, guests=min(options.guests, 5), seconds=options.seconds)
        studio.end()


def webrtc(
    report: Report, browser: Browser, place: Place, studio: Studio, options: argparse.Namespace, floor: Floor
) -> None:
    direct_first, direct_delays = floor
    tell_going_live(report, [going_live(studio, last=n == options.shows) for n in range(1, options.shows + 1)])
    tell_first_frames(report, [first_frame(browser, place) for _ in range(options.guests)], direct_first)
    report.spread("seat accepted to third viewer's first frame of the guest", on_stage(browser, place, studio, options))
    tell_delays(report, delays(browser, place, options.seconds), direct_delays)
    tell_calls(report, private_calls(browser, place, studio, options.calls))
    tell_crowd(report, sit(browser, place, people=options.crowd, seconds=options.seconds))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench media", description=__doc__)
    parser.add_argument("--shows", type=int, default=5, help="how often the host goes live (5)")
    parser.add_argument("--guests", type=int, default=20, help="how many come, one after the other (20)")
    parser.add_argument("--calls", type=int, default=5, help="how many private calls (5)")
    parser.add_argument("--crowd", type=int, default=6, help="how many stay at the same time (6)")
    parser.add_argument("--seconds", type=float, default=15, help="for delays, CPU and rates (15)")
    parser.add_argument("--channels", type=int, default=3, help="how many are pulled at the same time (3)")
    parser.add_argument("--only", type=groups, default=GROUPS, help=f"some of {','.join(GROUPS)}, with commas (all)")
    parser.add_argument("--quick", action="store_true", help="one of each: does it run at all?")
    options = parser.parse_args()
    if options.quick:
        options.shows, options.guests, options.calls, options.crowd, options.seconds = 1, 1, 1, 1, 1
        options.channels = 1
    return options


def groups(words: str) -> list[str]:
    found = words.split(",")
    if strange := set(found) - set(GROUPS):
        raise argparse.ArgumentTypeError(f"there is no {', '.join(sorted(strange))}")
    return found


def direct(browser: Browser, place: Place, options: argparse.Namespace) -> Floor:
    somebody = context(browser, place)
    page = somebody.new_page()
    page.goto("/")
    firsts = [run(page, "direct.js", 0)[0] for _ in range(min(options.guests, 10))]
    delays = run(page, "direct.js", options.seconds)[1]
    somebody.close()
    return firsts, delays


def going_live(studio: Studio, *, last: bool) -> dict[str, float]:
    steps = studio.go_live()
    if not last:
        studio.end()
    return steps


def first_frame(browser: Browser, place: Place) -> dict[str, float]:
    seat = Seat(browser, place)
    marks = seat.take()
    seat.leave()
    return marks


def on_stage(browser: Browser, place: Place, studio: Studio, options: argparse.Namespace) -> list[float]:
    third, guest = Seat(browser, place), Guest(browser, place)
    third.take()
    found = []
    for _ in range(min(options.guests, 10)):
        found.append(guest.comes_on_stage(studio.page, third.page))
        guest.leaves(third.page)
    third.leave()
    guest.go()
    return found


def delays(browser: Browser, place: Place, seconds: float) -> list[float]:
    seat = Seat(browser, place)
    seat.take()
    seat.page.wait_for_timeout(2000)  # the jitter buffer settles
    found = seat.delays(seconds)
    seat.leave()
    return found


def private_calls(browser: Browser, place: Place, studio: Studio, times: int) -> list[tuple[float, float]]:
    calls = Calls(browser, place, studio)
    found = [calls.call() for _ in range(times)]
    calls.leave()
    return found


def tell_going_live(report: Report, shows: list[dict[str, float]]) -> None:
    answers = [steps["heard media.answer"] - steps["sent media.publish"] for steps in shows]
    report.spread("publish to answer", answers)
    report.spread("publish to channel live", [steps["channel live"] - steps["sent media.publish"] for steps in shows])
    report.spread("click on Go live to channel live", [steps["channel live"] for steps in shows])


def tell_first_frames(report: Report, guests: list[dict[str, float]], direct: list[float]) -> None:
    for name, since, till in WAITS:
        report.spread(name, [marks[till] - marks[since] for marks in guests])
    report.spread("first frame without a server", direct)
    watched = statistics.median(marks["first frame"] - marks["sent media.watch"] for marks in guests)
    report.add("media.watch to first frame against no server", watched / statistics.median(direct), "x")


def tell_delays(report: Report, found: list[float], direct: list[float]) -> None:
    report.spread("glass to glass", found)
    report.spread("glass to glass without a server", direct)
    report.add("glass to glass against no server", statistics.median(found) / statistics.median(direct), "x")


def tell_calls(report: Report, calls: list[tuple[float, float]]) -> None:
    report.spread("call accepted to both first frames", [seen for seen, _ in calls])
    report.spread("host's return after hang-up", [back for _, back in calls])


def tell_crowd(report: Report, crowd: Crowd) -> None:
    report.add("one subscriber receives", crowd.kilobits, "kbit/s")
    report.add("one subscriber decodes", crowd.frames, "frames/s")
    report.add("engine CPU for the host alone", crowd.alone, "s/minute")
    report.add("engine CPU per subscriber", crowd.engine, "s/minute")
    report.add("engine memory per subscriber", crowd.memory, "MiB")
    report.add("server CPU per subscriber", crowd.server, "s/minute")


if __name__ == "__main__":
    main()
