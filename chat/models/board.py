"""What is drawn on a group's whiteboard."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.group import Group


class Stroke(models.Model):
    """One batch of pen motion, kept for those who come late. `data` is {color, width, points: [[x, y], ...]} each
    between 0 and 1 of the board's width and height."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="strokes", verbose_name=_("group"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("drawn by"))
    data = models.JSONField(_("pen motion"))
    created_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("stroke")
        verbose_name_plural = _("strokes")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.group} #{self.pk}"
