"""python -m bench.kit.killing ROWS STAYS MINUTES: a crowd charged by workers that die, on the database of the
environment; what is left is compared with the same crowd charged in peace."""

# ruff: noqa: E402
import json
import sys
from pathlib import Path

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from rooms.tests import trial


def main(rows: str, stays: str, minutes: str) -> None:
    call_command("migrate", verbosity=0)
    acts = ("die", "cut") if connection.vendor == "postgresql" else ("die",)
    found, counts = trial.tried("long", acts, stays=int(stays), minutes=int(minutes))
    told = {
        "workers killed": counts["kills"],
        "connections cut": counts["cuts"],
        "minutes settled": found.settled,
        "minutes charged": found.charged,
        "doubled": found.doubled,
        "lost": found.lost,
        "ended otherwise": found.other,
        "wrong balances": found.wrong_balances,
        "wrong ends": found.wrong_ends,
        "sums that differ": len(found.sums),
    }
    Path(rows).write_text(json.dumps([[what, float(value), ""] for what, value in told.items()]))


if __name__ == "__main__":
    main(*sys.argv[1:])
