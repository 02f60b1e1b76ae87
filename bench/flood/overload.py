"""A room at ten times what it takes: what was said, what became of it, and what of the promises was broken."""

import asyncio
from collections import Counter

from bench.flood import proofs
from bench.flood.flood import Flood
from bench.flood.records import Sent, Shown
from bench.flood.room import Room
from bench.kit.place import production
from bench.kit.processes import Meter
from bench.kit.report import Report

RATES = {"HIGH": 40, "NORMAL": 160, "LOW": 200}  # messages a second
OUTCOMES = ("taken", "dropped", "refused", "unknown")


def overload(server: str, report: Report, *, seconds: float, share: float = 1, listeners: int = 20) -> None:
    """Under two processes, for so long; `share` of RATES."""
    rates = {priority: rate * share for priority, rate in RATES.items()}
    with production(server, "--processes", "2") as place:
        room = Room(place.house, place.origin, place.gid)
        flood = Flood(room, rates, listeners=listeners)
        cpu, wall = asyncio.run(_speak(flood, seconds, Meter(place.servers)))
        broken = [*proofs.all_broken(flood.sent, flood.logs), *proofs.sums(flood.sent, flood.counts())]
    _tell(report, server, flood)
    report.add(f"{server}, server CPU a message said", 1000 * cpu / len(flood.sent), "ms")
    report.add(f"{server}, server CPU", 100 * cpu / wall, "% of a core")
    report.count(f"{server}, promises broken", len(broken))
    if broken:
        raise SystemExit("\n".join(broken[:20]))


async def _speak(flood: Flood, seconds: float, meter: Meter) -> tuple[float, float]:
    async with flood:
        meter.read()
        async with flood.speaking():
            await asyncio.sleep(seconds)
            spent = meter.read()
    return spent


def _tell(report: Report, server: str, flood: Flood) -> None:
    became = Counter((sent.priority, sent.outcome) for sent in flood.sent)
    for priority in RATES:
        report.count(f"{server}, {priority}, said", sum(sent.priority == priority for sent in flood.sent))
        for outcome in OUTCOMES:
            report.count(f"{server}, {priority}, {outcome}", became[priority, outcome])
    shown = [each for log in flood.logs for each in log.shown]
    report.count(f"{server}, most in any 1,000 ms", proofs.worst_window(shown))
    for priority in RATES:
        waited = sorted(delays(flood.sent, shown, priority)) or [0.0]
        report.add(f"{server}, {priority}, said to shown, p50", waited[len(waited) // 2], "ms")
        report.add(f"{server}, {priority}, said to shown, p99", waited[99 * len(waited) // 100], "ms")


def delays(sent: list[Sent], shown: list[Shown], priority: str) -> list[float]:
    """Milliseconds from the moment somebody said a thing to that at which somebody was shown it."""
    asked = {each.word: each.asked for each in sent}
    return [1000 * (each.at - asked[each.word]) for each in shown if each.priority == priority]
