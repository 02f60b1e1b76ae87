"""A crowd whose minutes are charged by many workers that are killed at it, beside the same crowd without faults."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection

from billing import audit
from billing.models import Account, Minute, Outcome
from core.models import Event
from rooms.tests.crowd import Crowd
from rooms.tests.killpoints import POINTS
from rooms.tests.worker import CUT, KILLED, Job, run_all

BATCH = 40  # stays in one transaction: small, so that eight workers cross
DEAD_BEAT = 5  # each so manieth minute nobody nudges, and its minutes are late


@dataclass(frozen=True)
class Ledger:
    """What is left of a crowd's minutes, by names that two crowds have in common."""

    minutes: dict[tuple[str, int], tuple[str, int, str]]
    balances: dict[str, int]
    ends: dict[str, tuple[str, int, int]]  # why, minutes settled, how often it was told


@dataclass
class Trial:
    """`minutes` simulated minutes of a crowd. Without `acts` nothing breaks."""

    crowd: Crowd
    minutes: int
    acts: tuple[str, ...] = ()
    workers: int = 8
    beats: int = 2
    seed: int = 1
    counts: Counter = field(default_factory=Counter)

    def run(self) -> Ledger:
        dice = random.Random(self.seed)
        began = self.crowd.come()
        for number in range(self.minutes):
            now = began + timedelta(seconds=60 * number + 1)
            self.crowd.show_life(now)
            if number % DEAD_BEAT != DEAD_BEAT - 1:
                self._minute(now, dice)
        return self.ledger()

    def _minute(self, now, dice: random.Random) -> None:
        """All workers at once, many of which die; then one that does not, as the next beat would."""
        job = {"database": connection.settings_dict["NAME"], "now": now, "batch": BATCH, "nudges": self.beats}
        if self.acts:
            self._count(run_all([Job(**job, **self._fault(dice)) for _ in range(self.workers)]))
        assert run_all([Job(**job)]) == [0]

    def _fault(self, dice: random.Random) -> dict:
        return {"point": dice.choice(list(POINTS)), "act": dice.choice(self.acts), "turn": dice.randint(1, 2)}

    def _count(self, codes: list[int]) -> None:
        self.counts["kills"] += codes.count(KILLED)
        self.counts["cuts"] += codes.count(CUT)
        assert not set(codes) - {0, KILLED, CUT}, codes

    def ledger(self) -> Ledger:
        whose = dict(self.crowd.stays_now().values_list("sid", "user__uid"))
        own = len(self.crowd.name)
        rows = Minute.objects.filter(subject__in=whose).values_list("subject", "key", "outcome", "amount", "reason")
        held = Account.objects.filter(owner__uid__startswith=f"{self.crowd.name}-").values_list("owner__uid", "balance")
        left = Event.objects.filter(name="audience.left").values_list("data", flat=True)
        told = Counter(data["stay"]["sid"] for data in left)
        ends = self.crowd.stays_now().values_list("sid", "end_reason", "minutes")
        return Ledger(
            {(whose[sid][own:], int(key.rpartition(":")[2])): tuple(rest) for sid, key, *rest in rows},
            {uid[own:]: balance for uid, balance in held},
            {whose[sid][own:]: (reason, number, told[sid]) for sid, reason, number in ends},
        )


@dataclass(frozen=True)
class Verdict:
    """What a trial with faults left, against the one without."""

    settled: int
    charged: int
    doubled: int
    lost: int
    other: int  # minutes that ended otherwise
    wrong_balances: int
    wrong_ends: int
    sums: list[dict]  # what the audit found

    @property
    def clean(self) -> bool:
        return not (self.doubled or self.lost or self.other or self.wrong_balances or self.wrong_ends or self.sums)


def verdict(plain: Ledger, found: Ledger) -> Verdict:
    common = plain.minutes.keys() & found.minutes.keys()
    return Verdict(
        settled=len(found.minutes),
        charged=sum(row[0] == Outcome.CHARGED for row in found.minutes.values()),
        doubled=len(found.minutes.keys() - plain.minutes.keys()),
        lost=len(plain.minutes.keys() - found.minutes.keys()),
        other=sum(plain.minutes[key] != found.minutes[key] for key in common),
        wrong_balances=sum(plain.balances[uid] != found.balances.get(uid) for uid in plain.balances),
        wrong_ends=sum(plain.ends[uid] != found.ends.get(uid) for uid in plain.ends),
        sums=audit.differences(),
    )


def tried(name: str, acts: tuple[str, ...], *, stays: int, minutes: int) -> tuple[Verdict, Counter]:
    """A crowd without faults, and the same with them."""
    facts = {"stays": stays, "channels": max(stays // 20, 2), "poor": 5, "coins": 10 * minutes - 25}
    plain = Trial(Crowd(f"{name}-plain", **facts), minutes).run()
    trial = Trial(Crowd(f"{name}-faults", **facts), minutes, acts)
    return verdict(plain, trial.run()), trial.counts
