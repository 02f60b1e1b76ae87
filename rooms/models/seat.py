"""A place on the mic, from the raised hand to the leaving."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import short_id
from rooms.flows import HELD, SeatState
from rooms.models.channel import MOST_SEATS, Channel


class Seat(models.Model):
    """`number` is the seat that is wished for, and the one that is held once seated. `mic` and `camera` are the
    guest's own switches, `mic_held` and `camera_held` the host's hand on them."""

    rid = models.CharField(_("request id"), max_length=16, unique=True, default=short_id, editable=False)
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="seatings", verbose_name=_("channel"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    number = models.PositiveSmallIntegerField(_("seat"), null=True, blank=True)
    mic = models.BooleanField(_("microphone on"), default=True)
    camera = models.BooleanField(_("camera on"), default=True)
    mic_held = models.BooleanField(_("microphone held by the host"), default=False)
    camera_held = models.BooleanField(_("camera held by the host"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=SeatState)
    since = models.DateTimeField(_("since"))
    deadline = models.DateTimeField(_("until"), null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("asked"))

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "user"], condition=Q(state__in=HELD), name="seat_once_a_person"),
            models.UniqueConstraint(
                fields=["channel", "number"], condition=Q(state=SeatState.SEATED), name="seat_of_one_person"
            ),
            models.CheckConstraint(
                condition=~Q(state=SeatState.SEATED) | Q(number__gte=1, number__lte=MOST_SEATS), name="seat_has_number"
            ),
        ]
        indexes = [
            models.Index(fields=["deadline"], condition=Q(deadline__isnull=False), name="seat_due"),
            models.Index(fields=["channel", "state"], name="seat_in_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.channel.title} · {self.get_state_display()}"
