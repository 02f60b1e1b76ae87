"""What was said, for moderation. What people see comes from the room's history in Redis."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.group import Group


class Priority(models.TextChoices):
    HIGH = "HIGH", _("high")
    NORMAL = "NORMAL", _("normal")
    LOW = "LOW", _("low")
    LOWEST = "LOWEST", _("lowest")


class Kind(models.TextChoices):
    TEXT = "text", _("text")
    FACE = "face", _("emoji")
    CUSTOM = "custom", _("custom")
    VOUCHER = "voucher", _("voucher")
    INQUIRY = "inquiry", _("inquiry")
    GIFT = "gift", _("gift")
    RED_PACKET = "red_packet", _("red packet")
    LIKE = "like", _("like")
    FOLLOW = "follow", _("follow")
    BOARD = "board", _("whiteboard")
    DELETED = "deleted", _("deletion")
    NOTICE = "notice", _("notice")


class MessageState(models.TextChoices):
    SHOWN = "shown", _("shown")
    HELD = "held", _("held for review")
    REFUSED = "refused", _("refused after review")
    DELETED = "deleted", _("deleted")


class Message(models.Model):
    """A held message has no number: it gets one if it is let through."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="messages", verbose_name=_("group"))
    epoch = models.CharField(_("epoch"), max_length=48, null=True, blank=True)
    seq = models.BigIntegerField(_("number"), null=True, blank=True)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("sender"))
    kind = models.CharField(_("kind"), max_length=16)
    priority = models.CharField(_("priority"), max_length=8, choices=Priority, default=Priority.NORMAL)
    payload = models.JSONField(_("content"))
    state = models.CharField(_("state"), max_length=8, choices=MessageState, default=MessageState.SHOWN)
    found = models.JSONField(_("why it was held or masked"), default=list, blank=True)
    created_at = models.DateTimeField(_("at"), db_index=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["group", "epoch", "seq"], name="message_number_once")]
        indexes = [models.Index(fields=["state", "id"], name="message_by_state")]

    def __str__(self) -> str:
        return f"{self.sender}: {self.payload.get('text', self.kind)}"
