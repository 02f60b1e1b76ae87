"""The desk of shows and what they brought."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.desk import ReadOnlyAdmin
from core.numbers import size
from rooms.models import Broadcast


@admin.register(Broadcast)
class BroadcastAdmin(ReadOnlyAdmin):
    list_display = ("title", "channel", "started_at", "ended_at", "peak", "messages", "gifts", "income", "traffic")
    list_select_related = ("channel",)
    search_fields = ("title", "channel__title", "=channel__cid")
    date_hierarchy = "started_at"
    fields = (
        "title",
        "channel",
        ("started_at", "ended_at"),
        ("peak", "likes", "messages"),
        ("gifts", "income"),
        ("traffic", "gigabyte", "gigabytes"),
    )
    readonly_fields = ("traffic",)

    @display(description=_("traffic"), ordering="bytes")
    def traffic(self, show: Broadcast) -> str:
        return size(show.bytes)
