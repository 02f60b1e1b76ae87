"""A show and what was given in it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import Gift
from rooms.models.channel import Channel


class Broadcast(models.Model):
    """One show, from going live to stopping, with its figures."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="broadcasts", verbose_name=_("channel"))
    title = models.CharField(_("title"), max_length=120)
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("to"), null=True)
    peak = models.PositiveIntegerField(_("most viewers"), default=0)
    likes_before = models.PositiveBigIntegerField(default=0, editable=False)
    likes = models.PositiveBigIntegerField(_("likes"), default=0)
    vouchers = models.PositiveIntegerField(_("vouchers"), default=0)
    inquiries = models.PositiveIntegerField(_("inquiries"), default=0)
    messages = models.PositiveIntegerField(_("messages"), default=0)
    gifts = models.PositiveIntegerField(_("gifts"), default=0)
    income = models.PositiveBigIntegerField(_("the host's coins"), default=0)
    # Traffic: what was sent to its people, and under which terms the owner pays for it. See services/traffic.py.
    bytes = models.BigIntegerField(_("traffic, bytes"), default=0)
    gigabyte = models.PositiveIntegerField(_("coins a gigabyte"), default=0)
    gigabytes = models.PositiveIntegerField(_("gigabytes settled"), default=0)
    next_gigabyte_at = models.DateTimeField(null=True)  # since when one has begun that is not settled

    class Meta:
        verbose_name = _("show")
        verbose_name_plural = _("shows")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["channel"], condition=Q(ended_at=None), name="one_show_at_a_time")
        ]
        indexes = [
            models.Index(
                fields=["next_gigabyte_at"], condition=Q(next_gigabyte_at__isnull=False), name="show_traffic_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.started_at:%Y-%m-%d %H:%M}"


class GiftSent(models.Model):
    """A gift or a red packet that was paid for. `income` is what the host got of its coins."""

    key = models.CharField(max_length=128, unique=True)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="gifts", verbose_name=_("channel"))
    show = models.ForeignKey(Broadcast, models.PROTECT, null=True, related_name="given", verbose_name=_("show"))
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("from"))
    host = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("to"))
    kind = models.CharField(_("kind"), max_length=16)
    gift = models.ForeignKey(Gift, models.PROTECT, null=True, related_name="+", verbose_name=_("gift"))
    quantity = models.PositiveIntegerField(_("how many"), default=1)
    coins = models.PositiveBigIntegerField(_("coins"))
    income = models.PositiveBigIntegerField(_("of it the host's"))
    combo = models.CharField(_("combo"), max_length=40, blank=True, default="")
    words = models.CharField(_("words"), max_length=80, blank=True, default="")
    created_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("gift sent")
        verbose_name_plural = _("gifts sent")
        ordering = ["-id"]
        indexes = [models.Index(fields=["channel", "created_at"], name="gift_in_channel")]

    def __str__(self) -> str:
        return f"{self.sender}: {self.gift or self.kind} x {self.quantity}"
