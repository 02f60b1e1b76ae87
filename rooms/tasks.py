"""What the beat nudges. Each is safe to run twice, late, or side by side with itself."""

from celery import shared_task

from core.flow import sweep
from rooms.services import calls, figures, leases, metering, seats, shows


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


@shared_task(name="rooms.charge_minutes")
def charge_minutes() -> int:
    """Every minute that is due, watched or on the air."""
    return metering.charge_due()


@shared_task(name="rooms.keep_figures")
def keep_figures() -> int:
    """Of the shows that ended just now, the last minutes and words too."""
    return figures.keep_late()
