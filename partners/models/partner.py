"""A third-party app, and the keys its servers call with."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.sealed import SealedField

AGORA_API = "https://api.agora.io"
MOST_APPS = 100  # that one account has at a time


class Status(models.TextChoices):
    ACTIVE = "active", _("active")
    DISABLED = "disabled", _("disabled")
    DELETED = "deleted", _("deleted")


class QuitSync(models.TextChoices):
    """What a person's other clients do when they leave a group at one of them."""

    INDEPENDENT = "independent", _("they stay")
    SYNCED = "synced", _("they leave as well")


class Partner(models.Model):
    """An app. `app_id` is a number, as the vendors' SDKs want it, and the realm of its people, channels and groups.

    A deleted app leaves its row: the ledger speaks of it, and its id never comes again."""

    app_id = models.CharField(_("app id"), max_length=10, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="apps", verbose_name=_("owner"))
    name = models.CharField(_("name"), max_length=60)
    version = models.CharField(_("version"), max_length=20, blank=True, default="")
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ACTIVE, editable=False)
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    origins = models.JSONField(_("its pages"), default=list, blank=True, help_text=_("origins, as https://example.com"))
    addresses = models.JSONField(
        _("its servers"), default=list, blank=True, help_text=_("addresses or networks; none: any")
    )
    quit_sync = models.CharField(
        _("other clients of a person"), max_length=11, choices=QuitSync, default=QuitSync.INDEPENDENT
    )
    usersig_key = SealedField()
    guard_token = SealedField()  # AEC; "" asks for no signature
    agora_secret = SealedField()
    # Whose media are Agora's: how its kicking rules are reached.
    agora_app_id = models.CharField(_("Agora's app id"), max_length=64, blank=True, default="")
    agora_customer_id = models.CharField(_("Agora's customer id"), max_length=64, blank=True, default="")
    agora_customer_secret = SealedField()
    agora_api_url = models.URLField(_("Agora's API"), max_length=200, default=AGORA_API)
    im_admin = models.CharField(_("administrator of the IM door"), max_length=128, default="administrator")

    class Meta:
        verbose_name = _("app")
        verbose_name_plural = _("apps")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(status__in=Status.values), name="app_status")]

    def __str__(self) -> str:
        return f"{self.name} ({self.app_id})"

    @property
    def kicks_at_agora(self) -> bool:
        return bool(self.agora_app_id and self.agora_customer_id and self.agora_customer_secret)


class ApiKey(models.Model):
    """256 random bits, of which the house keeps a hash. `prefix` is the part by which it is found and named."""

    has_own_rate = True  # however many of an app's people its server speaks for

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="keys", verbose_name=_("app"))
    prefix = models.CharField(_("begins with"), max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.prefix}…"
