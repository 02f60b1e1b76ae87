"""What an encoder opens a channel with."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from rooms.models.channel import Channel


class StreamKey(models.Model):
    """A channel has one at most; the house keeps its hash (core/keys.py) and the `prefix` by which it is found."""

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="stream_key", verbose_name=_("channel"))
    prefix = models.CharField(_("begins with"), max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("made"))
    used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    class Meta:
        verbose_name = _("stream key")
        verbose_name_plural = _("stream keys")

    def __str__(self) -> str:
        return f"{self.prefix}…"
