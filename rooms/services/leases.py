"""How long a stay is believed. Sockets renew theirs; the sweep ends what nobody renewed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core import clock
from core.flow import FOREVER
from rooms import announce
from rooms.flows import OPEN, STAY, StayState
from rooms.models import Role, Stay
from rooms.models.stay import leased_until
from rooms.services import lock, stays


@dataclass(frozen=True)
class Sign:
    """A connection's sign of life for the stay it holds. `alive`: what the stay stands for is there (for an uploader,
    media flows), so a stay that was given up for lost comes back."""

    sid: str
    connection: str
    alive: bool = True


def renew(*, signs: list[Sign]) -> dict[str, str]:
    """Signs of life from all sockets of a process. Answers the stays that their connections hold no longer, and why:
    a kick that was lost on its way is made good here."""
    now, by_sid = clock.now(), {sign.sid: sign for sign in signs}
    _renew_up(list(by_sid), now)
    gone = {}
    rows = Stay.objects.filter(sid__in=by_sid).values_list("sid", "connection", "state", "end_reason")
    for sid, held_by, state, end_reason in rows:
        if state == StayState.ENDED or held_by != by_sid[sid].connection:
            gone[sid] = end_reason or "elsewhere"
        elif state == StayState.LOST and by_sid[sid].alive:
            _revive(sid, held_by)
    return gone


@transaction.atomic
def _renew_up(sids: list[str], now) -> None:
    """One UPDATE for each origin. A row that somebody is moving just now is left to them: waiting for it could end in
    a deadlock."""
    up = Stay.objects.filter(sid__in=sids, state=StayState.UP).select_for_update(skip_locked=True)
    free = defaultdict(list)
    for pk, origin in up.values_list("pk", "origin"):
        free[origin].append(pk)
    for origin, pks in free.items():
        until = leased_until(origin, now)
        held = Stay.objects.filter(pk__in=pks, state=StayState.UP)
        held.update(deadline=None if until is FOREVER else until, last_seen=now)


def touch(stay: Stay, now: datetime) -> None:
    """A sign of life for a stay that is up, whoever gives it. Inside the caller's transaction, with the channel
    locked."""
    until = leased_until(stay.origin, now)
    facts = {"deadline": None if until is FOREVER else until, "last_seen": now}
    Stay.objects.filter(pk=stay.pk, state=StayState.UP).update(**facts)


@transaction.atomic
def _revive(sid: str, connection: str) -> None:
    """The connection was there all the time; it was our word that did not get through."""
    stay = lock.stay(sid)
    if stay.state != StayState.LOST or stay.connection != connection:
        return
    now = clock.now()
    STAY.advance(stay, "arrive", now=now, deadline=leased_until(stay.origin, now), last_seen=now)
    if stay.role == Role.UPLOADER:
        announce.uploader_changed(stay)
    stays.came(stay, now)


def overdue(limit: int = 500) -> list[Stay]:
    rows = Stay.objects.filter(state__in=OPEN, deadline__lte=clock.now()).order_by("deadline")
    return list(rows.select_related("channel")[:limit])


@transaction.atomic
def expire(stay: Stay) -> None:
    """The sweep's verb for an overdue stay. A stay that was renewed meanwhile stays."""
    now = clock.now()
    stay = lock.stay(stay.sid)
    if stay.deadline is None or stay.deadline > now:
        return
    if stay.state == StayState.UP:
        stays.lose_now(stay, now)
    elif stay.state in OPEN:
        stays.end_now(stay, "timeout" if stay.state == StayState.LOST else "gave_up", now)
