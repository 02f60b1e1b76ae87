"""The desk of coin packs, and of who bought which."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from billing.models import CoinPack, Purchase, PurchaseState
from core.desk import ReadOnlyAdmin, StaffAdmin

STATE_COLOURS = {PurchaseState.OPEN: "info", PurchaseState.PAID: "success", PurchaseState.FAILED: ""}


@admin.register(CoinPack)
class CoinPackAdmin(StaffAdmin):
    list_display = ("__str__", "coins", "currency", "active")
    list_editable = ("active",)
    list_filter = ("active", "currency")
    fields = ("coins", ("price", "currency"), "active")

    def save_model(self, request, obj: CoinPack, form, change: bool) -> None:
        obj.currency = obj.currency.upper()
        super().save_model(request, obj, form, change)


@admin.register(Purchase)
class PurchaseAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "user", "coins", "shown_price", "provider", "state_now", "settled_at")
    list_display_links = ("created_at",)
    list_filter = ("state", "provider")
    list_select_related = ("user",)
    search_fields = ("user__uid", "user__nick", "=reference")
    date_hierarchy = "created_at"
    fields = (
        ("user", "state"),
        ("coins", "shown_price"),
        ("provider", "reference"),
        ("created_at", "settled_at"),
    )
    readonly_fields = ("shown_price",)

    @display(description=_("price"), ordering="price")
    def shown_price(self, row: Purchase) -> str:
        return row.shown_price

    @display(description=_("state"), ordering="state", label=STATE_COLOURS)
    def state_now(self, row: Purchase) -> tuple[str, str]:
        return row.state, row.get_state_display()
