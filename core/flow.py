"""State machines as tables.

A Flow is a list of Moves: a verb, the states it may start from, the state it leads to, and, where the new state
does not last, how long it lasts and which verb follows. A model using it has `state`, `since` (in
that state), `deadline` and `version`. Nothing else in the house writes `state`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Case, F, Model, QuerySet, Value, When

from core.errors import DomainError, IllegalMove

FOREVER = datetime.max  # a deadline that is none, for a move that has one of its own


@dataclass(frozen=True)
class Move:
    """`lasts` is how long the reached state may last; `then` is the verb that ends it."""

    verb: str
    sources: tuple[str, ...]
    target: str
    lasts: timedelta | None = None
    then: str = ""

    def until(self, now: datetime) -> datetime | None:
        return None if self.lasts is None else now + self.lasts

    def deadline(self, now: datetime, wanted: datetime | None) -> datetime | None:
        return None if wanted is FOREVER else wanted or self.until(now)


class Flow:
    def __init__(self, *moves: Move) -> None:
        self.moves = {move.verb: move for move in moves}
        self._check(moves)

    def _check(self, moves: tuple[Move, ...]) -> None:
        if len(self.moves) != len(moves):
            raise ImproperlyConfigured("a verb stands twice in a flow")
        for move in moves:
            if (move.lasts is not None) != bool(move.then):
                raise ImproperlyConfigured(f"{move.verb}: a time limit needs its verb, and a verb its time limit")
            if move.then and move.target not in self.moves[move.then].sources:
                raise ImproperlyConfigured(f"{move.verb}: {move.then!r} is not legal from {move.target!r}")

    @property
    def states(self) -> set[str]:
        return {move.target for move in self.moves.values()} | {s for m in self.moves.values() for s in m.sources}

    def allows(self, state: str, verb: str) -> bool:
        return state in self.moves[verb].sources

    def verbs(self, state: str) -> list[str]:
        return [verb for verb in self.moves if self.allows(state, verb)]

    def timeout(self, state: str) -> str:
        """The verb that ends an overdue row in `state`, or "" where the state lasts."""
        return next((m.then for m in self.moves.values() if m.target == state and m.then), "")

    def start(self, verb: str, *, now: datetime, deadline: datetime | None = None) -> dict:
        """Fields of a new row, for a Move without sources."""
        move = self.moves[verb]
        if move.sources:
            raise IllegalMove(verb=verb)
        return {"state": move.target, "since": now, "deadline": move.deadline(now, deadline)}

    def advance(self, row: Model, verb: str, *, now: datetime, deadline: datetime | None = None, **fields) -> None:
        """Compare-and-set: of any number of racing callers exactly one wins, the others get IllegalMove.

        `deadline` overrides the move's own time limit (FOREVER: there is none); `fields` are written in the same
        UPDATE. With `only`, a dict of further conditions, the row must match those too."""
        only = fields.pop("only", {})
        move = self.moves[verb]
        values = {
            "state": move.target,
            "since": _since(move, now),
            "deadline": move.deadline(now, deadline),
            **fields,
        }
        rows = type(row)._default_manager.filter(pk=row.pk, state__in=move.sources, **only)
        if not rows.update(version=F("version") + 1, **values):
            raise IllegalMove(verb=verb)
        row.refresh_from_db()

    def advance_all(self, rows: QuerySet, verb: str, *, now: datetime, **fields) -> int:
        """The same move for many rows in one UPDATE; those from which it is not legal are left. Answers how many."""
        move = self.moves[verb]
        legal = rows.filter(state__in=move.sources)
        values = {"state": move.target, "since": _since(move, now), "deadline": move.until(now), **fields}
        return legal.update(version=F("version") + 1, **values)


def _since(move: Move, now: datetime) -> Case:
    """A move that leads where the row is already (another tab takes over) does not begin the state anew."""
    return Case(When(state=move.target, then=F("since")), default=Value(now))


def sweep(overdue: Iterable[Model], expire: Callable[[Model], object]) -> int:
    """Hands each overdue row to its service. A row that somebody else moved meanwhile is not an error."""
    done = 0
    for row in overdue:
        try:
            expire(row)
            done += 1
        except DomainError:
            continue
    return done
