"""The one row in which a due minute ends, or a gigabyte of traffic."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.account import Account, Permanent


class Outcome(models.TextChoices):
    CHARGED = "charged", _("charged")
    INSUFFICIENT = "insufficient", _("too few coins")
    WAIVED = "waived", _("waived")


class Minute(models.Model):
    """`key` is `play:<stay>:<n>`, `upload:<stay>:<n>`, `call:<call>:<n>` or, of a gigabyte, `traffic:<show>:<n>`.
    `batch` names the settlement behind it."""

    append_only = True

    key = models.CharField(_("key"), max_length=64, unique=True)
    payer = models.ForeignKey(Account, models.PROTECT, null=True, related_name="minutes", verbose_name=_("payer"))
    kind = models.CharField(_("kind"), max_length=16)
    subject = models.CharField(_("subject"), max_length=32, db_index=True)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome)
    amount = models.BigIntegerField(_("coins"), default=0)
    reason = models.CharField(_("why"), max_length=24, blank=True, default="")
    batch = models.CharField(max_length=16, editable=False)
    began_at = models.DateTimeField(_("began"))
    created_at = models.DateTimeField(_("settled"))

    objects = Permanent.as_manager()

    class Meta:
        verbose_name = _("minute")
        verbose_name_plural = _("minutes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["outcome", "created_at"], name="minute_by_outcome")]

    def __str__(self) -> str:
        return f"{self.key}: {self.get_outcome_display()} {self.amount or ''}".strip()
