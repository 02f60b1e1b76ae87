"""Coins. Amounts are whole coins; a transfer from one account to another is already balanced."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.errors import IllegalMove


class Holder(models.TextChoices):
    PERSON = "person", _("a person")
    APP = "app", _("an app")
    HOUSE = "house", _("the house")


class Account(models.Model):
    """A person's coins, an app's, or one of the house's own accounts, known by its name."""

    holder = models.CharField(_("holder"), max_length=8, choices=Holder, default=Holder.PERSON)
    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("owner")
    )
    realm = models.CharField(_("app"), max_length=32, blank=True, default="")
    name = models.CharField(_("name"), max_length=32, blank=True, default="")
    balance = models.BigIntegerField(_("coins"), default=0)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(condition=Q(holder=Holder.HOUSE) | Q(balance__gte=0), name="no_debt"),
            models.CheckConstraint(
                condition=Q(holder=Holder.PERSON, owner__isnull=False)
                | (~Q(holder=Holder.PERSON) & Q(owner__isnull=True)),
                name="a_persons_account_has_an_owner",
            ),
            models.UniqueConstraint(
                fields=["name"], condition=Q(holder=Holder.HOUSE), name="one_house_account_of_a_name"
            ),
            models.UniqueConstraint(fields=["realm"], condition=Q(holder=Holder.APP), name="one_account_an_app"),
        ]

    def __str__(self) -> str:
        return str(self.owner) if self.owner else self.name or self.realm


class TransferKind(models.TextChoices):
    TOP_UP = "top_up", _("top-up by staff")
    CODE = "code", _("code redeemed")
    PURCHASE = "purchase", _("coins bought")
    PLAY = "play", _("minute watched")
    UPLOAD = "upload", _("minute on the air")
    CALL = "call", _("minute of a call")
    TRAFFIC = "traffic", _("traffic")
    GIFT = "gift", _("gift")
    RED_PACKET = "red_packet", _("red packet")
    HOLD = "hold", _("held for payout")
    RELEASE = "release", _("payout refused")
    PAYOUT = "payout", _("paid out")
    REVERSAL = "reversal", _("reversal")


class Permanent(models.QuerySet):
    """Rows that are only ever added. Triggers in the database say the same."""

    def update(self, **values: object) -> int:
        raise IllegalMove("append_only")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise IllegalMove("append_only")


class Transfer(models.Model):
    """Coins that moved. Never changed, never deleted: a correction is an opposite transfer."""

    append_only = True

    key = models.CharField(_("key"), max_length=128, unique=True)
    source = models.ForeignKey(Account, models.PROTECT, related_name="spent", verbose_name=_("from"))
    target = models.ForeignKey(Account, models.PROTECT, related_name="received", verbose_name=_("to"))
    amount = models.BigIntegerField(_("coins"))
    kind = models.CharField(_("kind"), max_length=16, choices=TransferKind)
    memo = models.CharField(_("memo"), max_length=200, blank=True, default="")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversal", verbose_name=_("reverses")
    )
    created_at = models.DateTimeField(_("at"), db_index=True)

    objects = Permanent.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_moves_something"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="transfer_moves_somewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}: {self.source} → {self.target}"

    def save(self, *args: object, **kwargs: object) -> None:
        if self.pk:
            raise IllegalMove("append_only")
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> None:
        raise IllegalMove("append_only")
