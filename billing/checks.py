"""What `/readyz` and `/metrics` ask of the money. Named in settings.HEALTH_NOTES and settings.GAUGES."""

from billing import minutes, unsettled
from billing.models import Payout, PayoutState
from core.health import NotWell


def billing() -> None:
    """Halted, people are served all the same: minutes are charged later, as far as the rules say."""
    if minutes.halted():
        raise NotWell("halted by an audit, until staff clear it")


def settling() -> None:
    """What cannot be settled is left out, so that it holds up nobody else."""
    if rows := unsettled.count():
        raise NotWell(f"{rows} could not be settled: see the desk of what is unsettled")


def billing_halted() -> int:
    """1 while an audit that found a difference is not cleared."""
    return int(minutes.halted())


def unsettled_rows() -> int:
    """Stays and shows whose minutes or traffic cannot be settled."""
    return unsettled.count()


def payouts_waiting() -> int:
    """Payouts that wait for staff."""
    return Payout.objects.filter(state=PayoutState.ASKED).count()
