"""The log of what moderators did, and why. It is read, never written here."""

from django.contrib import admin

from chat.models import ModerationDeed
from core.desk import ReadOnlyAdmin


@admin.register(ModerationDeed)
class ModerationDeedAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "deed", "actor", "target", "group", "until", "reason")
    list_display_links = ("created_at", "deed")
    list_filter = ("deed",)
    list_select_related = ("actor", "target", "group")
    search_fields = ("actor__uid", "target__uid", "target__nick", "group__title", "group__gid", "reason")
    fields = (("deed", "created_at"), ("actor", "target"), ("group", "until"), "message", "reason")
