"""What things cost. A price is never changed: a new row takes its place, and the old ones are the history."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PriceKind(models.TextChoices):
    UPLOAD = "upload", _("a minute on the air, coins")
    PLAY = "play", _("a minute watched, coins")
    CALL = "call", _("a minute of a private call, coins")
    GIGABYTE = "gigabyte", _("a gigabyte of traffic, coins")
    PREVIEW = "preview", _("free preview, seconds")
    SHARE = "share", _("the host's share, per cent")


class Price(models.Model):
    """Of one place (a channel's cid), else of one host, else of the house. `value` NULL takes the rule of that level
    away again."""

    kind = models.CharField(_("what"), max_length=12, choices=PriceKind)
    place = models.CharField(_("channel"), max_length=32, blank=True, default="")
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("host")
    )
    value = models.PositiveIntegerField(_("value"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind=PriceKind.SHARE) | Q(value__lte=100), name="share_is_per_cent"),
            models.CheckConstraint(condition=Q(place="") | Q(host=None), name="price_of_one_level"),
        ]
        indexes = [models.Index(fields=["kind", "place", "host", "-id"], name="price_now")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value}"
