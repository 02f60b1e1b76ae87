"""From the outbox to rows of deliveries: each event once, in the order in which the outbox has them."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from core import clock
from core.models import Event
from partners import selectors
from partners.flows import DELIVERY
from partners.models import Delivery, Webhook, WebhookStatus
from partners.wires import WIRES, Message

log = logging.getLogger(__name__)
BATCH = 500  # events in one transaction
ROUNDS = 20  # transactions of one beat
UNREADABLE = (LookupError, ValueError, TypeError, AttributeError)
Ears = dict[str, list[Webhook]]  # by realm


def fan_out() -> int:
    """Writes down who is to hear of what happened; answers how many events were looked at."""
    done = 0
    for _ in range(ROUNDS):
        if not Event.objects.filter(fanned_out=False).exists():  # no lock is taken for nothing
            break
        done += _fan_out()
    return done


@transaction.atomic
def _fan_out() -> int:
    """An event is marked, not passed by a watermark: transactions commit in another order than their ids say. A second
    fan-out waits for the first one's rows, so those of one subject stay in order."""
    events = list(Event.objects.select_for_update().filter(fanned_out=False).order_by("id")[:BATCH])
    now, ears = clock.now(), listening()
    rows = [row for event in events if ears.get(event.realm) for row in _rows(event, ears[event.realm], now)]
    Delivery.objects.bulk_create(rows, batch_size=500)
    Event.objects.filter(pk__in=[event.pk for event in events]).update(fanned_out=True)
    return len(events)


def working(now: datetime) -> Q:
    """Webhooks that are called at all."""
    return Q(status=WebhookStatus.ACTIVE, partner__in=selectors.working_apps(now))


def listening() -> Ears:
    ears: Ears = defaultdict(list)
    for hook in Webhook.objects.filter(working(clock.now())).select_related("partner"):
        ears[hook.partner.app_id].append(hook)
        if hook.hears_site:
            ears[""].append(hook)
    return ears


def _rows(event: Event, hooks: list[Webhook], now: datetime) -> Iterator[Delivery]:
    for shape in sorted({hook.shape for hook in hooks}):
        for part, message in enumerate(_messages(event, shape)):
            for hook in hooks:
                if hook.shape == shape and WIRES[shape].wants(hook, message.name):
                    yield row_for(hook, message, subject=event.subject, mid=_message_id(event, part), now=now)


def _messages(event: Event, shape: str) -> list[Message]:
    try:
        return WIRES[shape].messages(event)
    except UNREADABLE:  # one event that cannot be said must not hold up all others
        log.exception("event %s (%s) cannot be said as %s", event.pk, event.name, shape)
        return []


def row_for(hook: Webhook, message: Message, *, subject: str, mid: str, now: datetime) -> Delivery:
    body = WIRES[hook.shape].text(message, mid)
    facts = {"name": message.name, "subject": subject, "mid": mid, "body": body, "created_at": now}
    return Delivery(webhook=hook, **facts, **DELIVERY.start("make", now=now, deadline=now))


def _message_id(event: Event, part: int) -> str:
    """Always the same of the same event, and no number that can be counted along."""
    return f"msg_{salted_hmac('partners.webhook', f'{event.pk}:{part}').hexdigest()[:24]}"
