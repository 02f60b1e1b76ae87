"""Coins. Amounts are whole coins; a transfer from one account to another is already balanced."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Account(models.Model):
    """A person's coins, or, without an owner, one of the house's own accounts, known by its name."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=32, blank=True, default="")
    balance = models.BigIntegerField(_("coins"), default=0)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(condition=Q(owner=None) | Q(balance__gte=0), name="no_debt"),
            models.UniqueConstraint(fields=["name"], condition=Q(owner=None), name="one_house_account_of_a_name"),
        ]

    def __str__(self) -> str:
        return str(self.owner) if self.owner else self.name


class Transfer(models.Model):
    """Coins that moved. Never changed, never deleted: a correction is an opposite transfer."""

    key = models.CharField(_("key"), max_length=128, unique=True)
    source = models.ForeignKey(Account, models.PROTECT, related_name="spent", verbose_name=_("from"))
    target = models.ForeignKey(Account, models.PROTECT, related_name="received", verbose_name=_("to"))
    amount = models.BigIntegerField(_("coins"))
    kind = models.CharField(_("kind"), max_length=16)
    memo = models.CharField(_("memo"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_moves_something"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="transfer_moves_somewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}: {self.source} → {self.target}"
