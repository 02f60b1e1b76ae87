"""Groups, who belongs to them, and who asked to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import group_id, short_id


class GroupType(models.TextChoices):
    AVCHATROOM = "AVChatRoom", _("audience of a channel")
    PUBLIC = "Public", _("member group")


class Access(models.TextChoices):
    """Who may read. Kept in step with the channel by rooms."""

    OPEN = "open", _("everyone")
    SIGNED_IN = "signed_in", _("signed-in people")
    MEMBERS = "members", _("members")


class JoinOption(models.TextChoices):
    FREE = "free", _("free")
    APPROVAL = "approval", _("with approval")


def avatar_path(group: "Group", filename: str) -> str:
    return f"groups/{short_id()}.webp"


class Group(models.Model):
    realm = models.CharField(_("realm"), max_length=32, blank=True, default="", editable=False)
    gid = models.CharField(_("group id"), max_length=32, unique=True, default=group_id, editable=False)
    external_id = models.CharField(_("the app's id"), max_length=128, null=True, blank=True, editable=False)
    title = models.CharField(_("name"), max_length=120, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="chat_groups",
        verbose_name=_("owner"),
    )
    type = models.CharField(_("type"), max_length=16, choices=GroupType, default=GroupType.AVCHATROOM)
    access = models.CharField(_("readers"), max_length=12, choices=Access, default=Access.OPEN)
    join_option = models.CharField(_("joining"), max_length=12, choices=JoinOption, default=JoinOption.FREE)
    # The profile.
    notice = models.CharField(_("notice"), max_length=300, blank=True, default="")
    introduction = models.CharField(_("introduction"), max_length=240, blank=True, default="")
    avatar = models.ImageField(_("picture"), upload_to=avatar_path, blank=True)
    custom = models.JSONField(_("custom fields"), default=dict, blank=True)
    # The rules of the conversation.
    muted_all = models.BooleanField(_("everybody is muted"), default=False)
    slow_seconds = models.PositiveSmallIntegerField(_("slow mode, seconds"), default=0)
    followers_only = models.BooleanField(_("followers only"), default=False)
    block_links = models.BooleanField(_("links are refused"), default=False)
    tell_joins = models.BooleanField(_("joining and quitting is told"), default=True)
    # What was counted. Vouchers and inquiries are those of the running show.
    likes = models.PositiveBigIntegerField(_("likes"), default=0)
    follows = models.PositiveBigIntegerField(_("follows"), default=0)
    vouchers = models.PositiveIntegerField(_("vouchers"), default=0)
    inquiries = models.PositiveIntegerField(_("inquiries"), default=0)
    last_claim = models.CharField(max_length=32, blank=True, default="", editable=False)  # see services/tallies.py
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    disbanded_at = models.DateTimeField(_("disbanded"), null=True, editable=False)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["realm", "external_id"], name="group_external_id_in_realm"),
            models.CheckConstraint(
                condition=Q(slow_seconds=0) | Q(slow_seconds__range=(3, 120)), name="slow_mode_range"
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.gid


class MemberRole(models.TextChoices):
    OWNER = "owner", _("owner")
    ADMIN = "admin", _("moderator")
    MEMBER = "member", _("member")


class Membership(models.Model):
    """Somebody belongs to a group. Watching an audience group needs none."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships", verbose_name=_("group"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=8, choices=MemberRole, default=MemberRole.MEMBER)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["group", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.group}"


class JoinRequest(models.Model):
    """Somebody asked to be let into a group that approves; the row goes when it is answered."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="join_requests", verbose_name=_("group"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"))
    words = models.CharField(_("words"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        constraints = [models.UniqueConstraint(fields=["group", "user"], name="join_request_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.group}"
