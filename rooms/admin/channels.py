"""The desk of channels."""

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from core.desk import StaffAdmin, recent_values, service_action
from core.desk_about import WithAbout
from rooms import selectors
from rooms.admin import timeline, wall
from rooms.admin.about import of_channel
from rooms.admin.asks import TellForm, ToldReasonForm, TransferForm
from rooms.flows import CHANNEL, ON_AIR, ChannelState
from rooms.models import Channel, Source
from rooms.services import channels, control, handover, pulls

# Every state has its entry: without one, the theme shows the bare value instead of its name.
CHANNEL_COLOURS = {
    ChannelState.IDLE: "",
    ChannelState.LIVE: "success",
    ChannelState.LOST: "warning",
    ChannelState.AWAY: "info",
    ChannelState.CLOSED: "danger",
    ChannelState.DELETED: "danger",
}


class FrozenFilter(admin.SimpleListFilter):
    title, parameter_name = _("frozen"), "frozen"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", _("frozen"))]

    def queryset(self, request: HttpRequest, rows: QuerySet[Channel]) -> QuerySet[Channel]:
        return rows.exclude(frozen_at=None) if self.value() == "yes" else rows


def channel_act(
    verb: str, label: str, effect: str, icon: str, variant: ActionVariant = ActionVariant.DEFAULT, right: str = "change"
):
    """The flow, the service and the button share one word."""
    return service_action(
        verb,
        right=right,
        label=label,
        effect=effect,
        icon=icon,
        variant=variant,
        legal=lambda channel: CHANNEL.allows(channel.state, verb),
        service=lambda actor, channel: getattr(channels, verb)(actor=actor, cid=channel.cid),
    )


