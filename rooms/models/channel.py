"""The broadcast, and who may go on the air in it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.models import Group
from core.ids import room_key, short_id
from core.sealed import SealedField
from rooms.flows import ChannelState

MOST_PEOPLE = 100_000
MOST_SEATS = 9  # on the air beside the owner
SHORTEST_ASK, LONGEST_ASK = 5, 600  # seconds


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


class Delivery(models.TextChoices):
    """How a show reaches its viewers, unless theirs is another choice or one of the two does not work for them."""

    WEBRTC = "webrtc", _("Under a second")
    HLS = "hls", _("A few seconds behind")


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
    delivery = models.CharField(_("delay"), max_length=8, choices=Delivery, default=Delivery.WEBRTC)
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
    source_url = SealedField(_("where it is pulled from"))  # may hold a password; rooms/services/pulls.py
    open_upload = models.BooleanField(_("anyone signed in may go on the air"), default=False)
    seats = models.PositiveSmallIntegerField(
        _("seats on the mic"), default=MOST_SEATS, validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)]
    )
    seat_seconds = models.PositiveSmallIntegerField(
        _("seconds a request for a seat waits"),
        default=60,
        validators=[MinValueValidator(SHORTEST_ASK), MaxValueValidator(LONGEST_ASK)],
    )
    ring_seconds = models.PositiveSmallIntegerField(
        _("seconds a private call rings"), default=15, validators=[MinValueValidator(5), MaxValueValidator(120)]
    )
    auto_accept_calls = models.BooleanField(_("private calls are answered by themselves"), default=True)
    record = models.BooleanField(_("shows are recorded"), default=False)
    frozen_at = models.DateTimeField(_("frozen"), null=True, editable=False)  # held back by staff: services/control.py
    frozen_why = models.CharField(max_length=200, blank=True, default="", editable=False)
    seat_locks = models.JSONField(default=dict, blank=True, editable=False)  # {"3": ["seat", "audio"]}
    seats_version = models.PositiveIntegerField(default=1, editable=False)
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
        permissions = [("watch_channel", "Can watch every show on the live wall")]
        constraints = [
            models.UniqueConstraint(fields=["realm", "external_id"], name="channel_external_id_in_realm"),
            models.CheckConstraint(condition=Q(max_people__lte=MOST_PEOPLE), name="channel_max_people"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="channel_kind"),
            models.CheckConstraint(condition=Q(delivery__in=Delivery.values), name="channel_delivery"),
            models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=MOST_SEATS), name="channel_seats"),
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
