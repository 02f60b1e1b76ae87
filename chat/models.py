"""Groups, who belongs to them, and what was said."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import group_id


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
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["realm", "external_id"], name="group_external_id_in_realm")]

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


class Priority(models.TextChoices):
    HIGH = "HIGH", _("high")
    NORMAL = "NORMAL", _("normal")
    LOW = "LOW", _("low")
    LOWEST = "LOWEST", _("lowest")


class Message(models.Model):
    """What was said, for moderation. What people see comes from the room's history in Redis."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="messages", verbose_name=_("group"))
    epoch = models.CharField(_("epoch"), max_length=48)
    seq = models.BigIntegerField(_("number"))
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("sender"))
    kind = models.CharField(_("kind"), max_length=16)
    priority = models.CharField(_("priority"), max_length=8, choices=Priority, default=Priority.NORMAL)
    payload = models.JSONField(_("content"))
    created_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["group", "epoch", "seq"], name="message_number_once")]

    def __str__(self) -> str:
        return f"{self.sender}: {self.payload.get('text', self.kind)}"
