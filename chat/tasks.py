"""What the beat nudges. Each is safe to run twice, late, or side by side with itself."""

from celery import shared_task

from chat.services import retention, tallies


@shared_task(name="chat.count_likes")
def count_likes() -> int:
    return tallies.write_waiting()


@shared_task(name="chat.forget_messages")
def forget_messages() -> int:
    return retention.forget()