@admin.register(Channel)
class ChannelAdmin(WithAbout, StaffAdmin):
    about_template, about = "admin/rooms/channel/about.html", staticmethod(of_channel)
    list_display = ("title", "cid", "state_now", "kind", "owner", "viewers_now", "places", "created_at")
    list_filter = ("state", FrozenFilter, "kind", "category", recent_values("realm", _("partner")))
    search_fields = ("title", "=cid", "owner__uid", "owner__nick", "=external_id")
    readonly_fields = ("state", "cid", "realm", "owner", "source", "group", "created_at")
    fieldsets = (
        (None, {"fields": (("state", "cid"), ("owner", "realm"))}),
        (_("The show"), {"fields": ("title", ("category", "delivery"), "cover", "record")}),
        (_("Who may come in"), {"fields": (("kind", "max_people"), "specify", "open_upload")}),
        (_("Technical"), {"fields": (("source", "group"), "extra", "created_at")}),
    )
    stop = service_action(
        "stop",
        label=_("Stop the show"),
        effect=_("Everybody on the air leaves it. The host can go live again at once."),
        icon="stop_circle",
        variant=ActionVariant.DANGER,
        legal=lambda channel: CHANNEL.allows(channel.state, "stop"),
        asks=ToldReasonForm,
        service=lambda actor, channel, reason: control.stop(actor=actor, cid=channel.cid, reason=reason),
    )
    freeze = service_action(
        "freeze",
        label=_("Freeze"),
        effect=_("Nobody sees or hears the show until it is let go; nothing is paid meanwhile. The host is told why."),
        icon="ac_unit",
        legal=lambda channel: channel.state in ON_AIR and not channel.frozen_at,
        asks=ToldReasonForm,
        service=lambda actor, channel, reason: control.freeze(actor=actor, cid=channel.cid, reason=reason),
    )
    unfreeze = service_action(
        "unfreeze",
        label=_("Let the show go on"),
        effect=_("It is seen and heard again."),
        icon="play_circle",
        legal=lambda channel: channel.frozen_at is not None and channel.state != ChannelState.DELETED,
        service=lambda actor, channel: control.unfreeze(actor=actor, cid=channel.cid),
    )
    tell = service_action(
        "tell",
        label=_("Write to the host"),
        effect=_("It stands on the host's pages at once, as a word of the house."),
        icon="campaign",
        legal=lambda channel: channel.state != ChannelState.DELETED,
        asks=TellForm,
        service=lambda actor, channel, text, reason: control.tell(actor=actor, cid=channel.cid, text=text),
    )
    close = channel_act(
        "close", _("Close"), _("The show ends and the door is shut until somebody reopens it."), "door_front"
    )
    reopen = channel_act("reopen", _("Reopen"), _("People can come in again, and the host can go live."), "door_open")
    delete = channel_act(
        "delete",
        _("Delete"),
        _("Final: nobody finds the channel again. Its history stays, for staff and for the accounts."),
        "delete",
        ActionVariant.DANGER,
        right="delete",
    )
    transfer = service_action(
        "transfer",
        right="delete",
        label=_("Give to another host"),
        effect=_("Somebody else rules it from now on, its chat included. What was earned stays with who earned it."),
        icon="swap_horiz",
        legal=lambda channel: channel.state not in (*ON_AIR, ChannelState.DELETED),
        asks=TransferForm,
        service=lambda actor, channel, uid, reason: handover.transfer(actor=actor, cid=channel.cid, uid=uid),
    )
    actions = ("stop", "freeze", "unfreeze", "close", "reopen", "delete")
    start_pull = service_action(
        "start_pull",
        label=_("Start pulling"),
        effect=_("The stream is pulled in again, or tried again at once."),
        icon="cloud_download",
        legal=lambda channel: channel.source == Source.PROXY and channel.state not in pulls.SHUT,
        service=lambda actor, channel: pulls.start(actor=actor, cid=channel.cid),
    )
    stop_pull = service_action(
        "stop_pull",
        label=_("Pause pulling"),
        effect=_("The show ends, and nothing is pulled until somebody starts it again."),
        icon="cloud_off",
        legal=lambda channel: channel.source == Source.PROXY and pulls.is_asked_for(channel),
        service=lambda actor, channel: pulls.stop(actor=actor, cid=channel.cid),
    )
    more = {
        "title": _("More"),
        "icon": "more_horiz",
        "items": ["start_pull", "stop_pull", "close", "reopen", "transfer", "delete"],
    }
    actions_detail = ("stop", "freeze", "unfreeze", "tell", more)

    def get_urls(self) -> list[URLPattern]:
        mine = [
            path("live/", self.admin_site.admin_view(self.live), name="rooms_channel_live"),
            path(
                "<path:object_id>/timeline/", self.admin_site.admin_view(self.timeline), name="rooms_channel_timeline"
            ),
        ]
        return [*mine, *super().get_urls()]

    def live(self, request: HttpRequest) -> HttpResponse:
        """Every show on the air, as muted players."""
        return wall.page(self, request)

    def timeline(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Everything that happened in a channel."""
        return timeline.page(self, request, self.get_row(request, object_id))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        return selectors.counted(super().get_queryset(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a channel is made by its host

    def has_change_permission(self, request: HttpRequest, obj: Channel | None = None) -> bool:
        gone = obj is not None and obj.state == ChannelState.DELETED
        return super().has_change_permission(request, obj) and not gone

    def save_model(self, request: HttpRequest, obj: Channel, form: ModelForm, change: bool) -> None:
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        channels.update(actor=request.user, cid=obj.cid, **changed)

    @display(description=_("state"), ordering="state", label={**CHANNEL_COLOURS, "frozen": "danger"})
    def state_now(self, channel: Channel) -> tuple[str, str]:
        if channel.frozen_at and channel.state in ON_AIR:
            return "frozen", _("frozen")
        return channel.state, channel.get_state_display()

    @display(description=_("watching"), ordering="watching")
    def viewers_now(self, channel: Channel) -> int:
        return channel.watching

    @display(description=_("places"), ordering="max_people")
    def places(self, channel: Channel) -> object:
        return channel.max_people or "∞"
