"""What may be given to a host."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Effect(models.TextChoices):
    NONE = "none", _("a line in the chat")
    BANNER = "banner", _("a banner")
    STAGE = "stage", _("over the whole stage")


class Gift(models.Model):
    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=40)
    icon = models.CharField(_("icon"), max_length=16)
    price = models.PositiveIntegerField(_("coins"), validators=[MinValueValidator(1)])
    effect = models.CharField(_("effect"), max_length=8, choices=Effect, default=Effect.NONE)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        ordering = ["position", "price"]
        constraints = [models.CheckConstraint(condition=Q(price__gt=0), name="gift_costs_something")]

    def __str__(self) -> str:
        return f"{self.icon} {self.name}"
