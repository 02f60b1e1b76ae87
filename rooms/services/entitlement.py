"""Whose media may be in the engine: media without an open stay are hung up.

Every connection there carries a name from here, given by the process that made it and read by the sweep, so the rule
holds whether or not that process still listens. Names of another kind are not ours to judge."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta

from core import clock
from core.errors import DomainError
from core.models import User
from rooms import access
from rooms.flows import OPEN
from rooms.models import Channel, Stay

STAY, RIGHT, WALL = "stay", "right", "wall"
Rule = Callable[[User, Channel], None]
GRACE = timedelta(seconds=2)  # in which a process that listens hangs up by itself


def of_stay(sid: str) -> str:
    return f"{STAY}:{sid}"


def of_right(cid: str, user: User) -> str:
    """Who is in the studio is there by the right to go on the air, without a stay."""
    return f"{RIGHT}:{cid}:{user.pk}"


def of_wall(cid: str, user: User) -> str:
    """Staff watch a show without being there: no stay, so not counted and not billed."""
    return f"{WALL}:{cid}:{user.pk}"


def stays_of(names: Iterable[str]) -> dict[str, str]:
    """Name -> the stay (its sid) it belongs to, of those that belong to one."""
    return {name: sid for name, (sid,) in _parts(names, STAY, 1)}


def ended(names: Iterable[str]) -> set[str]:
    """Those of the names whose media must go. Read them before you ask: a stay is written before its media begin."""
    names = set(names)
    by_right = ((RIGHT, access.require_upload), (WALL, access.require_wall))
    return _without_stay(names).union(*(_without_right(names, kind, rule) for kind, rule in by_right))


def _without_stay(names: set[str]) -> set[str]:
    sids = stays_of(names)
    known = Stay.objects.filter(sid__in=set(sids.values()))
    still = set(known.filter(state__in=OPEN).values_list("sid", flat=True))
    if still >= set(sids.values()):
        return set()
    still |= set(known.filter(ended_at__gt=clock.now() - GRACE).values_list("sid", flat=True))
    return {name for name, sid in sids.items() if sid not in still}


def _without_right(names: set[str], kind: str, rule: Rule) -> set[str]:
    theirs = {name: (cid, pk) for name, (cid, pk) in _parts(names, kind, 2)}
    channels = {row.cid: row for row in Channel.objects.filter(cid__in={cid for cid, _ in theirs.values()})}
    people = User.objects.filter(is_active=True).in_bulk({int(pk) for _, pk in theirs.values()})
    return {name for name, (cid, pk) in theirs.items() if not _may(people.get(int(pk)), channels.get(cid), rule)}


def _may(person: User | None, channel: Channel | None, rule: Rule) -> bool:
    with suppress(DomainError):
        if person and channel:
            rule(person, channel)
            return True
    return False


def _parts(names: Iterable[str], kind: str, count: int) -> list[tuple[str, list[str]]]:
    split = [(name, name.split(":")) for name in names]
    return [(name, parts[1:]) for name, parts in split if parts[0] == kind and len(parts) == count + 1]
