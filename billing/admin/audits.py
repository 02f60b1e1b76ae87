"""The desk of audits: the sums, and what to do when they differ."""

import json

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing import audit
from billing.models import Audit
from core.desk import ReadOnlyAdmin, house_action, service_action, verbatim
from core.models import User


def take_sums(actor: User, reason: str) -> str:
    return now_("The sums agree.") if audit.run().passed else now_("The sums differ: billing stands still.")


@admin.register(Audit)
class AuditAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "state_now", "differences", "cleared_by", "cleared_at")
    list_filter = ("passed",)
    list_select_related = ("cleared_by",)
    date_hierarchy = "created_at"
    fields = (("created_at", "outcome"), "what_differs", ("cleared_by", "cleared_at"))
    readonly_fields = ("outcome", "what_differs")
    run = house_action(
        "run",
        label=_("Take the sums now"),
        effect=_("Reads all of the ledger. A difference halts billing until somebody clears it."),
        icon="functions",
        service=take_sums,
    )
    clear = service_action(
        "clear",
        label=_("Clear"),
        effect=_(
            "Billing goes on. Do it when you know what happened: the next audit halts it again if it still is so."
        ),
        icon="lock_open",
        variant=ActionVariant.DANGER,
        legal=lambda row: not row.passed and row.cleared_at is None,
        service=lambda actor, row: audit.clear(actor=actor, row=row),
    )
    actions_list = ("run",)
    actions = actions_detail = ("clear",)

    @display(description=_("outcome"), ordering="passed", label={"ok": "success", "bad": "danger", "done": "warning"})
    def state_now(self, row: Audit) -> tuple[str, str]:
        if row.passed:
            return "ok", _("sums agree")
        return ("done", _("cleared")) if row.cleared_at else ("bad", _("billing stands still"))

    @display(description=_("outcome"))
    def outcome(self, row: Audit) -> str:
        return self.state_now(row)[1]

    @display(description=_("differences"))
    def differences(self, row: Audit) -> object:
        return len(row.findings) or "–"

    @display(description=_("what differs"))
    def what_differs(self, row: Audit) -> SafeString | str:
        lines = "\n".join(json.dumps(finding) for finding in row.findings)
        return verbatim(lines) if lines else "–"
