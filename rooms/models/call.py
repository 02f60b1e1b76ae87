"""A private call between a viewer and the host, and what each of them is prepared for."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import room_key, short_id
from rooms.flows import IN_CALL, CallState
from rooms.models.channel import Channel


class CallKind(models.TextChoices):
    VIDEO = "video", _("video call")
    AUDIO = "audio", _("voice call")


class CallSetup(models.Model):
    """What a person is prepared for: without it they neither call nor are called. Replaced as a whole."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="call_setup")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    timeout = models.PositiveIntegerField(null=True)  # ms that a call of theirs rings; null: the channel's
    extension = models.JSONField(default=dict, blank=True)
    wait_for_frame = models.BooleanField(default=True)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user} · {self.channel.title}"


class Call(models.Model):
    """`room_key` names a room of the media engine that no other call ever had. Both people are in it by a stay of the
    role `call`."""

    call_id = models.CharField(_("call id"), max_length=16, unique=True, default=short_id, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="calls", verbose_name=_("channel"))
    caller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("caller"))
    host = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("host"))
    kind = models.CharField(_("kind"), max_length=8, choices=CallKind)
    extension = models.JSONField(default=dict, blank=True, editable=False)
    room_key = models.CharField(max_length=32, unique=True, default=room_key, editable=False)
    wait_for_frame = models.BooleanField(default=True, editable=False)
    caller_frame_at = models.DateTimeField(null=True, editable=False)
    host_frame_at = models.DateTimeField(null=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=CallState)
    since = models.DateTimeField(null=True)
    deadline = models.DateTimeField(_("until"), null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("rang"))
    connected_at = models.DateTimeField(_("connected"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("ended by")
    )
    end_reason = models.CharField(_("why it ended"), max_length=24, blank=True, default="")
    # Metering, as of a stay.
    price = models.PositiveIntegerField(_("coins a minute"), default=0)
    share = models.PositiveSmallIntegerField(_("the host's share, per cent"), default=0)
    metered_from = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(_("minutes settled"), default=0)
    next_minute_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("private call")
        verbose_name_plural = _("private calls")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["host"], condition=Q(state__in=IN_CALL), name="one_call_a_host"),
            models.UniqueConstraint(fields=["caller"], condition=Q(state__in=IN_CALL), name="one_call_a_caller"),
            models.CheckConstraint(condition=~Q(caller=models.F("host")), name="call_of_two"),
        ]
        indexes = [
            models.Index(fields=["deadline"], condition=Q(deadline__isnull=False), name="call_due"),
            models.Index(fields=["next_minute_at"], condition=Q(next_minute_at__isnull=False), name="call_minute_due"),
        ]

    def __str__(self) -> str:
        return f"{self.caller} · {self.host} · {self.get_state_display()}"
