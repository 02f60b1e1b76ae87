"""The desk of payouts: hosts who want coins as money."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing.models import Payout, PayoutState
from billing.services import payouts
from core.desk import ReadOnlyAdmin, ReasonForm, service_action

STATE_COLOURS = {PayoutState.ASKED: "warning", PayoutState.APPROVED: "success", PayoutState.REFUSED: ""}


def waits(row: Payout) -> bool:
    return row.state == PayoutState.ASKED


@admin.register(Payout)
class PayoutAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "user", "coins", "note", "state_now", "decided_by", "decided_at")
    list_display_links = ("created_at",)
    list_filter = ("state",)
    list_select_related = ("user", "decided_by")
    search_fields = ("user__uid", "user__nick", "note")
    date_hierarchy = "created_at"
    fields = (("user", "coins"), "note", ("state", "reason"), ("created_at", "decided_at"), "decided_by")
    approve = service_action(
        "approve",
        label=_("Paid"),
        effect=_("Send the money first: the coins leave the house for good, and the host is told."),
        icon="done",
        legal=waits,
        asks=ReasonForm,
        service=lambda actor, row, reason: payouts.approve(actor=actor, row=row, reason=reason),
    )
    refuse = service_action(
        "refuse",
        label=_("Refuse"),
        effect=_("The coins go back to the host, who reads the reason."),
        icon="undo",
        variant=ActionVariant.DANGER,
        legal=waits,
        asks=ReasonForm,
        service=lambda actor, row, reason: payouts.refuse(actor=actor, row=row, reason=reason),
    )
    actions = actions_detail = ("approve", "refuse")

    @display(description=_("state"), ordering="state", label=STATE_COLOURS)
    def state_now(self, row: Payout) -> tuple[str, str]:
        return row.state, row.get_state_display()
