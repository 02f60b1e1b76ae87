"""What the rooms forget. Stays, shows and calls that took place are what the ledger refers to: they are kept."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from core.retention import BATCH, before, in_batches
from rooms.flows import CallState, SeatState
from rooms.models import Call, Seat, Stay

NEVER_SAT = (SeatState.REFUSED, SeatState.CANCELLED, SeatState.EXPIRED)
NEVER_TALKED = (CallState.REFUSED, CallState.CANCELLED, CallState.EXPIRED, CallState.BUSY)


def forget() -> int:
    """Answers how many addresses and requests were forgotten."""
    return _addresses() + _requests()


def _addresses() -> int:
    """Where somebody came from is needed for rules about addresses, and only while it may still be abused."""
    limit = before(settings.ADDRESSES_KEEP_DAYS)
    if limit is None:
        return 0
    old, done = Stay.objects.filter(ended_at__lt=limit, address__isnull=False).order_by(), 0
    while pks := list(old.values_list("pk", flat=True)[:BATCH]):
        done += Stay.objects.filter(pk__in=pks).update(address=None)
    return done


def _requests() -> int:
    """Of seats and calls that came to nothing."""
    limit = before(settings.REQUESTS_KEEP_DAYS)
    if limit is None:
        return 0
    return in_batches(_old(Seat, NEVER_SAT, limit)) + in_batches(_old(Call, NEVER_TALKED, limit))


def _old(model: type[Seat | Call], states: tuple, limit: datetime) -> QuerySet:
    return model.objects.filter(state__in=states, created_at__lt=limit)
