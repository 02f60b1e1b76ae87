"""The person and the outbox: what every other app refers to."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core import verbs
from core.ids import short_id

SESSION_SALT = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"


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
    sign_outs = models.PositiveIntegerField(default=0, editable=False)  # part of what every session rests on
    erased_at = models.DateTimeField(_("deleted"), null=True, editable=False)  # the account; see services/farewell.py

    # On the copy that a request or a socket has:
    address = ""  # where they come from
    door = ""  # and by which door (Door)
    by_server = False  # whether their app's own server speaks for them
    unproven = False  # of the staff, without the second step that the house asks for (core/staff_door.py)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(fields=["realm", "uid"], name="user_uid_in_realm")]

    def save(self, *args, **kwargs) -> None:
        self.uid = self.uid or self.username
        super().save(*args, **kwargs)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return not self.unproven and super().has_perm(perm, obj)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Signing out everywhere ends every session at once, wherever it is kept."""
        rests_on = f"{self.password}:{self.sign_outs}" if self.sign_outs else self.password
        return salted_hmac(SESSION_SALT, rests_on, secret=secret, algorithm="sha256").hexdigest()

    def __str__(self) -> str:
        return self.nick or self.uid

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class SignIn(models.Model):
    """Where somebody signed in: for them and for staff to see. It ends with a goodbye or by signing out everywhere."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins", verbose_name=_("person"))
    mark = models.CharField(max_length=16, unique=True, editable=False)  # core/sessions.py
    address = models.GenericIPAddressField(_("address"), null=True)
    device = models.CharField(_("device"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user} · {self.created_at:%Y-%m-%d %H:%M}"


class Letter(models.Model):
    """What the house says to one person, and keeps until they have read it (core/letters.py)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="letters", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=16)
    facts = models.JSONField(_("data"), default=dict)
    created_at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-id"]
        default_permissions = []
        indexes = [models.Index(fields=["user"], condition=models.Q(read_at=None), name="letter_unread")]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"


class Event(models.Model):
    """The outbox: a fact, written in the transaction that made it true. Webhooks are fed from here."""

    name = models.CharField(_("name"), max_length=64)
    realm = models.CharField(_("realm"), max_length=32, blank=True, default="")
    subject = models.CharField(_("subject"), max_length=128)
    data = models.JSONField(_("data"), default=dict)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)
    fanned_out = models.BooleanField(default=False, editable=False)  # whoever wants to hear of it is written down

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject", "id"], name="event_by_subject"),
            models.Index(fields=["id"], condition=models.Q(fanned_out=False), name="event_to_fan_out"),
        ]

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


class Figure(models.Model):
    """How the house stood in one minute, by one of settings.SERIES. Kept for a while, for charts."""

    name = models.CharField(max_length=32)
    at = models.DateTimeField(db_index=True)  # the minute's beginning
    value = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "at"], name="figure_once_a_minute")]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}: {self.value}"


class Door(models.TextChoices):
    ADMIN = "admin", _("staff pages")
    PAGE = "page", _("a page of the site")
    REST = "rest", _("REST")
    SOCKET = "socket", _("socket")


class AuditRow(models.Model):
    """What somebody of the staff did. It stands by itself: neither the person nor the thing need still be there."""

    append_only = True

    at = models.DateTimeField(_("at"), db_index=True)
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    who_name = models.CharField(_("who"), max_length=200)
    address = models.GenericIPAddressField(_("address"), null=True)
    door = models.CharField(_("door"), max_length=8, choices=Door, blank=True)
    verb = models.CharField(_("verb"), max_length=64)
    kind = models.CharField(_("kind"), max_length=64)  # app.model
    key = models.CharField(_("key"), max_length=64, blank=True)
    name = models.CharField(_("what"), max_length=200)
    asked = models.JSONField(_("what was asked"), default=dict)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("audit row")
        verbose_name_plural = _("audit rows")
        ordering = ["-id"]
        default_permissions = ["view"]
        permissions = [("export_auditrow", "Can export audit log")]
        indexes = [
            models.Index(fields=["kind", "key", "id"], name="audit_of_a_thing"),
            models.Index(fields=["who", "id"], name="audit_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.who_name}: {verbs.words(self.verb)} {self.name}"


class GivenRight(models.Model):
    """A right that the table of staff groups gave to a group, once (core.staff_groups)."""

    group = models.CharField(max_length=150)
    right = models.CharField(max_length=120)  # app.codename

    class Meta:
        verbose_name = _("right given")
        verbose_name_plural = _("rights given")
        default_permissions = []
        constraints = [models.UniqueConstraint(fields=["group", "right"], name="right_given_once")]

    def __str__(self) -> str:
        return f"{self.group}: {self.right}"
