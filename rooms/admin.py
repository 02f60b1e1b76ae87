"""Staff pages of channels, shows, stays and upload rights."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from core.desk import ReadOnlyAdmin, StaffAdmin, recent_values, service_action
from core.errors import BadInput
from core.numbers import size
from rooms import selectors
from rooms.flows import CHANNEL, STAY, ChannelState, StayState
from rooms.models import Broadcast, Channel, Stay, UploadGrant
from rooms.services import channels, stays

# Every state has its entry: without one, the theme shows the bare value instead of its name.
CHANNEL_COLOURS = {
    ChannelState.IDLE: "",
    ChannelState.LIVE: "success",
    ChannelState.LOST: "warning",
    ChannelState.AWAY: "info",
    ChannelState.CLOSED: "danger",
    ChannelState.DELETED: "danger",
}
STAY_COLOURS = {
    StayState.JOINING: "info",
    StayState.UP: "success",
    StayState.LOST: "warning",
    StayState.ENDED: "",
}


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
class ChannelAdmin(StaffAdmin):
    list_display = ("title", "cid", "state_now", "kind", "owner", "viewers_now", "places", "created_at")
    list_filter = ("state", "kind", "category", "realm")
    search_fields = ("title", "=cid", "owner__uid", "owner__nick", "=external_id")
    readonly_fields = ("state", "cid", "realm", "owner", "source", "group", "created_at", "elsewhere")
    fieldsets = (
        (None, {"fields": (("state", "cid"), ("owner", "realm"), "elsewhere")}),
        (_("The show"), {"fields": ("title", "category", "cover")}),
        (_("Who may come in"), {"fields": (("kind", "max_people"), "specify", "open_upload")}),
        (_("Technical"), {"fields": (("source", "group"), "extra", "created_at")}),
    )
    stop = channel_act(
        "stop",
        _("Stop the show"),
        _("Everybody on the air leaves it. The host can go live again at once."),
        "stop_circle",
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
    actions = actions_detail = ("stop", "close", "reopen", "delete")

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

    @display(description=_("state"), ordering="state", label=CHANNEL_COLOURS)
    def state_now(self, channel: Channel) -> tuple[str, str]:
        return channel.state, channel.get_state_display()

    @display(description=_("watching"), ordering="watching")
    def viewers_now(self, channel: Channel) -> int:
        return channel.watching

    @display(description=_("places"), ordering="max_people")
    def places(self, channel: Channel) -> object:
        return channel.max_people or "∞"

    @display(description=_("see also"))
    def elsewhere(self, channel: Channel) -> SafeString:
        lists = ((_("Stays"), "stay"), (_("Shows"), "broadcast"), (_("Upload rights"), "uploadgrant"))
        links = [(reverse(f"admin:rooms_{name}_changelist"), channel.pk, label) for label, name in lists]
        page = format_html('<a class="text-link" href="{}">{}</a> · ', channel.get_absolute_url(), _("Its page"))
        return page + format_html_join(" · ", '<a class="text-link" href="{}?channel__id__exact={}">{}</a>', links)


@admin.register(UploadGrant)
class UploadGrantAdmin(StaffAdmin):
    list_display = ("user", "channel", "created_at")
    list_select_related = ("user", "channel")
    search_fields = ("user__uid", "user__nick", "channel__title", "=channel__cid")
    autocomplete_fields = ("channel", "user")
    fields = ("channel", "user")
    ordering = ("-id",)
    unset = service_action(
        "unset",
        label=_("Take the right away"),
        effect=_("A running upload is cut, unless something else lets this person on the air."),
        icon="mic_off",
        service=lambda actor, grant: channels.unset_uploader(actor=actor, cid=grant.channel.cid, uid=grant.user.uid),
    )
    actions = actions_detail = ("unset",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # given or taken away, never turned into another one

    def save_model(self, request: HttpRequest, obj: UploadGrant, form: ModelForm, change: bool) -> None:
        if obj.user.realm != obj.channel.realm:  # the service looks a uid up in the channel's realm
            raise BadInput("unknown_user", uid=obj.user.uid)
        obj.pk = channels.set_uploader(actor=request.user, cid=obj.channel.cid, uid=obj.user.uid).pk


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
        "end_reason",
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
        ("last_seen", "end_reason"),
        ("sid", "traffic"),
    )
    readonly_fields = ("who", "sid", "traffic")
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

    @display(description=_("traffic"), ordering="bytes")
    def traffic(self, stay: Stay) -> str:
        return size(stay.bytes)


@admin.register(Broadcast)
class BroadcastAdmin(ReadOnlyAdmin):
    list_display = ("title", "channel", "started_at", "ended_at", "peak", "messages", "gifts", "income", "traffic")
    list_select_related = ("channel",)
    search_fields = ("title", "channel__title", "=channel__cid")
    date_hierarchy = "started_at"
    fields = (
        "title",
        "channel",
        ("started_at", "ended_at"),
        ("peak", "likes", "messages"),
        ("gifts", "income"),
        ("traffic", "gigabyte", "gigabytes"),
    )
    readonly_fields = ("traffic",)

    @display(description=_("traffic"), ordering="bytes")
    def traffic(self, show: Broadcast) -> str:
        return size(show.bytes)
