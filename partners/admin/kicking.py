"""The desk of kicking rules: what Agora was told of who is out, and who came and went too often."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.desk import ReadOnlyAdmin, recent_values, service_action
from partners.models import KickingRule, Wants
from partners.services import kicking
from rooms import reasons

COLOURS = {Wants.POST: "warning", Wants.PUT: "warning", Wants.DELETE: "warning", Wants.NOTHING: ""}


@admin.register(KickingRule)
class KickingRuleAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "partner", "cname", "whom", "reason", "wants_now", "due_at", "tries", "error")
    list_filter = ("wants", recent_values("why", _("why")), "partner")
    list_select_related = ("partner", "user")
    search_fields = ("=cname", "user__uid", "=uid", "=partner__app_id")
    fields = (
        ("partner", "cname"),
        ("whom", "address"),
        ("reason", "privileges"),
        ("wants_now", "due_at"),
        ("created_at", "until"),
        ("done_at", "tries"),
        ("rule_id", "error"),
    )
    readonly_fields = ("whom", "reason", "wants_now")
    retry = service_action(
        "retry",
        label=_("Tell Agora now"),
        effect=_("It is tried again at once, and again from the beginning where that fails."),
        icon="refresh",
        legal=lambda rule: bool(rule.error),
        service=lambda actor, rule: kicking.retry(rule=rule),
    )
    actions = actions_detail = ("retry",)

    @display(description=_("person"), ordering="user")
    def whom(self, rule: KickingRule) -> str:
        return str(rule.user or rule.uid or _("everybody"))

    @display(description=_("why"), ordering="why")
    def reason(self, rule: KickingRule) -> str:
        return str(_("ban")) if rule.why == kicking.BAN else reasons.words(rule.why)

    @display(description=_("state"), ordering="wants", label=COLOURS)
    def wants_now(self, rule: KickingRule) -> tuple[str, str]:
        return rule.wants, rule.get_wants_display()
