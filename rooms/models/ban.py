"""A rule that keeps people out, or off the air."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.models.channel import Channel


class Privilege(models.TextChoices):
    """What a rule takes away. The names are the vendor's."""

    JOIN = "join_channel", _("coming in")
    AUDIO = "publish_audio", _("being heard")
    VIDEO = "publish_video", _("being seen")


class Ban(models.Model):
    """It concerns whoever fits all of what is named: a channel, a person, an address. `until` NULL is for good."""

    channel = models.ForeignKey(
        Channel, models.CASCADE, null=True, blank=True, related_name="bans", verbose_name=_("channel")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    privileges = models.JSONField(_("takes away"), default=list)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("since"))
    updated_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__isnull=False) | Q(user__isnull=False) | Q(address__isnull=False),
                name="ban_names_somebody",
            )
        ]
        indexes = [models.Index(fields=["user", "until"], name="ban_of_person")]

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.channel, self.user, self.address) if part)
