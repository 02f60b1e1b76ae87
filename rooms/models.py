"""What a show is made of. Rules live in access and services, states in flows; constraints here settle races."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import Gift
from chat.models import Group
from core.ids import room_key, short_id
from rooms.flows import OPEN, ChannelState, StayState

MOST_PEOPLE = 100_000


class Kind(models.TextChoices):
    GLOBAL_PUBLIC = "GLOBAL_PUBLIC", _("Everyone")
    LOGIN_PUBLIC = "LOGIN_PUBLIC", _("Signed-in people")
    GROUP_PUBLIC = "GROUP_PUBLIC", _("Members of a group")
    LOGIN_SPECIFY = "LOGIN_SPECIFY", _("People on a list")
    GROUP_SPECIFY = "GROUP_SPECIFY", _("Members on a list")


GROUP_KINDS = (Kind.GROUP_PUBLIC, Kind.GROUP_SPECIFY)
SPECIFY_KINDS = (Kind.LOGIN_SPECIFY, Kind.GROUP_SPECIFY)


class Source(models.TextChoices):
    UPLOAD = "UPLOAD", _("A host's device")
    PROXY = "PROXY", _("A pulled stream")


class Category(models.TextChoices):
    MUSIC = "music", _("Music")
    CRAFT = "craft", _("Craft")
    OUTDOORS = "outdoors", _("Outdoors")
    GAMES = "games", _("Games")
    CLASSROOM = "classroom", _("Classroom")
    MARKET = "market", _("Market")
    TALK = "talk", _("Talk")


def cover_path(channel: "Channel", filename: str) -> str:
    return f"covers/{short_id()}.webp"


class Channel(models.Model):
    """The broadcast: one place on the site where a host goes live."""

    realm = models.CharField(_("realm"), max_length=32, blank=True, default="", editable=False)
    cid = models.CharField(_("channel id"), max_length=16, unique=True, default=short_id, editable=False)
    external_id = models.CharField(_("the app's id"), max_length=128, null=True, blank=True, editable=False)
    kind = models.CharField(_("open to"), max_length=16, choices=Kind, default=Kind.GLOBAL_PUBLIC)
    source = models.CharField(_("source"), max_length=8, choices=Source, default=Source.UPLOAD)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="channels", verbose_name=_("host"))
    group = models.ForeignKey(
        Group, models.SET_NULL, null=True, blank=True, related_name="channels", verbose_name=_("chat group")
    )
    title = models.CharField(_("title"), max_length=120)
    cover = models.ImageField(_("cover"), upload_to=cover_path, blank=True)
    category = models.CharField(_("category"), max_length=16, choices=Category, blank=True, default="")
    max_people = models.PositiveIntegerField(
        _("places"), default=0, validators=[MaxValueValidator(MOST_PEOPLE)], help_text=_("0 = no limit")
    )
    specify = models.JSONField(_("the list"), default=list, blank=True, help_text=_("user ids"))
    extra = models.TextField(_("extra"), max_length=8192, blank=True, default="")
    open_upload = models.BooleanField(_("anyone signed in may go on the air"), default=False)
    room_key = models.CharField(max_length=32, unique=True, default=room_key, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=ChannelState, default=ChannelState.IDLE, editable=False)
    since = models.DateTimeField(null=True, editable=False)  # in this state; flow.advance keeps it
    deadline = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["realm", "external_id"], name="channel_external_id_in_realm"),
            models.CheckConstraint(condition=Q(max_people__lte=MOST_PEOPLE), name="channel_max_people"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="channel_kind"),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="channel_by_state")]

    def __str__(self) -> str:
        return f"{self.title} ({self.cid})"

    def get_absolute_url(self) -> str:
        return f"/c/{self.cid}/"


class UploadGrant(models.Model):
    """The owner lets this person go on the air."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="grants", verbose_name=_("channel"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"))
    created_at = models.DateTimeField(_("given"), auto_now_add=True)

    class Meta:
        verbose_name = _("upload right")
        verbose_name_plural = _("upload rights")
        constraints = [models.UniqueConstraint(fields=["channel", "user"], name="grant_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.channel}"


class Follow(models.Model):
    """Somebody wants to hear of this channel."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="follows", verbose_name=_("channel"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"))
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [models.UniqueConstraint(fields=["channel", "user"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.channel}"


class Role(models.TextChoices):
    VIEWER = "viewer", _("viewer")
    UPLOADER = "uploader", _("on the air")


class Origin(models.TextChoices):
    SOCKET = "socket", _("browser")
    HLS = "hls", "HLS"
    AEC = "aec", "AEC"
    AGORA = "agora", "Agora"
    WHIP = "whip", "WHIP"


class Stay(models.Model):
    """One person's presence in a channel in one role: a lease, renewed by signs of life.

    `person` is core.actors.person_key; `connection` names the tab that holds the stay."""

    sid = models.CharField(max_length=16, unique=True, default=short_id, editable=False)
    channel = models.ForeignKey(  # no index of its own: it would draw SQLite away from the two below
        Channel, models.CASCADE, related_name="stays", verbose_name=_("channel"), db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("person"))
    person = models.CharField(_("person key"), max_length=40)
    role = models.CharField(_("role"), max_length=8, choices=Role)
    origin = models.CharField(_("origin"), max_length=8, choices=Origin, default=Origin.SOCKET)
    platform = models.CharField(_("platform"), max_length=16, blank=True, default="")
    connection = models.CharField(max_length=32, blank=True, default="")
    state = models.CharField(_("state"), max_length=8, choices=StayState)
    since = models.DateTimeField(null=True)  # in this state
    deadline = models.DateTimeField(_("until"), null=True)
    version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(_("from"))
    last_seen = models.DateTimeField(_("last seen"))
    last_seq = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(_("to"), null=True)
    end_reason = models.CharField(_("why it ended"), max_length=24, blank=True, default="")
    # Metering: the terms it was begun under, and which minute is due when. See services/metering.py.
    price = models.PositiveIntegerField(_("coins a minute"), default=0)
    share = models.PositiveSmallIntegerField(_("the host's share, per cent"), default=0)
    metered_from = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(_("minutes settled"), default=0)
    next_minute_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("stay")
        verbose_name_plural = _("stays")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "person", "role"], condition=Q(state__in=OPEN), name="stay_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["deadline"], condition=Q(state__in=OPEN), name="stay_due"),
            models.Index(fields=["next_minute_at"], condition=Q(next_minute_at__isnull=False), name="stay_minute_due"),
            models.Index(fields=["channel", "role", "state"], name="stay_in_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.user or _('guest')} · {self.get_role_display()} · {self.channel.title}"


class Broadcast(models.Model):
    """One show, from going live to stopping, with its figures."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="broadcasts", verbose_name=_("channel"))
    title = models.CharField(_("title"), max_length=120)
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("to"), null=True)
    peak = models.PositiveIntegerField(_("most viewers"), default=0)
    likes_before = models.PositiveBigIntegerField(default=0, editable=False)
    likes = models.PositiveBigIntegerField(_("likes"), default=0)
    vouchers = models.PositiveIntegerField(_("vouchers"), default=0)
    inquiries = models.PositiveIntegerField(_("inquiries"), default=0)
    messages = models.PositiveIntegerField(_("messages"), default=0)
    gifts = models.PositiveIntegerField(_("gifts"), default=0)
    income = models.PositiveBigIntegerField(_("the host's coins"), default=0)

    class Meta:
        verbose_name = _("show")
        verbose_name_plural = _("shows")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["channel"], condition=Q(ended_at=None), name="one_show_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.started_at:%Y-%m-%d %H:%M}"


class GiftSent(models.Model):
    """A gift or a red packet that was paid for. `income` is what the host got of its coins."""

    key = models.CharField(max_length=128, unique=True)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="gifts", verbose_name=_("channel"))
    show = models.ForeignKey(Broadcast, models.PROTECT, null=True, related_name="given", verbose_name=_("show"))
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("from"))
    host = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("to"))
    kind = models.CharField(_("kind"), max_length=16)
    gift = models.ForeignKey(Gift, models.PROTECT, null=True, related_name="+", verbose_name=_("gift"))
    quantity = models.PositiveIntegerField(_("how many"), default=1)
    coins = models.PositiveBigIntegerField(_("coins"))
    income = models.PositiveBigIntegerField(_("of it the host's"))
    combo = models.CharField(_("combo"), max_length=40, blank=True, default="")
    words = models.CharField(_("words"), max_length=80, blank=True, default="")
    created_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("gift sent")
        verbose_name_plural = _("gifts sent")
        ordering = ["-id"]
        indexes = [models.Index(fields=["channel", "created_at"], name="gift_in_channel")]

    def __str__(self) -> str:
        return f"{self.sender}: {self.gift or self.kind} x {self.quantity}"
