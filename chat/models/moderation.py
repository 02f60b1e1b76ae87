"""Who may not speak or be here, what moderators did and why, and what people reported."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.group import Group
from chat.models.message import Message


class RestrictionKind(models.TextChoices):
    MUTE = "mute", _("mute")
    BAN = "ban", _("ban")


class Restriction(models.Model):
    """A rule about one person in one group. It outlives leaving and coming back; `until` NULL is for good.

    Being put out for a time is a ban that ends by itself."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="restrictions", verbose_name=_("group"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=8, choices=RestrictionKind)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["group", "user", "kind"], name="restriction_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user} · {self.group}"


class Deed(models.TextChoices):
    DELETE = "delete", _("message deleted")
    MUTE = "mute", _("muted")
    UNMUTE = "unmute", _("mute lifted")
    KICK = "kick", _("put out for a time")
    BAN = "ban", _("banned")
    UNBAN = "unban", _("ban lifted")
    MUTE_ALL = "mute_all", _("everybody muted")
    UNMUTE_ALL = "unmute_all", _("mute of everybody lifted")
    APPROVE = "approve", _("held message let through")
    REFUSE = "refuse", _("held message refused")
    DISMISS = "dismiss", _("report dismissed")
    WARN = "warn", _("warned")


class ModerationDeed(models.Model):
    """The log: who did what to whom, and why. Rows are only ever added."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="deeds", verbose_name=_("group"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    deed = models.CharField(_("deed"), max_length=12, choices=Deed)
    target = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("person")
    )
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+", verbose_name=_("message"))
    until = models.DateTimeField(_("until"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("act of moderation")
        verbose_name_plural = _("acts of moderation")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_deed_display()}: {self.target or self.group}"


class ReportState(models.TextChoices):
    OPEN = "open", _("open")
    ACTED = "acted", _("acted upon")
    DISMISSED = "dismissed", _("dismissed")


class Outcome(models.TextChoices):
    """What may come of a report, for the message and for whoever wrote it."""

    DELETED = "deleted", _("message deleted")
    WARNED = "warned", _("warned")
    MUTED = "muted", _("muted")
    BANNED = "banned", _("banned")
    NOTHING = "nothing", _("nothing")


class Report(models.Model):
    """Somebody says that a message should not stand. Once a person and message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reports", verbose_name=_("message"))
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("reported by")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.OPEN)
    created_at = models.DateTimeField(_("at"))
    # What came of it.
    outcome = models.JSONField(_("what was done"), default=list, blank=True)  # of Outcome
    answer = models.CharField(_("why"), max_length=200, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["message", "reporter"], name="report_once")]

    def __str__(self) -> str:
        return f"{self.reporter}: {self.message}"
