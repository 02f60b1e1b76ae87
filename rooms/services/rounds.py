"""A round of the beat: settles whatever is due, many rows in one transaction.

Two things must not hold up everybody else. A row that cannot be settled is left out, with an alarm, and tried again
later. A channel that somebody holds just now is passed by, and waited for only when it is late."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Model, QuerySet

from billing import minutes, unsettled
from core import clock
from rooms.models import Channel
from rooms.services import lock

log = logging.getLogger(__name__)

BATCH = 500  # rows in one transaction
LATE = timedelta(seconds=30)  # a row that is due for longer is worth waiting for
WAIT, WAITS = 2.0, 3  # seconds for a channel; channels in one round
PUT_OFF = timedelta(minutes=5)  # until what could not be settled is tried again
NOT_THERE = (OperationalError, InterfaceError)  # the database is away: nobody's fault, and the next beat's business


@dataclass(frozen=True)
class Round:
    """`rows` have a channel, and a moment (`due_at`) at which each is due, which `settle` moves on: it is called inside
    a transaction, with the channels locked, and answers how many rows it wrote. `name` is a row's public name."""

    what: str
    rows: Callable[[], QuerySet]
    due_at: str
    name: Callable[[Model], str]
    settle: Callable[[list, dict[int, Channel], datetime], int]

    def run(self) -> int:
        """Answers how many rows were written. Stands still while an audit that found a difference is not cleared."""
        if minutes.halted():
            return 0
        busy: set[int] = set()
        done = 0
        while pks := self._next(self.due(clock.now()).exclude(channel_id__in=busy)):
            done += self._settle(pks, busy)
        return done + sum(self._wait_for(channel) for channel in self._late(busy))

    def due(self, now: datetime) -> QuerySet:
        return self.rows().filter(**{f"{self.due_at}__lte": now}).order_by(self.due_at)

    @staticmethod
    def _next(rows: QuerySet) -> list[int]:
        return list(rows.values_list("pk", flat=True)[:BATCH])

    def _settle(self, pks: list[int], busy: set[int], *, within: float = 0) -> int:
        try:
            return self._together(pks, busy, within=within)
        except NOT_THERE:
            raise
        except Exception:
            log.exception("%s: a batch failed, its rows are settled one by one", self.what)
            return sum(self._alone(pk, busy) for pk in pks)

    @transaction.atomic
    def _together(self, pks: Iterable[int], busy: set[int], *, within: float = 0) -> int:
        """Channels are locked before what is in them, as everywhere. Those that somebody else holds become `busy`."""
        now = clock.now()
        due = self.due(now).filter(pk__in=pks)
        wanted = set(due.values_list("channel_id", flat=True))
        channels = lock.free(wanted, within=within)
        busy |= wanted - channels.keys()
        rows = list(due.filter(channel_id__in=channels))
        if not rows:
            return 0
        done = self.settle(rows, channels, now)
        unsettled.settled(self.what, map(self.name, rows))
        return done

    def _alone(self, pk: int, busy: set[int]) -> int:
        try:
            return self._together([pk], busy)
        except NOT_THERE:
            raise
        except Exception as error:
            self._leave_out(pk, error)
            return 0

    @transaction.atomic
    def _leave_out(self, pk: int, error: Exception) -> None:
        now = clock.now()
        row = self.rows().get(pk=pk)
        self.rows().filter(pk=pk).update(**{self.due_at: now + PUT_OFF})
        unsettled.alarm(self.what, self.name(row), error, now)

    def _late(self, busy: set[int]) -> list[int]:
        """Busy channels with rows that are late, the latest first."""
        late = self.due(clock.now() - LATE).filter(channel_id__in=busy)
        return list(dict.fromkeys(late.values_list("channel_id", flat=True)[:BATCH]))[:WAITS]

    def _wait_for(self, channel: int) -> int:
        pks = self._next(self.due(clock.now()).filter(channel_id=channel))
        try:
            return self._settle(pks, set(), within=WAIT)
        except OperationalError as error:
            if not lock.taken(error):
                raise
            log.warning("%s of channel %s are late: it was held for %s s", self.what, channel, WAIT)
            return 0
