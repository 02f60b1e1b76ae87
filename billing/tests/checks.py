"""What must be true of minutes, whoever wrote them."""

from collections import Counter

from billing import audit
from billing.models import Minute, Outcome, Transfer
from core import clock


def complaints(told: list[str] = ()) -> set[str]:
    """What is wrong, in words; nothing where all is well. `told`: keys of the minutes that somebody heard of."""
    found = {finding["check"] for finding in audit.differences()}
    due = Counter(Minute.objects.values_list("subject", "began_at"))
    if due and max(due.values()) > 1:
        found.add("doubled")
    if Minute.objects.filter(began_at__gt=clock.now()).exists():
        found.add("early")
    charged = set(Minute.objects.filter(outcome=Outcome.CHARGED).values_list("key", flat=True))
    if charged - {key.rpartition(":")[0] for key in Transfer.objects.values_list("key", flat=True)}:
        found.add("unpaid")
    if set(told) - charged:
        found.add("told what is not")
    return found
