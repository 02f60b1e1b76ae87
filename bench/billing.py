"""bin/bench billing: due minutes charged per second, on SQLite and PostgreSQL, beside pgbench's TPC-B-like rate; again
with a million old transfers. With --faults: workers killed and cut off while they charge, and what is left of it."""

import argparse

from bench.kit.databases import Databases, databases
from bench.kit.report import Report


def main() -> None:
    options = arguments()
    with databases() as found:
        report = faults(found, options) if options.faults else rates(found, options)
    report.show()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench billing", description=__doc__)
    parser.add_argument("--faults", action="store_true", help="kill and cut instead of measuring")
    parser.add_argument("--stays", type=int, default=200, help="with --faults (200)")
    parser.add_argument("--minutes", type=int, default=30, help="simulated, with --faults (30)")
    parser.add_argument("--old", type=int, default=1_000_000, help="old transfers (1,000,000)")
    parser.add_argument("--quick", action="store_true", help="few people and no past: does it run at all?")
    options = parser.parse_args()
    if options.quick:
        options.old, options.stays, options.minutes = 2000, 40, 3
    return options


def rates(found: Databases, options: argparse.Namespace) -> Report:
    report = Report("billing", f"one worker; {options.old:,} old transfers; databases as durable as by default")
    for name, people in (("SQLite", 2000), ("PostgreSQL", 10_000)):
        people = people // 50 if options.quick else people
        tell(report, name, found.measure("bench.kit.minutes", name, str(people), str(options.old)))
    for clients in (1, 4):
        tps = found.pgbench(clients, 1 if options.quick else 10, scale=1 if options.quick else 10)
        report.add(f"pgbench, TPC-B-like, clients {clients}", tps, "1/s")
    return report


def faults(found: Databases, options: argparse.Namespace) -> Report:
    report = Report("billing", f"{options.stays} stays, {options.minutes} simulated minutes, 8 workers, 2 beats")
    for name in found.envs:
        tell(report, name, found.measure("bench.kit.killing", name, str(options.stays), str(options.minutes)))
    return report


def tell(report: Report, name: str, rows: list[list]) -> None:
    for what, value, unit in rows:
        if unit:
            report.add(f"{name}, {what}", value, unit)
        else:
            report.count(f"{name}, {what}", value)


if __name__ == "__main__":
    main()
