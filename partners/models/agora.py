"""What an app's Agora channels told of themselves, and the rules that Agora is told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.partner import Partner


class AgoraRoom(models.Model):
    """A channel as Agora names it. The row is what its notices wait for: they are taken one after another."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+", verbose_name=_("app"))
    name = models.CharField(_("channel name"), max_length=128)
    ended_at = models.DateTimeField(null=True)  # by Agora's clock; who came before that is not there any more
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("Agora channel")
        verbose_name_plural = _("Agora channels")
        constraints = [models.UniqueConstraint(fields=["partner", "name"], name="agora_room_once")]

    def __str__(self) -> str:
        return self.name


class AgoraMember(models.Model):
    """The newest that is known of one person in one channel. It outlives their leaving by a minute, so that an older
    notice, late on its way, does not bring them back."""

    room = models.ForeignKey(AgoraRoom, models.CASCADE, related_name="members")
    uid = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    broadcasts = models.BooleanField(default=False)
    here = models.BooleanField(default=False)
    seq = models.DecimalField(max_digits=20, decimal_places=0)  # the vendor counts in unsigned 64 bits
    at = models.DateTimeField()  # by Agora's clock
    gone_at = models.DateTimeField(null=True, db_index=True)  # by ours

    class Meta:
        verbose_name = _("person in an Agora channel")
        verbose_name_plural = _("people in Agora channels")
        constraints = [models.UniqueConstraint(fields=["room", "uid"], name="agora_member_once")]

    def __str__(self) -> str:
        return f"{self.room}: {self.uid}"


class AgoraNotice(models.Model):
    """A notice that was taken in, by its id: it comes again where our answer got lost."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    notice_id = models.CharField(max_length=128)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("Agora notice")
        verbose_name_plural = _("Agora notices")
        constraints = [models.UniqueConstraint(fields=["partner", "notice_id"], name="agora_notice_once")]

    def __str__(self) -> str:
        return self.notice_id


class AgoraName(models.Model):
    """The number by which Agora knows somebody whom the app calls by a name."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="agora_name")
    uid = models.BigIntegerField()

    class Meta:
        verbose_name = _("Agora number")
        verbose_name_plural = _("Agora numbers")

    def __str__(self) -> str:
        return f"{self.user}: {self.uid}"


class Wants(models.TextChoices):
    """What is still to be said to Agora."""

    POST = "post", _("to be made")
    PUT = "put", _("to be changed")
    DELETE = "delete", _("to be lifted")
    NOTHING = "", _("done")


class KickingRule(models.Model):
    """A rule at Agora: whoever fits `cname`, `uid` and `address`, as far as they are named, is out. One of a ban here
    (`ban_id`), as long as that; or a kick, which leaves nothing behind.

    `wants` and `due_at` are the work that is left: the task does what is due, and an attempt that failed is due again
    later. `version` moves with the wish, so that what came of an older one does not pass for what came of the newer."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="kicking_rules", verbose_name=_("app"))
    ban_id = models.BigIntegerField(_("ban"), null=True, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("person")
    )
    cname = models.CharField(_("channel name"), max_length=128, blank=True, default="")
    uid = models.BigIntegerField(_("Agora's number"), null=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    privileges = models.JSONField(_("takes away"), default=list)
    why = models.CharField(_("why"), max_length=24)
    until = models.DateTimeField(_("until"), null=True)  # of a ban; NULL is for good
    wants = models.CharField(_("state"), max_length=6, choices=Wants, blank=True, default=Wants.POST)
    due_at = models.DateTimeField(_("due"), null=True)
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0)
    version = models.PositiveIntegerField(default=1)
    rule_id = models.BigIntegerField(_("Agora's rule"), null=True)
    error = models.CharField(_("what went wrong"), max_length=120, blank=True, default="")
    created_at = models.DateTimeField(_("since"))
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("kicking rule")
        verbose_name_plural = _("kicking rules")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="kicking_rule_due"),
        ]

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.why, self.cname, self.user or self.uid or self.address) if part)
