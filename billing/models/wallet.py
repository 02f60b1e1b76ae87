"""How coins come in and go out: codes, packs and their purchases, payouts."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

PERSON = settings.AUTH_USER_MODEL
WITHOUT_CENTS = (
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "JPY",
    "KMF",
    "KRW",
    "MGA",
    "PYG",
    "RWF",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
)


class RedeemCode(models.Model):
    code = models.CharField(_("code"), max_length=24, unique=True)
    coins = models.PositiveIntegerField(_("coins"))
    note = models.CharField(_("note"), max_length=120, blank=True, default="")
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)
    created_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("made"))
    used_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", verbose_name=_("redeemed by"))
    used_at = models.DateTimeField(_("redeemed"), null=True)

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(coins__gt=0), name="code_is_worth_something")]

    def __str__(self) -> str:
        """Enough to know it again; the whole of it is worth coins."""
        return f"{self.code[:4]}…"


def shown_price(row: "CoinPack | Purchase") -> str:
    """Providers count in the smallest unit: a hundredth, but for currencies that have none."""
    whole = row.currency.upper() in WITHOUT_CENTS
    return f"{row.price:,} {row.currency}" if whole else f"{row.price / 100:,.2f} {row.currency}"


class CoinPack(models.Model):
    coins = models.PositiveIntegerField(_("coins"), validators=[MinValueValidator(1)])
    price = models.PositiveIntegerField(
        _("price"), validators=[MinValueValidator(1)], help_text=_("in the smallest unit of the currency: cents, fen")
    )
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("coin pack")
        verbose_name_plural = _("coin packs")
        ordering = ["coins"]
        constraints = [models.CheckConstraint(condition=Q(coins__gt=0) & Q(price__gt=0), name="pack_is_not_empty")]

    def __str__(self) -> str:
        return f"{self.coins} · {shown_price(self)}"


class PurchaseState(models.TextChoices):
    OPEN = "open", _("begun")
    PAID = "paid", _("paid")
    FAILED = "failed", _("not paid")


class Purchase(models.Model):
    """`reference` is the payment provider's own name for it. What was sold is copied: packs change."""

    key = models.CharField(max_length=64, null=True, unique=True, editable=False)  # the caller's: begun once
    user = models.ForeignKey(PERSON, models.PROTECT, related_name="purchases", verbose_name=_("person"))
    provider = models.CharField(_("paid through"), max_length=16)
    reference = models.CharField(_("reference"), max_length=128, null=True)
    coins = models.PositiveIntegerField(_("coins"))
    price = models.PositiveIntegerField(_("price"))
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(_("state"), max_length=8, choices=PurchaseState, default=PurchaseState.OPEN)
    created_at = models.DateTimeField(_("begun"))
    settled_at = models.DateTimeField(_("settled"), null=True)

    class Meta:
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["provider", "reference"], name="purchase_reference_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.coins}"

    @property
    def shown_price(self) -> str:
        return shown_price(self)


class PayoutState(models.TextChoices):
    ASKED = "asked", _("asked")
    APPROVED = "approved", _("paid out")
    REFUSED = "refused", _("refused")


class Payout(models.Model):
    """A host wants coins as money. They are held from the moment of asking."""

    key = models.CharField(max_length=64, null=True, unique=True, editable=False)  # the caller's: asked for once
    user = models.ForeignKey(PERSON, models.PROTECT, related_name="payouts", verbose_name=_("person"))
    coins = models.PositiveIntegerField(_("coins"))
    note = models.CharField(_("where to"), max_length=200, blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=PayoutState, default=PayoutState.ASKED)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    decided_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by"))
    created_at = models.DateTimeField(_("asked"))
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(coins__gt=0), name="payout_of_something"),
            models.UniqueConstraint(fields=["user"], condition=Q(state=PayoutState.ASKED), name="one_payout_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.coins}"
