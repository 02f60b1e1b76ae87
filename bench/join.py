"""bin/bench join: what it costs to let somebody in. Pages, room sockets and chat sockets of guests, each beside the
least that the same server can do: an empty view, and a handshake that is closed at once."""

import argparse
import asyncio
from dataclasses import dataclass

from bench.kit.guest import Guest
from bench.kit.place import Place, production
from bench.kit.processes import apart
from bench.kit.report import Report
from bench.kit.rush import Rush, Visit, rush


@dataclass(frozen=True)
class Task:
    name: str
    visit: Visit
    floor: str = ""  # the name of the task it is compared with


TASKS = (
    Task("healthz", Guest.health),
    Task("lobby page", Guest.lobby, floor="healthz"),
    Task("watch page", Guest.watch_page, floor="healthz"),
    Task("bare handshake", Guest.elsewhere),
    Task("room join", Guest.room, floor="bare handshake"),
    Task("chat join", Guest.chat, floor="bare handshake"),
)


def main() -> None:
    options = arguments()
    with production(options.server) as place:
        everything = place.house.pids()
        where = apart(place.servers, everything - place.servers)
        report = Report("join", f"{options.server}, production settings, {options.guests} guests at once; {where}")
        tell(report, asyncio.run(measure(place, options)))
    report.show()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench join", description=__doc__)
    parser.add_argument("--server", choices=["daphne", "uvicorn"], default="daphne")
    parser.add_argument("--seconds", type=float, default=20, help="for each task (20)")
    parser.add_argument("--guests", type=int, default=8, help="how many do it at once (8)")
    parser.add_argument("--quick", action="store_true", help="half a second for each task: does it run at all?")
    options = parser.parse_args()
    options.seconds = 0.5 if options.quick else options.seconds
    return options


async def measure(place: Place, options: argparse.Namespace) -> dict[str, Rush]:
    return {task.name: await rush(place, task.visit, seconds=options.seconds, guests=options.guests) for task in TASKS}


def tell(report: Report, found: dict[str, Rush]) -> None:
    for task in TASKS:
        it = found[task.name]
        report.add(f"{task.name}, rate", it.rate, "1/s")
        report.spread(task.name, it.milliseconds)
        report.add(f"{task.name}, server CPU", it.cpu_ms, "ms")
        report.add(f"{task.name}, per core", 1000 / it.cpu_ms, "1/core-second")
        if task.floor:
            report.add(f"{task.name}, CPU against {task.floor}", it.cpu_ms / found[task.floor].cpu_ms, "x")


if __name__ == "__main__":
    main()
