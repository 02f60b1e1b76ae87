"""Where an app's own server is asked before something happens on its channels."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.sealed import SealedField
from partners.models.partner import Partner


class Silence(models.TextChoices):
    """What is done when the app's server says nothing in time, or nothing that can be understood."""

    LET = "let", _("let it happen")
    REFUSE = "refuse", _("refuse it")


class Callbacks(models.Model):
    """An empty address asks nobody. `messages` is asked as the IM vendor asks, `permissions` as the AEC vendor does."""

    partner = models.OneToOneField(Partner, models.CASCADE, primary_key=True, verbose_name=_("app"))
    messages = models.URLField(_("before a message"), max_length=2000, blank=True, default="")
    permissions = models.URLField(
        _("before somebody watches or goes on the air"), max_length=2000, blank=True, default=""
    )
    token = SealedField()  # signs what is asked about messages; "" signs nothing
    silence = models.CharField(_("without an answer"), max_length=6, choices=Silence, default=Silence.LET)

    class Meta:
        verbose_name = _("callbacks")
        verbose_name_plural = _("callbacks")

    def __str__(self) -> str:
        return str(self.partner)
