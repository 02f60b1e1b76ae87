"""What the beat nudges. Each is safe to run twice, late, or side by side with itself."""

from celery import shared_task

from partners.courier import couriers
from partners.services import agora, deliveries, kicking, outbox


@shared_task(name="partners.send_kicking_rules")
def send_kicking_rules() -> int:
    return kicking.send_due()


@shared_task(name="partners.forget_notices")
def forget_notices() -> int:
    return agora.forget() + kicking.forget()


@shared_task(name="partners.tell_webhooks")
def tell_webhooks() -> int:
    """What happened goes out to whoever asked to hear of it, and what is to be tried again is."""
    done = outbox.fan_out()
    couriers.send(deliveries.due())
    return done


@shared_task(name="partners.forget_deliveries")
def forget_deliveries() -> int:
    return deliveries.forget()
