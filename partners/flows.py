"""The life of one delivery, as a table. The engine is core/flow.py."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.flow import Flow, Move

LEASE = timedelta(seconds=60)  # more than a call may take: whoever is not heard of by then is dead


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("on its way")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("given up")


D = DeliveryState
UNDER_WAY = (D.WAITING, D.SENDING)

# A waiting row's deadline is its next try. One that was taken and not settled is taken again.
DELIVERY = Flow(
    Move("make", (), D.WAITING),
    Move("take", UNDER_WAY, D.SENDING, LEASE, then="take"),
    Move("deliver", (D.SENDING,), D.DELIVERED),
    Move("put_off", (D.SENDING,), D.WAITING),
    Move("give_up", UNDER_WAY, D.FAILED),
    Move("replay", (D.WAITING, D.DELIVERED, D.FAILED), D.WAITING),
)
