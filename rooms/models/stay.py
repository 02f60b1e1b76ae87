"""Presence."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.flow import FOREVER
from core.ids import short_id
from rooms.flows import LEASE, OPEN, StayState
from rooms.models.channel import Channel


class Role(models.TextChoices):
    VIEWER = "viewer", _("viewer")
    UPLOADER = "uploader", _("on the air")
    CALL = "call", _("in a private call")


class Origin(models.TextChoices):
    SOCKET = "socket", _("browser")
    HLS = "hls", "HLS"
    AEC = "aec", "AEC"
    AGORA = "agora", "Agora"
    WHIP = "whip", "WHIP"
    RELAY = "relay", _("pulled stream")


# Who is not a socket of ours is believed for another time: an app's server speaks once a minute, and Agora's tells of
# every end.
LEASES = {Origin.AEC: timedelta(seconds=150), Origin.AGORA: None}
SPEAKS = {Origin.AEC: timedelta(seconds=60)}


def leased_until(origin: str, now: datetime) -> datetime:
    """Until when a stay of this origin is believed that showed a sign of life now; FOREVER for one that needs none."""
    lease = LEASES.get(origin, LEASE)
    return FOREVER if lease is None else now + lease


class Stay(models.Model):
    """One person's presence in a channel in one role: a lease, renewed by signs of life.

    `person` is core.actors.person_key; `connection` names the tab that holds the stay."""

    sid = models.CharField(max_length=16, unique=True, default=short_id, editable=False)
    channel = models.ForeignKey(  # no index of its own: it would draw SQLite away from the two below
        Channel, models.CASCADE, related_name="stays", verbose_name=_("channel"), db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("person"))
    person = models.CharField(_("person key"), max_length=40)
    role = models.CharField(_("role"), max_length=8, choices=Role)
    origin = models.CharField(_("origin"), max_length=8, choices=Origin, default=Origin.SOCKET)
    platform = models.CharField(_("platform"), max_length=16, blank=True, default="")
    connection = models.CharField(max_length=32, blank=True, default="")
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=StayState)
    since = models.DateTimeField(null=True)  # in this state
    deadline = models.DateTimeField(_("until"), null=True)
    version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(_("from"))
    last_seen = models.DateTimeField(_("last seen"))
    last_seq = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(_("to"), null=True)
    end_reason = models.CharField(_("why it ended"), max_length=24, blank=True, default="")
    # Metering: the terms it was begun under, and which minute is due when. See services/metering.py.
    price = models.PositiveIntegerField(_("coins a minute"), default=0)
    share = models.PositiveSmallIntegerField(_("the host's share, per cent"), default=0)
    metered_from = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(_("minutes settled"), default=0)
    next_minute_at = models.DateTimeField(null=True)
    bytes = models.BigIntegerField(_("traffic, bytes"), default=0)  # sent to the person; see services/traffic.py

    class Meta:
        verbose_name = _("stay")
        verbose_name_plural = _("stays")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "person", "role"], condition=Q(state__in=OPEN), name="stay_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["deadline"], condition=Q(state__in=OPEN), name="stay_due"),
            models.Index(fields=["next_minute_at"], condition=Q(next_minute_at__isnull=False), name="stay_minute_due"),
            models.Index(fields=["channel", "role", "state"], name="stay_in_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.user or _('guest')} · {self.get_role_display()} · {self.channel.title}"

    @property
    def serves(self) -> timedelta | None:
        """For how long after a sign of life a minute that begins counts as one in which the person was there; None:
        as long as the stay is up."""
        return SPEAKS.get(self.origin, LEASES.get(self.origin, LEASE))
