"""The desk of transfers: to be read, put right by the opposite, and seen as what the house earned."""

import json

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from billing import revenue
from billing.admin.accounts import AccountFilter
from billing.models import Transfer, TransferKind
from billing.services import refunds
from core.desk import ReadOnlyAdmin, ReasonForm, service_action

COLOURS = ("primary-500", "green-500", "blue-500", "orange-500", "yellow-500", "red-500", "base-500")
AXIS = {"stacked": True, "ticks": {"color": "#9ca3af", "maxTicksLimit": 10}, "border": {"width": 0}}
CHART = {
    "responsive": True,
    "maintainAspectRatio": False,
    "animation": False,
    "scales": {"x": {**AXIS, "grid": {"display": False}}, "y": {**AXIS, "beginAtZero": True, "grid": {}}},
    "plugins": {"legend": {"position": "bottom", "labels": {"color": "#9ca3af", "boxWidth": 12}}},
}


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind_name", "amount", "source", "target", "memo")
    list_display_links = ("created_at", "kind_name")
    list_filter = ("kind", AccountFilter)
    list_select_related = ("source__owner", "target__owner")
    search_fields = ("=key", "source__owner__uid", "target__owner__uid", "source__name", "target__name", "memo")
    date_hierarchy = "created_at"
    fields = (("kind", "amount"), ("source", "target"), "memo", ("reverses", "reversed_by"), ("key", "created_at"))
    readonly_fields = ("reversed_by",)
    actions_list = ("earned",)
    reverse = service_action(
        "reverse",
        label=_("Reverse"),
        effect=_("The coins go back, with the other part of the same gift or minute. Both sides are told."),
        icon="undo",
        variant=ActionVariant.DANGER,
        legal=refunds.may_be_reversed,
        asks=ReasonForm,
        service=lambda actor, row, reason: refunds.refund(actor=actor, row=row, reason=reason),
    )
    actions = actions_detail = ("reverse",)

    @display(description=_("kind"), ordering="kind")
    def kind_name(self, row: Transfer) -> str:
        return row.get_kind_display()

    @display(description=_("reversed by"))
    def reversed_by(self, row: Transfer) -> str:
        return str(getattr(row, "reversal", "")) or "–"

    @action(description=_("Revenue"), url_path="revenue", icon="bar_chart", permissions=["view"])
    def earned(self, request: HttpRequest) -> HttpResponse:
        days, kinds = revenue.by_day()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Revenue"),
            "data": json.dumps(_chart(days, kinds)),
            "options": json.dumps(CHART),
            "kinds": [(TransferKind(kind).label, sum(coins)) for kind, coins in kinds.items()],
            "total": sum(map(sum, kinds.values())),
        }
        return TemplateResponse(request, "admin/billing/transfer/revenue.html", context)


def _chart(days: list, kinds: dict[str, list[int]]) -> dict:
    bars = [
        {"label": str(TransferKind(kind).label), "data": coins, "backgroundColor": f"var(--color-{colour})"}
        for (kind, coins), colour in zip(kinds.items(), COLOURS * 2, strict=False)
    ]
    return {"labels": [date_format(day, "j M") for day in days], "datasets": bars}
