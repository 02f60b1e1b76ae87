"""python -m bench.kit.minutes ROWS PEOPLE OLD: how fast one worker charges, on the database of the environment."""

# ruff: noqa: E402
import json
import sys
import time
from pathlib import Path

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from billing import audit
from billing.ledger import BANK, INCOME, house
from core import clock
from rooms.models import Stay
from rooms.services import metering, rounds
from rooms.tests.crowd import Crowd

SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < %s)",
    "postgresql": "WITH series(n) AS (SELECT generate_series(1, %s))",
}
TRANSFERS = """
INSERT INTO billing_transfer (key, source_id, target_id, amount, kind, memo, created_at)
{series} SELECT 'play:old' || (n / 2) || ':' || n, %s + (n %% 2) * %s, %s - (n %% 2) * %s, 1, 'play', '', %s FROM series
"""
MINUTES = """
INSERT INTO billing_minute (key, kind, subject, outcome, amount, reason, batch, began_at, created_at)
{series} SELECT 'play:old' || n, 'play', 'old' || (n / 30), 'charged', 2, '', '', %s, %s FROM series
"""


def main(rows: str, people: str, old: str) -> None:
    call_command("migrate", verbosity=0)
    people, old = int(people), int(old)
    charge("first", people, 1)
    found = [*told("100 channels", charge("many", people, 100)), *told("one channel", charge("one", people, 1))]
    make_past(old)
    found += told("100 channels and a past", charge("late", people, 100))
    found.append(["100 channels and a past, index used", float("stay_minute_due" in plan()), "of 1"])
    found.append(["sums that differ", float(len(audit.differences())), ""])
    Path(rows).write_text(json.dumps(found))


def told(what: str, took: tuple[int, float, float]) -> list[list]:
    count, wall, cpu = took
    return [
        [f"{what}, {count:,} due minutes", wall, "s"],
        [f"{what}, rate", count / wall, "1/s"],
        [f"{what}, worker CPU", 1e6 * cpu / count, "us a minute"],
    ]


def charge(name: str, people: int, channels: int) -> tuple[int, float, float]:
    Crowd(name, stays=people, channels=channels).come()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    began, cpu = time.perf_counter(), time.process_time()
    count = metering.charge_due()
    took = time.perf_counter() - began, time.process_time() - cpu
    assert count == people
    Stay.objects.update(next_minute_at=None)  # this crowd's next minutes are not the next crowd's
    return count, *took


def make_past(old: int) -> None:
    """Minutes of two transfers each, to and fro, so that the sums still hold."""
    bank, income, now = house(BANK).pk, house(INCOME).pk, clock.now()
    series, apart = SERIES[connection.vendor], income - bank
    with connection.cursor() as cursor:
        cursor.execute(TRANSFERS.format(series=series), [old, bank, apart, income, apart, now])
        cursor.execute(MINUTES.format(series=series), [old // 2, now, now])


def plan() -> str:
    due = Stay.objects.filter(next_minute_at__lte=clock.now()).order_by("next_minute_at")
    return due.values_list("channel_id", flat=True)[: rounds.BATCH].explain()


if __name__ == "__main__":
    main(*sys.argv[1:])
