"""What `/readyz` and `/metrics` ask of the money. Named in settings.HEALTH_NOTES and settings.GAUGES."""

from billing import minutes
from billing.models import Payout, PayoutState
from core.health import NotWell


def billing() -> None:
    """Halted, people are served all the same: minutes are charged later, as far as the rules say."""
    if minutes.halted():
        raise NotWell("halted by an audit, until staff clear it")


def billing_halted() -> int:
    """1 while an audit that found a difference is not cleared."""
    return int(minutes.halted())


def payouts_waiting() -> int:
    """Payouts that wait for staff."""
    return Payout.objects.filter(state=PayoutState.ASKED).count()
