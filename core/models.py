"""The person and the outbox: what every other app refers to."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import short_id


def avatar_path(user: "User", filename: str) -> str:
    return f"avatars/{short_id()}.webp"


class User(AbstractUser):
    """A person of the site (realm "") or of a third-party app (realm = the app's id).

    `uid` is what the outside calls them, unique within the realm. `username` is what they sign in with: the uid
    for people of the site; `realm:uid`, with no usable password, for people of an app."""

    first_name = None
    last_name = None
    realm = models.CharField(_("realm"), max_length=32, blank=True, default="", editable=False)
    uid = models.CharField(_("user id"), max_length=128, editable=False)
    nick = models.CharField(_("nickname"), max_length=40, blank=True, default="")
    avatar = models.ImageField(_("picture"), upload_to=avatar_path, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True, default="")

    # On the copy that a request or a socket has:
    address = ""  # where they come from
    by_server = False  # whether their app's own server speaks for them

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(fields=["realm", "uid"], name="user_uid_in_realm")]

    def save(self, *args, **kwargs) -> None:
        self.uid = self.uid or self.username
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.nick or self.uid

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class Event(models.Model):
    """The outbox: a fact, written in the transaction that made it true. Webhooks are fed from here."""

    name = models.CharField(_("name"), max_length=64)
    realm = models.CharField(_("realm"), max_length=32, blank=True, default="")
    subject = models.CharField(_("subject"), max_length=128)
    data = models.JSONField(_("data"), default=dict)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject", "id"], name="event_by_subject")]

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"


class KeyedCall(models.Model):
    """A call with an Idempotency-Key: under way while `status` is NULL, afterwards what it was answered."""

    person = models.CharField(max_length=40)  # core.actors.person_key
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=64)
    body_hash = models.CharField(max_length=64)
    attempt = models.CharField(max_length=16)  # who holds it, while it is under way
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)
    begun_at = models.DateTimeField()

    class Meta:
        verbose_name = _("keyed call")
        verbose_name_plural = _("keyed calls")
        constraints = [models.UniqueConstraint(fields=["person", "path", "key"], name="call_key_once")]

    def __str__(self) -> str:
        return f"{self.path} {self.key}"
