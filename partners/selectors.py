"""Questions about apps and their keys. Nothing here writes."""

from datetime import datetime

from django.core.cache import cache
from django.db.models import Q, QuerySet

from core import audit, clock
from core.actors import Actor, App, holds
from core.errors import LoginRequired, NotFound
from partners.models import ApiKey, Callbacks, Delivery, Partner, Status, Webhook
from rooms.models import Channel

ORIGINS, ORIGINS_KEPT = "app-origins", 10  # seconds


def apps_of(actor: Actor) -> QuerySet[Partner]:
    """The account's apps; an app's server sees itself alone."""
    rows = Partner.objects.exclude(status=Status.DELETED).select_related("owner")
    if isinstance(actor, App):
        return rows.filter(app_id=actor.realm)
    if not actor.pk:
        raise LoginRequired()
    return rows.filter(owner_id=actor.pk)


def app_for(actor: Actor, app_id: str, *, lock: bool = False) -> Partner:
    """Raises NotFound for an app that is somebody else's; staff with the right see every one."""
    everywhere = holds(actor, "partners.change_partner")
    rows = Partner.objects.exclude(status=Status.DELETED) if everywhere else apps_of(actor)
    partner = (rows.select_for_update(of=("self",)) if lock else rows).filter(app_id=app_id).first()
    if partner is None:
        raise NotFound()
    audit.by_staff(actor, partner, own=lambda: actor.pk == partner.owner_id)
    return partner


def key_for(actor: Actor, app_id: str, prefix: str) -> ApiKey:
    key = app_for(actor, app_id).keys.select_related("partner").filter(prefix=prefix).first()
    if key is None:
        raise NotFound()
    return key


def working(app_id: str) -> Partner | None:
    """The app, where it exists, is active and did not expire."""
    return working_apps().filter(app_id=app_id).select_related("owner").first()


def known(app_id: str) -> bool:
    """Whether there is such an app, in whatever state but deleted."""
    return Partner.objects.filter(app_id=app_id).exclude(status=Status.DELETED).exists()


def working_apps(now: datetime | None = None) -> QuerySet[Partner]:
    """Those that are active and did not expire."""
    return Partner.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now or clock.now()), status=Status.ACTIVE)


def callbacks_of(realm: str) -> Callbacks | None:
    """Whom a working app wants to be asked."""
    return Callbacks.objects.filter(partner__in=working_apps(), partner__app_id=realm).select_related("partner").first()


def quit_sync(*, realm: str) -> str:
    """Port `quit_sync`: what a person's other clients do when they leave a group at one; "" where nobody chose."""
    return Partner.objects.filter(app_id=realm).values_list("quit_sync", flat=True).first() or ""


def asks_about_messages(*, realm: str) -> bool:
    """Port of that name: whether an app decides about each message of its people."""
    callbacks = callbacks_of(realm)
    return bool(callbacks and callbacks.messages)


def lets_in_origin(*, origin: str) -> bool:
    """Port `lets_in_origin`: whether pages of that origin belong to a working app."""
    return origin in cache.get_or_set(ORIGINS, _origins, ORIGINS_KEPT)


def embedding(channel: Channel) -> list[str]:
    """The origins that may show this channel in a frame, besides the house: those of its app; of a channel of the site
    those of its owner's apps."""
    whose = {"app_id": channel.realm} if channel.realm else {"owner_id": channel.owner_id}
    return sorted(
        {one for origins in working_apps().filter(**whose).values_list("origins", flat=True) for one in origins}
    )


def _origins() -> list[str]:
    return sorted({origin for origins in working_apps().values_list("origins", flat=True) for origin in origins})


def webhooks_of(actor: Actor, app_id: str = "") -> QuerySet[Webhook]:
    """Of one app, or of all that are the account's. Raises NotFound, LoginRequired."""
    apps = [app_for(actor, app_id)] if app_id else apps_of(actor)
    return Webhook.objects.filter(partner__in=apps).select_related("partner__owner")


def webhook_for(actor: Actor, wid: str, *, lock: bool = False) -> Webhook:
    """Raises NotFound for one of somebody else's app; staff with the right see every one."""
    everywhere = holds(actor, "partners.change_webhook")
    rows = Webhook.objects.select_related("partner__owner") if everywhere else webhooks_of(actor)
    hook = (rows.select_for_update(of=("self",)) if lock else rows).filter(wid=wid).first()
    if hook is None:
        raise NotFound()
    audit.by_staff(actor, hook, own=lambda: actor.pk == hook.partner.owner_id)
    return hook


def delivery_for(actor: Actor, wid: str, mid: str) -> Delivery:
    row = webhook_for(actor, wid).deliveries.select_related("webhook__partner__owner").filter(mid=mid).first()
    if row is None:
        raise NotFound()
    return row
