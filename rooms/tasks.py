"""What the beat nudges. Each is safe to run twice, late, or side by side with itself."""

import logging
from collections.abc import Callable
from typing import TypeVar

from celery import shared_task
from django.conf import settings
from django.core.cache import cache

from core import clock
from core.flow import sweep
from rooms.checks import SWEPT
from rooms.media.warden import UNREACHED, Warden, visit
from rooms.services import (
    calls,
    entitlement,
    figures,
    leases,
    metering,
    recordings,
    reported,
    retention,
    seats,
    shows,
    traffic,
)

log = logging.getLogger(__name__)
_names: dict[int, str] = {}  # of the engine's handles, as far as this process has met them


@shared_task(name="rooms.sweep_stays")
def sweep_stays() -> int:
    """Ends what is overdue and brings the viewer counts of those rooms up to date."""
    overdue = leases.overdue()
    done = sweep(overdue, leases.expire)
    for cid in {stay.channel.cid for stay in overdue}:
        shows.count_viewers(cid=cid)
    return done


@shared_task(name="rooms.sweep_seats")
def sweep_seats() -> int:
    """Requests and invitations that nobody answered in time."""
    return sweep(seats.overdue(), seats.expire)


@shared_task(name="rooms.sweep_calls")
def sweep_calls() -> int:
    """Calls that nobody answered, or in which nobody appeared."""
    return sweep(calls.overdue(), calls.expire)


@shared_task(name="rooms.sweep_engine")
def sweep_engine() -> int:
    """Hangs up what is in the engine without an open stay, whichever process holds it, dead or alive."""
    return _at_the_engine(_hang_up) or 0


def _hang_up(warden: Warden) -> int:
    held = warden.held()
    ended = entitlement.ended(one.name for one in held)
    done = warden.detach([one for one in held if one.name in ended])
    if done:
        log.info("hung up %s connections whose stays were over", done)
    cache.set(SWEPT, clock.now().isoformat(), timeout=3600)
    return done


@shared_task(name="rooms.charge_minutes")
def charge_minutes() -> int:
    """Every minute that is due, watched or on the air, and every gigabyte that has begun."""
    return metering.charge_due() + traffic.charge_due()


@shared_task(name="rooms.count_traffic")
def count_traffic() -> None:
    """What the engine has sent to everybody who watches."""
    traffic.read(_at_the_engine(_counters) or {})


def _counters(warden: Warden) -> dict[int, tuple[str, int]]:
    held = warden.held()
    sids = entitlement.stays_of(one.name for one in held)
    sent = warden.sent([one for one in held if one.name in sids])
    return {one.handle: (sids[one.name], sent[one.handle]) for one in held if one.handle in sent}


@shared_task(name="rooms.keep_figures")
def keep_figures() -> int:
    """Of the shows that ended just now, the last minutes and words too."""
    return figures.keep_late()


@shared_task(name="rooms.sweep_recordings")
def sweep_recordings() -> int:
    """Recordings that were kept long enough go; what waits to be made ready is asked for again, should the word have
    been lost."""
    recordings.ask_again()
    return recordings.forget()


@shared_task(name="rooms.forget_told")
def forget_told() -> int:
    """What was told so long ago that nobody tells it again."""
    return reported.forget()


@shared_task(name="rooms.forget_old")
def forget_old() -> int:
    """Addresses of stays that are long over, and requests that came to nothing."""
    return retention.forget()


Found = TypeVar("Found")


def _at_the_engine(act: Callable[[Warden], Found]) -> Found | None:
    """None where the engine is not reached: `/readyz` says so, and the next beat comes."""
    if not settings.JANUS_ADMIN_URL:
        return None
    try:
        with visit(settings.JANUS_ADMIN_URL, secret=settings.JANUS_ADMIN_SECRET, names=_names) as warden:
            return act(warden)
    except UNREACHED as error:
        log.info("the engine's admin line is not there: %r", error)
        return None
