"""Endpoints of an app's server, and every message that is or was to reach them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import short_id
from core.sealed import SealedField
from partners.flows import UNDER_WAY, DeliveryState
from partners.models.partner import Partner

MOST_WEBHOOKS = 20  # that one app has at a time


class Shape(models.TextChoices):
    STANDARD = "standard", "Standard Webhooks"
    AGORA = "agora", "Agora"
    IM = "im", "IM"


class WebhookStatus(models.TextChoices):
    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused by its app")
    DISABLED = "disabled", _("switched off by the house")


class OffReason(models.TextChoices):
    GONE = "gone", _("it answered 410, gone")
    FAILING = "failing", _("it failed for five days")
    STAFF = "staff", _("by staff")


class Webhook(models.Model):
    """Where an app hears what happens in its realm. `events` are names of the shape's catalogue, or "*"."""

    wid = models.CharField(_("webhook id"), max_length=16, unique=True, default=short_id, editable=False)
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="webhooks", verbose_name=_("app"))
    url = models.CharField(_("address"), max_length=2000)
    shape = models.CharField(_("shape"), max_length=8, choices=Shape, default=Shape.STANDARD)
    events = models.JSONField(_("events"), default=list)
    hears_site = models.BooleanField(_("hears the site itself"), default=False)
    secret = SealedField()
    old_secret = SealedField()  # signs beside the new one until then
    old_secret_until = models.DateTimeField(null=True, editable=False)
    status = models.CharField(_("status"), max_length=8, choices=WebhookStatus, default=WebhookStatus.ACTIVE)
    off_reason = models.CharField(_("why it is off"), max_length=8, choices=OffReason, blank=True, default="")
    failing_since = models.DateTimeField(_("failing since"), null=True)
    succeeded_at = models.DateTimeField(_("last success"), null=True)
    last_error = models.CharField(_("last failure"), max_length=120, blank=True, default="")
    created_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(status__in=WebhookStatus.values), name="webhook_status")]

    def __str__(self) -> str:
        return f"{self.url} ({self.wid})"


class Delivery(models.Model):
    """One message for one endpoint. `mid` and `body` stay what they are, however often it is tried; `log` holds the
    last tries."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    mid = models.CharField(_("message id"), max_length=40)
    name = models.CharField(_("event"), max_length=64)
    subject = models.CharField(_("subject"), max_length=128)
    body = models.TextField(_("body"))
    state = models.CharField(_("state"), max_length=9, choices=DeliveryState, default=DeliveryState.WAITING)
    since = models.DateTimeField(null=True)
    deadline = models.DateTimeField(_("next try"), null=True)
    version = models.PositiveIntegerField(default=1)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    last_error = models.CharField(_("error"), max_length=120, blank=True, default="")
    last_ms = models.PositiveIntegerField(_("took, ms"), null=True)
    log = models.JSONField(default=list)
    created_at = models.DateTimeField(_("made"), db_index=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["webhook", "mid"], name="delivery_once")]
        indexes = [
            models.Index(fields=["deadline", "webhook"], condition=Q(state__in=UNDER_WAY), name="delivery_due"),
            models.Index(
                fields=["webhook", "subject", "id"], condition=Q(state__in=UNDER_WAY), name="delivery_in_turn"
            ),
            models.Index(fields=["webhook", "-id"], name="delivery_of_webhook"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.mid}"
