"""Words that a message may not carry unseen."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class WordCategory(models.TextChoices):
    PORNOGRAPHY = "pornography", _("pornography")
    POLITICS = "politics", _("politics")
    ABUSE = "abuse", _("abuse")
    ADVERTISING = "advertising", _("advertising")
    OTHER = "other", _("other")


class WordLevel(models.TextChoices):
    BLOCK = "block", _("refuse the message")
    HOLD = "hold", _("hold it for review")
    MASK = "mask", _("mask the word")


class SensitiveWord(models.Model):
    """`normalised` is the folded form that is compared: two spellings of one word are one row."""

    realm = models.CharField(_("realm"), max_length=32, blank=True, default="", editable=False)
    text = models.CharField(_("word"), max_length=80)
    normalised = models.CharField(max_length=160, editable=False)
    category = models.CharField(_("category"), max_length=16, choices=WordCategory, default=WordCategory.OTHER)
    level = models.CharField(_("level"), max_length=8, choices=WordLevel, default=WordLevel.MASK)
    active = models.BooleanField(_("active"), default=True)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("sensitive word")
        verbose_name_plural = _("sensitive words")
        ordering = ["text"]
        constraints = [models.UniqueConstraint(fields=["realm", "normalised"], name="word_once_in_realm")]

    def __str__(self) -> str:
        return self.text


class WordList(models.Model):
    """One row. Its version is another after each change of the words, so that every process knows when to read them."""

    version = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.version
