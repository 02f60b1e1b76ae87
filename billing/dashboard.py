"""What the money shows on the first page of staff."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from billing import revenue
from billing.models import Minute, Outcome, TransferKind
from core import clock
from core.dashboard import Figure
from core.models import User


def figures(user: User) -> Iterator[Figure]:
    midnight = revenue.midnight(clock.now())
    if user.has_perm("billing.view_transfer"):
        kinds = revenue.since(midnight)
        parts = tuple((TransferKind(kind).label, coins) for kind, coins in kinds.items())
        yield Figure(_("Coins earned today"), sum(kinds.values()), url=_page("transfer"), parts=parts)
    if user.has_perm("billing.view_minute"):
        waived = Minute.objects.filter(outcome=Outcome.WAIVED, created_at__gte=midnight).count()
        yield Figure(_("Minutes waived today"), waived, url=_page("minute") + "?outcome__exact=waived")


def _page(model: str) -> str:
    return reverse(f"admin:billing_{model}_changelist")
