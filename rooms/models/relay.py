"""Work on a channel's media that a worker does outside the servers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import short_id
from rooms.flows import RelayState
from rooms.models.channel import Channel


class RelayKind(models.TextChoices):
    PULL = "pull", _("pulls a stream in")
    OUT = "out", _("makes thumbnails, HLS and recordings")
    RENDER = "render", _("joins a recording")


class Relay(models.Model):
    """One process for one channel (and `subject`, where a channel may have several of the kind). Exactly one worker
    runs it, on whichever machine: `deadline` is how long its word is good, and while it waits, when it is due."""

    rid = models.CharField(max_length=16, unique=True, default=short_id, editable=False)
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="relays", verbose_name=_("channel"))
    kind = models.CharField(_("what it does"), max_length=8, choices=RelayKind)
    subject = models.CharField(max_length=16, blank=True, default="")
    state = models.CharField(_("state"), max_length=8, choices=RelayState)
    since = models.DateTimeField(_("since"), null=True)
    deadline = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    worker = models.CharField(_("worker"), max_length=80, blank=True, default="")
    tries = models.PositiveSmallIntegerField(_("failed tries"), default=0)  # since it last ran well
    error = models.CharField(_("why it failed"), max_length=32, blank=True, default="")  # the last one's code
    detail = models.CharField(_("its last words"), max_length=500, blank=True, default="")
    hls_until = models.DateTimeField(null=True)  # somebody watches by HLS; see services/relays.py

    class Meta:
        verbose_name = _("relay")
        verbose_name_plural = _("relays")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["channel", "kind", "subject"], name="relay_once")]
        indexes = [models.Index(fields=["deadline"], condition=~Q(state=RelayState.STOPPED), name="relay_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.channel.title}"
