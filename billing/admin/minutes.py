"""The desk of minutes: what each came to, and what was waived and why."""

from django.contrib import admin
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from billing.models import Minute, Outcome
from core.desk import ReadOnlyAdmin, recent_values

COLOURS = {Outcome.CHARGED: "success", Outcome.INSUFFICIENT: "danger", Outcome.WAIVED: "warning"}


@admin.register(Minute)
class MinuteAdmin(ReadOnlyAdmin):
    list_display = ("began_at", "kind", "payer", "outcome_now", "amount", "reason", "subject")
    list_display_links = ("began_at",)
    list_filter = ("outcome", "kind", recent_values("reason", _("why")))
    list_select_related = ("payer__owner",)
    search_fields = ("=subject", "=key", "payer__owner__uid")
    date_hierarchy = "created_at"
    fields = (("kind", "outcome"), ("payer", "amount"), "reason", ("subject", "key"), ("began_at", "created_at"))
    list_before_template = "admin/billing/minute/totals.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """With the sums of what the filters leave; of all minutes that ever were they would take seconds."""
        response = super().changelist_view(request, extra_context)
        found = getattr(response, "context_data", {}).get("cl")
        if found and request.GET:
            response.context_data["totals"] = _totals(found.queryset)
        return response

    @display(description=_("outcome"), ordering="outcome", label=COLOURS)
    def outcome_now(self, row: Minute) -> tuple[str, str]:
        return row.outcome, row.get_outcome_display()


def _totals(rows: QuerySet[Minute]) -> list[dict]:
    sums = rows.order_by().values("outcome", "reason").annotate(minutes=Count("id"), coins=Sum("amount"))
    names = dict(Outcome.choices)
    return [{**row, "outcome": names[row["outcome"]]} for row in sums.order_by("outcome", "reason")]
