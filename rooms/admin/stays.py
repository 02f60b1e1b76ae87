"""The desk of who is, and was, in a channel."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from core.desk import ReadOnlyAdmin, recent_values, service_action
from core.numbers import size
from rooms import reasons
from rooms.flows import STAY, StayState
from rooms.models import Stay
from rooms.services import stays

STAY_COLOURS = {
    StayState.JOINING: "info",
    StayState.UP: "success",
    StayState.LOST: "warning",
    StayState.ENDED: "",
}


@admin.register(Stay)
class StayAdmin(ReadOnlyAdmin):
    list_display = (
        "who",
        "role",
        "channel",
        "state_now",
        "origin",
        "platform",
        "started_at",
        "ended_at",
        "why_it_ended",
        "traffic",
    )
    list_filter = (
        "state",
        "role",
        "origin",
        recent_values("platform", _("platform")),
        recent_values("end_reason", _("why it ended")),
    )
    list_select_related = ("user", "channel")
    search_fields = ("user__uid", "user__nick", "channel__title", "=channel__cid", "=sid")
    fields = (
        ("who", "person"),
        ("channel", "role"),
        ("state", "deadline"),
        ("origin", "platform"),
        ("started_at", "ended_at"),
        ("last_seen", "why_it_ended"),
        ("sid", "traffic"),
    )
    readonly_fields = ("who", "sid", "traffic", "why_it_ended")
    end = service_action(
        "end",
        label=_("End the stay"),
        effect=_("The person is put out and told so. Whoever may watch can come back."),
        icon="person_remove",
        variant=ActionVariant.DANGER,
        legal=lambda stay: STAY.allows(stay.state, "end"),
        service=lambda actor, stay: stays.end(actor=actor, sid=stay.sid),
    )
    actions = actions_detail = ("end",)

    @display(description=_("person"), ordering="user")
    def who(self, stay: Stay) -> str:
        return str(stay.user) if stay.user else _("guest %(key)s") % {"key": stay.person[1:7]}

    @display(description=_("state"), ordering="state", label=STAY_COLOURS)
    def state_now(self, stay: Stay) -> tuple[str, str]:
        return stay.state, stay.get_state_display()

    @display(description=_("why it ended"), ordering="end_reason")
    def why_it_ended(self, stay: Stay) -> str:
        return reasons.words(stay.end_reason)

    @display(description=_("traffic"), ordering="bytes")
    def traffic(self, stay: Stay) -> str:
        return size(stay.bytes)
