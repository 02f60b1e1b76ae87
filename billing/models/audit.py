"""What the sums said, and whether billing stands still because of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Audit(models.Model):
    """While a failed audit is not cleared, nothing is billed."""

    passed = models.BooleanField(_("passed"))
    findings = models.JSONField(_("findings"), default=list)
    created_at = models.DateTimeField(_("at"))
    cleared_at = models.DateTimeField(_("cleared"), null=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("cleared by")
    )

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(_("passed") if self.passed else _("sums differ"))
