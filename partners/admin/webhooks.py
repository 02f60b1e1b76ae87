"""The desks of webhooks and of what was delivered to them."""

import json

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from core.desk import ReadOnlyAdmin, recent_values, service_action, verbatim
from partners.flows import DELIVERY, DeliveryState
from partners.models import Delivery, Webhook, WebhookStatus
from partners.services import deliveries, webhooks

STATUS_COLOURS = {WebhookStatus.ACTIVE: "success", WebhookStatus.PAUSED: "", WebhookStatus.DISABLED: "danger"}
STATE_COLOURS = {
    DeliveryState.WAITING: "warning",
    DeliveryState.SENDING: "info",
    DeliveryState.DELIVERED: "success",
    DeliveryState.FAILED: "danger",
}


def is_on(hook: Webhook) -> bool:
    return hook.status == WebhookStatus.ACTIVE


@admin.register(Webhook)
class WebhookAdmin(ReadOnlyAdmin):
    list_display = ("url", "partner", "shape", "status_now", "failing_since", "succeeded_at", "hears_site")
    list_display_links = ("url",)
    list_filter = ("status", "shape", "hears_site")
    list_select_related = ("partner",)
    search_fields = ("url", "=wid", "=partner__app_id", "partner__name")
    fields = (
        ("url", "wid"),
        ("partner", "shape"),
        ("events", "hears_site"),
        ("status", "off_reason"),
        ("failing_since", "last_error"),
        ("succeeded_at", "created_at"),
    )
    test = service_action(
        "test",
        label=_("Send a test"),
        effect=_("A message that stands for nothing goes out within a second: see its delivery."),
        icon="send",
        legal=is_on,
        service=lambda actor, row: deliveries.test(actor=actor, wid=row.wid),
    )
    enable = service_action(
        "enable",
        label=_("Switch on"),
        effect=_("What waited for it goes out; what happened while it was off does not."),
        icon="play_arrow",
        legal=lambda row: not is_on(row),
        service=lambda actor, row: webhooks.enable(actor=actor, wid=row.wid),
    )
    disable = service_action(
        "disable",
        label=_("Switch off"),
        effect=_("It is called no more until staff switch it on again."),
        icon="block",
        variant=ActionVariant.DANGER,
        legal=is_on,
        service=lambda actor, row: webhooks.disable(actor=actor, wid=row.wid),
    )
    hear_site = service_action(
        "hear_site",
        label=_("Let it hear the site"),
        effect=_("It hears of the site's own channels, groups and coins too. Only for apps of your own house."),
        icon="hearing",
        variant=ActionVariant.DANGER,
        legal=lambda row: not row.hears_site,
        service=lambda actor, row: webhooks.hear_site(actor=actor, wid=row.wid, on=True),
    )
    stop_hearing = service_action(
        "stop_hearing",
        label=_("No more of the site"),
        effect=_("It hears of its own app's realm alone."),
        icon="hearing_disabled",
        legal=lambda row: row.hears_site,
        service=lambda actor, row: webhooks.hear_site(actor=actor, wid=row.wid, on=False),
    )
    actions = actions_detail = ("test", "enable", "disable", "hear_site", "stop_hearing")

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def status_now(self, row: Webhook) -> tuple[str, str]:
        return row.status, row.get_status_display()


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "name", "webhook", "state_now", "attempts", "last_status", "last_error", "deadline")
    list_display_links = ("created_at", "name")
    list_filter = ("state", recent_values("name", _("event")))
    list_select_related = ("webhook",)
    search_fields = ("=mid", "=webhook__wid", "=webhook__partner__app_id", "=subject")
    search_help_text = _("A message id, a webhook id, an app id, or the subject")
    fields = (
        ("name", "mid"),
        ("webhook", "subject"),
        ("state", "attempts"),
        ("last_status", "last_error"),
        ("created_at", "delivered_at"),
        "deadline",
        "content",
        "tries",
    )
    readonly_fields = ("content", "tries")
    replay = service_action(
        "replay",
        label=_("Send it again"),
        effect=_("The same message with the same id goes out within a second, and is tried as often as a new one."),
        icon="replay",
        legal=lambda row: DELIVERY.allows(row.state, "replay"),
        service=lambda actor, row: deliveries.replay(actor=actor, wid=row.webhook.wid, mid=row.mid),
    )
    actions = actions_detail = ("replay",)

    @display(description=_("state"), ordering="state", label=STATE_COLOURS)
    def state_now(self, row: Delivery) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @display(description=_("body"))
    def content(self, row: Delivery) -> SafeString:
        return verbatim(json.dumps(json.loads(row.body), indent=2, ensure_ascii=False))

    @display(description=_("tries"))
    def tries(self, row: Delivery) -> SafeString:
        lines = (f"{one['at']}  {one['status'] or ''}  {one['error']}  {one['ms']} ms" for one in row.log)
        return verbatim("\n".join(lines))
