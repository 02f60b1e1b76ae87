"""One delivery: taken, called for elsewhere, settled. What is due is written in the rows; whoever dies holding one
leaves a lease that runs out."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from core import clock
from core.actors import Actor
from core.audit import act
from core.errors import IllegalMove
from core.ids import short_id
from core.models import Event
from partners import announce, selectors
from partners.flows import DELIVERY, UNDER_WAY, DeliveryState
from partners.models import Delivery, OffReason, Webhook, WebhookStatus
from partners.services.outbox import row_for, working
from partners.wires import WIRES

LANES = 2  # calls to one endpoint at a time
FAILING_LANES = 1  # to one that failed last time
HOUR = 3600
# Seconds between two tries; 75 h in all.
LADDER = (5, 30, 120, 600, 1800, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 28 * HOUR)
JITTER = 0.1  # a wait is so much longer or shorter by chance
LONGEST_ASKED = 6 * HOUR  # of what Retry-After may ask
GIVES_UP = timedelta(days=5)  # an endpoint that fails for so long is switched off
NOTED = timedelta(minutes=1)  # how exact "last success" is
LOGGED = 20  # tries
CHUNK = 2000  # rows of one DELETE


@dataclass(frozen=True)
class Outcome:
    """What came of a try. `retry_after` in seconds, as the endpoint asked."""

    ok: bool
    ms: int
    status: int | None = None
    error: str = ""
    retry_after: float = 0

    @property
    def gone(self) -> bool:
        return self.status == 410


@dataclass(frozen=True)
class Due:
    """An endpoint for which something is due."""

    webhook: int
    failing: bool


def due() -> list[Due]:
    """Endpoints that wait for a call, well ones first, and among them who has waited longest."""
    now = clock.now()
    rows = _due(Delivery.objects.all(), now).filter(webhook__in=Webhook.objects.filter(working(now)))
    waiting = rows.order_by().values("webhook", "webhook__failing_since").annotate(longest=Min("deadline"))
    each = [(one["webhook__failing_since"] is not None, one["longest"], one["webhook"]) for one in waiting]
    return [Due(webhook, failing) for failing, _, webhook in sorted(each)]


@transaction.atomic
def take(*, webhook: int) -> Delivery | None:
    """The next that is due for this endpoint, for the caller to try now; None where nothing is, or enough are under
    way. Those of one subject go in their order; one that failed lets the others pass."""
    now = clock.now()
    hooks = Webhook.objects.select_for_update(of=("self",)).select_related("partner")
    hook = hooks.filter(working(now), pk=webhook).first()
    if hook is None:
        return None
    under_way = Q(state=DeliveryState.SENDING, deadline__gt=now)
    rows = hook.deliveries.filter(state__in=UNDER_WAY)
    if rows.filter(under_way).count() >= (FAILING_LANES if hook.failing_since else LANES):
        return None
    before = rows.filter(under_way | Q(attempts=0), subject=OuterRef("subject"), pk__lt=OuterRef("pk"))
    row = _due(rows, now).exclude(Exists(before)).order_by("deadline", "pk").first()
    if row:
        DELIVERY.advance(row, "take", now=now, attempts=F("attempts") + 1)
        row.webhook = hook
    return row


@transaction.atomic
def settle(*, row: Delivery, outcome: Outcome) -> None:
    """Writes down what came of a try. Silent if the row has meanwhile gone to somebody else."""
    hook = Webhook.objects.select_for_update(of=("self",)).select_related("partner__owner").filter(pk=row.webhook_id)
    hook, now = hook.first(), clock.now()
    tried = {"at": now.isoformat(), "status": outcome.status, "error": outcome.error, "ms": outcome.ms}
    facts = {
        "last_status": outcome.status,
        "last_error": outcome.error,
        "last_ms": outcome.ms,
        "log": [*row.log, tried][-LOGGED:],
        "only": {"version": row.version},
    }
    try:
        if outcome.ok:
            DELIVERY.advance(row, "deliver", now=now, delivered_at=now, **facts)
        elif row.attempts > len(LADDER):
            DELIVERY.advance(row, "give_up", now=now, **facts)
        else:
            DELIVERY.advance(row, "put_off", now=now, deadline=now + _wait(row.attempts, outcome), **facts)
    except IllegalMove:
        return
    _note(hook, outcome, now)


def _wait(attempts: int, outcome: Outcome) -> timedelta:
    step = LADDER[attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)
    return timedelta(seconds=max(step, min(outcome.retry_after, LONGEST_ASKED)))


def _note(hook: Webhook, outcome: Outcome, now: datetime) -> None:
    """What a try says about the endpoint as such."""
    if outcome.ok:
        if hook.failing_since or not hook.succeeded_at or hook.succeeded_at < now - NOTED:
            hook.failing_since, hook.succeeded_at = None, now
            hook.save(update_fields=["failing_since", "succeeded_at"])
        return
    hook.failing_since = hook.failing_since or now
    hook.last_error = outcome.error
    fails_too_long = hook.failing_since <= now - GIVES_UP
    if hook.status == WebhookStatus.ACTIVE and (outcome.gone or fails_too_long):
        hook.status = WebhookStatus.DISABLED
        hook.off_reason = OffReason.GONE if outcome.gone else OffReason.FAILING
        announce.webhook_disabled(hook)
    hook.save(update_fields=["failing_since", "last_error", "status", "off_reason"])


@act("replay")
def replay(*, actor: Actor, wid: str, mid: str) -> Delivery:
    """The same message again, now, with all tries before it. Raises IllegalMove for one on its way."""
    row = selectors.delivery_for(actor, wid, mid)
    now = clock.now()
    DELIVERY.advance(row, "replay", now=now, deadline=now, attempts=0, delivered_at=None)
    return row


@act("test")
def test(*, actor: Actor, wid: str) -> Delivery:
    """A message that stands for nothing, due now. Raises IllegalMove `webhook_off`."""
    hook = selectors.webhook_for(actor, wid)
    if hook.status != WebhookStatus.ACTIVE:
        raise IllegalMove("webhook_off")
    message = WIRES[hook.shape].test(hook.events)
    row = row_for(hook, message, subject=hook.wid, mid=f"msg_{short_id()}{short_id()}", now=clock.now())
    row.save()
    return row


def listed(*, actor: Actor, wid: str, state: str = "", event: str = "", subject: str = "") -> QuerySet[Delivery]:
    wanted = {"state": state, "name": event, "subject": subject}
    rows = selectors.webhook_for(actor, wid).deliveries.defer("body", "log")
    return rows.filter(**{field: value for field, value in wanted.items() if value})


def on_restored(*, taken_at: datetime, last_event: int) -> None:
    """Port `restored`: what was still to be told when the backup was taken was told by the house it was taken from, as
    far as anybody knows. It stands in the log of deliveries and can be replayed."""
    Event.objects.filter(pk__lte=last_event, fanned_out=False).update(fanned_out=True)
    DELIVERY.advance_all(Delivery.objects.all(), "give_up", now=clock.now(), last_error="restored from a backup")


def forget() -> int:
    """Deliveries older than settings.WEBHOOK_KEEP_DAYS, whatever became of them."""
    before, gone = clock.now() - timedelta(days=settings.WEBHOOK_KEEP_DAYS), 0
    while pks := list(Delivery.objects.filter(created_at__lt=before).values_list("pk", flat=True)[:CHUNK]):
        gone += Delivery.objects.filter(pk__in=pks).delete()[0]
    return gone


def _due(rows: QuerySet[Delivery], now: datetime) -> QuerySet[Delivery]:
    return rows.filter(state__in=UNDER_WAY, deadline__lte=now)
