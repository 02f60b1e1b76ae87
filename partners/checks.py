"""What `/readyz` and `/metrics` ask of the webhooks. Named in settings.HEALTH_NOTES and settings.GAUGES."""

from django.utils import timezone

from core.health import NotWell
from core.models import Event
from partners.flows import UNDER_WAY
from partners.models import Delivery, Webhook, WebhookStatus

LATE = 30.0  # seconds


def outbox() -> None:
    """The beat fans out every second."""
    if (lag := outbox_lag_seconds()) > LATE:
        raise NotWell(f"an event has waited for {lag:.0f} s to be fanned out")


def outbox_lag_seconds() -> float:
    """Age of the oldest event that is not yet fanned out to webhooks."""
    oldest = Event.objects.filter(fanned_out=False).order_by("id").values_list("created_at", flat=True).first()
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0


def webhooks_failing() -> int:
    """Endpoints that are on and failed last time."""
    return Webhook.objects.filter(status=WebhookStatus.ACTIVE).exclude(failing_since=None).count()


def webhooks_disabled() -> int:
    """Endpoints that the house switched off."""
    return Webhook.objects.filter(status=WebhookStatus.DISABLED).count()


def deliveries_waiting() -> int:
    """Messages that are still to reach an endpoint."""
    return Delivery.objects.filter(state__in=UNDER_WAY).count()
