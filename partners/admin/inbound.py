"""The desk of what the apps' servers told us: as it came, and what it was answered."""

import json

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.desk import ReadOnlyAdmin, recent_values, verbatim
from partners.models import InboundEvent


@admin.register(InboundEvent)
class InboundEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "app", "inlet", "name", "subject", "answered", "repeat", "took_ms")
    list_display_links = ("at", "name")
    list_filter = ("inlet", "duplicate", "partner", recent_values("name", _("name")))
    list_select_related = ("partner",)
    search_fields = ("=subject", "=partner__app_id")
    search_help_text = _("The app's id, or its own id of a channel or group")
    fields = (
        ("app", "inlet"),
        ("name", "subject"),
        "as_it_came",
        ("answered", "status"),
        ("at", "took_ms"),
        ("address", "repeat"),
    )
    readonly_fields = ("app", "as_it_came", "answered", "repeat")

    @display(description=_("app"), ordering="partner")
    def app(self, row: InboundEvent) -> str:
        return str(row.partner)

    @display(description=_("as it came"))
    def as_it_came(self, row: InboundEvent) -> SafeString:
        return verbatim(row.raw)

    @display(description=_("answer"))
    def answered(self, row: InboundEvent) -> str:
        return json.dumps(row.answer, ensure_ascii=False)

    @display(description=_("a repeat"), boolean=True, ordering="duplicate")
    def repeat(self, row: InboundEvent) -> bool:
        return row.duplicate
