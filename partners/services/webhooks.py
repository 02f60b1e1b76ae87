"""Endpoints of an app's server: made, changed, switched on and off, given new secrets."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from core import clock
from core.actors import Actor, App, of_staff
from core.audit import act
from core.errors import BadInput, Full, IllegalMove, NotAllowed
from partners import http, selectors
from partners.models import Partner, Shape, Webhook, WebhookStatus
from partners.models.webhook import MOST_WEBHOOKS, OffReason
from partners.wires import EVERY, WIRES

OVERLAP = timedelta(days=1)  # that the old secret still signs after a rotation, where nothing else is said
NO_OVERLAP = timedelta(0)


@dataclass(frozen=True)
class Made:
    """What is shown once."""

    webhook: Webhook
    secret: str


@act("create", atomic=False)
def create(
    *, actor: Actor, url: str, shape: str = Shape.STANDARD, events: list[str], app_id: str = "", secret: str = ""
) -> Made:
    """For an app's own server, or the account that owns the app (`app_id`). Raises BadInput `bad_url`, `bad_events`,
    `bad_secret`, Full `too_many_webhooks`, and what selectors.app_for raises."""
    partner = selectors.app_for(actor, app_id or (actor.realm if isinstance(actor, App) else ""))
    http.check(url)
    return _create(partner, url, shape, _events(shape, events), _secret(shape, secret))


@transaction.atomic
def _create(partner: Partner, url: str, shape: str, events: list[str], secret: str) -> Made:
    Partner.objects.select_for_update().get(pk=partner.pk)  # the count below stays true
    if partner.webhooks.count() >= MOST_WEBHOOKS:
        raise Full("too_many_webhooks", most=MOST_WEBHOOKS)
    facts = {"url": url, "shape": shape, "events": events, "secret": secret}
    hook = Webhook.objects.create(partner=partner, created_at=clock.now(), **facts)
    return Made(hook, secret)


@act("change", atomic=False)
def change(
    *, actor: Actor, wid: str, url: str | None = None, events: list[str] | None = None, status: str | None = None
) -> Webhook:
    """`status`: active or paused. What it missed while it was off is not made up for; what waited for it is."""
    selectors.webhook_for(actor, wid)
    if url is not None:
        http.check(url)
    return _change(actor, wid, url, events, status)


@transaction.atomic
def _change(actor: Actor, wid: str, url: str | None, events: list[str] | None, status: str | None) -> Webhook:
    hook = selectors.webhook_for(actor, wid, lock=True)
    if url is not None:
        hook.url = url
    if events is not None:
        hook.events = _events(hook.shape, events)
    if status is not None:
        _switch(hook, status, actor)
    hook.save()
    return hook


@act("enable")
def enable(*, actor: Actor, wid: str) -> Webhook:
    return _change(actor, wid, None, None, WebhookStatus.ACTIVE)


@act("disable")
def disable(*, actor: Actor, wid: str) -> Webhook:
    """By staff, so that the app sees it was not itself."""
    if not of_staff(actor):
        raise NotAllowed()
    hook = selectors.webhook_for(actor, wid, lock=True)
    hook.status, hook.off_reason = WebhookStatus.DISABLED, OffReason.STAFF
    hook.save(update_fields=["status", "off_reason"])
    return hook


@act("hear_site")
def hear_site(*, actor: Actor, wid: str, on: bool) -> Webhook:
    """Whether it hears of the site itself, beside its own realm: staff alone decide."""
    if not of_staff(actor):
        raise NotAllowed()
    hook = selectors.webhook_for(actor, wid, lock=True)
    hook.hears_site = on
    hook.save(update_fields=["hears_site"])
    return hook


@act("rotate")
def rotate(*, actor: Actor, wid: str, secret: str = "", overlap: timedelta = OVERLAP) -> Made:
    """A new secret. Of the standard shape the old one signs beside it for `overlap`; the others have room for one
    signature, so the new one signs alone from now on. Raises BadInput `bad_secret`."""
    hook = selectors.webhook_for(actor, wid, lock=True)
    beside = max(overlap, NO_OVERLAP) if hook.shape == Shape.STANDARD else NO_OVERLAP
    hook.old_secret = hook.secret if beside else ""
    hook.old_secret_until = clock.now() + beside if beside else None
    hook.secret = _secret(hook.shape, secret)
    hook.save(update_fields=["secret", "old_secret", "old_secret_until"])
    return Made(hook, hook.secret)


@act("delete")
def delete(*, actor: Actor, wid: str) -> None:
    """With all that was or is to be delivered to it."""
    selectors.webhook_for(actor, wid, lock=True).delete()


def _switch(hook: Webhook, status: str, actor: Actor) -> None:
    if status not in (WebhookStatus.ACTIVE, WebhookStatus.PAUSED):
        raise BadInput("bad_status", choices=[WebhookStatus.ACTIVE, WebhookStatus.PAUSED])
    if hook.off_reason == OffReason.STAFF and not of_staff(actor):
        raise IllegalMove("off_by_staff")
    hook.status, hook.off_reason = status, ""
    hook.failing_since = None


def _events(shape: str, wanted: list[str]) -> list[str]:
    known = (EVERY, *WIRES[shape].events)
    if not wanted or not set(wanted) <= set(known):
        raise BadInput("bad_events", choices=list(known))
    return sorted(set(wanted))


def _secret(shape: str, given: str) -> str:
    wire = WIRES[shape]
    if given and not wire.is_secret(given):
        raise BadInput("bad_secret")
    return given or wire.new_secret()
