"""What the vendors' servers tell us: every word of it is kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.partner import Partner


class Inlet(models.TextChoices):
    AEC = "aec", "AEC"
    AGORA = "agora", "Agora"
    IM = "im", "IM"


class InboundEvent(models.Model):
    """One call of an app's media or IM server, as it came (`raw`), and what it was answered. `name` is its action or
    event type; `subject` the app's own id of the channel or group; `key` tells repeats of one event."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="inbound", verbose_name=_("app"))
    inlet = models.CharField(_("door"), max_length=8, choices=Inlet)
    name = models.CharField(_("name"), max_length=64, blank=True, default="")
    subject = models.CharField(_("subject"), max_length=128, blank=True, default="")
    key = models.CharField(max_length=128, blank=True, default="")
    raw = models.TextField(_("as it came"))
    answer = models.JSONField(_("answer"), null=True)
    status = models.PositiveSmallIntegerField(_("HTTP status"))
    duplicate = models.BooleanField(_("a repeat"), default=False)
    address = models.GenericIPAddressField(_("address"), null=True)
    at = models.DateTimeField(_("at"))
    took_ms = models.PositiveIntegerField(_("took, ms"), default=0)

    class Meta:
        verbose_name = _("inbound event")
        verbose_name_plural = _("inbound events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["partner", "inlet", "-id"], name="inbound_of_app"),
            models.Index(fields=["partner", "inlet", "key"], name="inbound_by_key"),
        ]

    def __str__(self) -> str:
        return f"{self.inlet} {self.name} {self.subject}"
