"""What is kept of a show to be seen again."""

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.models import Group
from core.ids import short_id
from rooms.flows import RecordingState
from rooms.models.channel import Channel
from rooms.models.show import Broadcast


def cellar() -> Storage:
    """Where films lie: never among the pictures, which are served to everybody."""
    return storages["recordings"]


class Recording(models.Model):
    """A show, or the part of it in which its host wanted it recorded. The film is made from the segments that the show
    left (rooms/relay/render.py), its chat is what the log kept of that time."""

    rid = models.CharField(_("recording id"), max_length=16, unique=True, default=short_id, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="recordings", verbose_name=_("channel"))
    show = models.ForeignKey(Broadcast, models.PROTECT, related_name="recordings", verbose_name=_("show"))
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="+")  # whose words go with it
    title = models.CharField(_("title"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=RecordingState, editable=False)
    since = models.DateTimeField(null=True, editable=False)
    deadline = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("to"), null=True)
    seconds = models.PositiveIntegerField(_("length, seconds"), default=0)
    bytes = models.PositiveBigIntegerField(_("size"), default=0)
    file = models.FileField(_("film"), storage=cellar, max_length=200, blank=True)
    poster = models.FileField(_("cover"), storage=cellar, max_length=200, blank=True)
    # Which moment each part of the film shows: [second of the film, its length, unix time], see rooms/reel.py.
    parts = models.JSONField(default=list, editable=False)
    progress = models.PositiveSmallIntegerField(_("percent done"), default=0)
    error = models.CharField(_("why it failed"), max_length=32, blank=True, default="")
    detail = models.CharField(_("last words"), max_length=400, blank=True, default="")
    keep_until = models.DateTimeField(_("kept until"), null=True)  # NULL: for good

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["show"], condition=Q(state=RecordingState.RECORDING), name="one_recording_at_a_time"
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="recording_progress"),
        ]
        indexes = [
            models.Index(fields=["channel", "state", "-id"], name="recording_of_channel"),
            models.Index(fields=["keep_until"], condition=Q(keep_until__isnull=False), name="recording_kept_until"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.started_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return f"/replay/{self.rid}/"
