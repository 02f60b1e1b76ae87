"""What the beat nudges. Each is safe to run twice, late, or side by side with itself."""

from celery import shared_task

from partners.services import agora, kicking


@shared_task(name="partners.send_kicking_rules")
def send_kicking_rules() -> int:
    return kicking.send_due()


@shared_task(name="partners.forget_notices")
def forget_notices() -> int:
    return agora.forget() + kicking.forget()
