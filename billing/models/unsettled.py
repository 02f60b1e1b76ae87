"""What could not be settled, until it is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class What(models.TextChoices):
    MINUTES = "minutes", _("minutes of a stay")
    TRAFFIC = "traffic", _("traffic of a show")


class Unsettled(models.Model):
    """One stay or show (`subject`) that is left out of everybody's settlement, because it would fail with it."""

    what = models.CharField(_("what"), max_length=8, choices=What)
    subject = models.CharField(_("of"), max_length=32)
    error = models.CharField(_("why"), max_length=200)
    tries = models.PositiveIntegerField(_("tries"), default=1)
    since = models.DateTimeField(_("since"))
    tried_at = models.DateTimeField(_("last tried"))

    class Meta:
        verbose_name = _("unsettled")
        verbose_name_plural = _("unsettled")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["what", "subject"], name="unsettled_once")]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.subject}"
