"""Which second of a film shows which moment. A film is what its parts show, one after the other without the pauses in
between; so a moment of a pause belongs to the second where the next part begins."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple


class Part(NamedTuple):
    at: float  # second of the film at which it begins
    seconds: float
    unix: float  # the moment of its first picture


def offset(parts: Sequence[Part], moment: datetime) -> float:
    """The second of the film at which that moment is shown; what was before its first picture counts as its
    beginning."""
    unix, found = moment.timestamp(), 0.0
    for part in parts:
        if unix < part.unix:
            return found
        found = part.at + min(unix - part.unix, part.seconds)
    return found


def moment(parts: Sequence[Part], second: float) -> datetime | None:
    """The first moment that is shown at that second or later. None: all that ever was; what is after its end lies in
    the future."""
    if second <= 0 or not parts:
        return None
    for part in parts:
        if second <= part.at + part.seconds:
            return datetime.fromtimestamp(part.unix + max(0.0, second - part.at), UTC)
    return datetime.max.replace(tzinfo=UTC)


def parts_of(rows: Sequence[Sequence[float]]) -> list[Part]:
    return [Part(*row) for row in rows]
