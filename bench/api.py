"""bin/bench api: what a call of an app's server costs, beside the least that the same server answers (the health probe,
before any middleware). With --fuzz instead: thousands of odd requests against the schema, and how many answers were not
as it says."""

import argparse
import asyncio
import json
import os
import re
import subprocess
from itertools import count
from pathlib import Path

from bench.kit.guest import Guest
from bench.kit.place import Place, manage, production
from bench.kit.processes import apart
from bench.kit.report import Report
from bench.kit.rush import Rush, Visit, rush

FLOOR = "health probe"
APP = """
from core.actors import SYSTEM
from core.models import User
from billing.services import topups
from partners.services import apps
made = apps.create(actor=User.objects.create_user("maker"), name="A bench")
topups.fund_app(actor=SYSTEM, realm=made.partner.app_id, coins=10**9, reason="a bench", key="bench")
from rooms.services import channels
from core.actors import App
app = App(made.partner.app_id)
for number in range(24):
    one = channels.create_named(actor=app, title="A show", owner="ann", external_id=f"room-{number}")
print(made.api_key, one.cid)
"""
FUZZED = "partners/tests/test_rest_schema.py"


def main() -> None:
    options = arguments()
    if options.fuzz:
        fuzz(options.cases)
        return
    os.environ["KEY_RATE"] = "1000000000/min"
    with production(options.server) as place:
        key, cid = manage(place.house, "shell", "--verbosity", "0", "-c", APP).split()
        where = apart(place.servers, place.house.pids() - place.servers)
        report = Report("api", f"{options.server}, production settings, {options.clients} clients at once; {where}")
        tell(report, asyncio.run(measure(place, visits(key, cid), options)))
    report.show()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench api", description=__doc__)
    parser.add_argument("--server", choices=["daphne", "uvicorn"], default="daphne")
    parser.add_argument("--seconds", type=float, default=20, help="for each call (20)")
    parser.add_argument("--clients", type=int, default=8, help="how many call at once (8)")
    parser.add_argument("--fuzz", action="store_true", help="instead: odd requests against the schema")
    parser.add_argument("--cases", type=int, default=10_000, help="how many odd requests (10000)")
    parser.add_argument("--quick", action="store_true", help="half a second for each call, or 200 requests")
    options = parser.parse_args()
    if options.quick:
        options.seconds, options.cases = 0.5, 200
    return options


def visits(key: str, cid: str) -> dict[str, Visit]:
    """A floor, three reads and three writes."""
    server, numbers = {"Authorization": f"Bearer {key}"}, count()

    def call(method: str, path: str, body: dict | None = None, **fields: str) -> Visit:
        async def visit(guest: Guest) -> None:
            await guest.ask(method, f"/api/v1/{path}", body, **server, **fields)

        return visit

    async def pay(guest: Guest) -> None:
        own = {"Idempotency_Key": f"n{next(numbers)}"}
        await guest.ask("POST", "/api/v1/transfers/", {"uid": "ann", "coins": 1}, **server, **own)

    return {
        FLOOR: Guest.health,
        "one channel": call("GET", f"channels/{cid}/"),
        "24 channels": call("GET", "channels/"),
        "channel by own id": call("GET", "channels/?external_id=room-7"),
        "nickname": call("PATCH", "users/ann/", {"nick": "Ann"}),
        "UserSig": call("POST", "usersigs/", {"uid": "ann"}),
        "payment": pay,
    }


async def measure(place: Place, every: dict[str, Visit], options: argparse.Namespace) -> dict[str, Rush]:
    options = {"seconds": options.seconds, "guests": options.clients}
    return {name: await rush(place, visit, **options) for name, visit in every.items()}


def tell(report: Report, found: dict[str, Rush]) -> None:
    for name, it in found.items():
        report.add(f"{name}, rate", it.rate, "1/s")
        report.spread(name, it.milliseconds)
        report.add(f"{name}, per core", 1000 / it.cpu_ms, "1/core-second")
        if name != FLOOR:
            report.add(f"{name}, CPU against {FLOOR}", it.cpu_ms / found[FLOOR].cpu_ms, "x")


def fuzz(cases: int) -> None:
    """As in the tests, for longer."""
    report = Report("api", f"{cases} requests made from the schema, each by one of four callers")
    done = subprocess.run(
        [str(Path("bin/test").resolve()), FUZZED, "-s"],
        env={**os.environ, "FUZZ_CASES": str(cases)},
        stdout=subprocess.PIPE,
        text=True,
    )
    said = re.search(r"^fuzzed (.*)$", done.stdout, re.M)
    if said is None:
        raise SystemExit(done.stdout)
    found = json.loads(said[1])
    for status, number in sorted(found["statuses"].items()):
        report.count(f"answered {status}", number)
    report.count("requests", sum(found["statuses"].values()))
    report.count("answered 5xx", sum(n for status, n in found["statuses"].items() if status[0] == "5"))
    report.count("operations whose answers were not as the schema says", found["wrong"])
    report.show()
    if found["wrong"]:
        raise SystemExit(done.stdout)


if __name__ == "__main__":
    main()
