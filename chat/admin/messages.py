"""The desk of what was said, and of what waits to be said."""

import json
from collections.abc import Callable

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from chat import selectors
from chat.admin.asks import LengthForm
from chat.models import Message, MessageState
from chat.services import moderation, review
from core.desk import ReadOnlyAdmin, ReasonForm, recent_values, service_action
from core.desk_about import WithAbout

STATE_COLOURS = {
    MessageState.SHOWN: "success",
    MessageState.HELD: "warning",
    MessageState.REFUSED: "danger",
    MessageState.DELETED: "danger",
}


def is_held(message: Message) -> bool:
    return message.state == MessageState.HELD


def may_be_deleted(message: Message) -> bool:
    return message.state == MessageState.SHOWN and message.seq is not None


def in_short(message: Message) -> SafeString:
    said = message.payload.get("text") or json.dumps(message.payload.get("data", {}), ensure_ascii=False)
    return format_html('<span class="written">{}</span>', Truncator(said).chars(120))


def delete(actor, message: Message, reason: str) -> None:
    numbered = {"epoch": message.epoch, "seq": message.seq}
    moderation.delete(actor=actor, gid=message.group.gid, reason=reason, **numbered)


def rule(service: Callable) -> Callable:
    """Over whoever wrote it, in the group where it stands."""

    def act(actor, message: Message, seconds: int | None, reason: str) -> None:
        service(actor=actor, gid=message.group.gid, uid=message.sender.uid, seconds=seconds, reason=reason)

    return act


def has_sender(message: Message) -> bool:
    return message.sender is not None and message.group.disbanded_at is None


def context_of(message: Message) -> dict:
    lines = selectors.around(message)
    return {"this": message, "lines": [(line, in_short(line), is_held(line), may_be_deleted(line)) for line in lines]}


@admin.register(Message)
class MessageAdmin(WithAbout, ReadOnlyAdmin):
    about_template, about = "admin/chat/message/context.html", staticmethod(context_of)
    list_display = ("created_at", "sender", "words", "state_now", "why", "group", "kind")
    list_display_links = ("created_at", "words")
    list_filter = ("state", recent_values("kind", _("kind")), "priority")
    list_select_related = ("group", "sender")
    search_fields = ("sender__uid", "sender__nick", "group__title", "group__gid", "payload__text")
    fields = (("group", "sender"), "content", ("state", "why"), ("kind", "priority"), ("epoch", "seq"), "created_at")
    readonly_fields = ("content", "why")
    approve = service_action(
        "approve",
        label=_("Let through"),
        effect=_("It is said now, as if it had just been written."),
        icon="check_circle",
        legal=is_held,
        asks=ReasonForm,
        service=lambda actor, row, reason: review.approve(actor=actor, gid=row.group.gid, id=row.pk, reason=reason),
    )
    refuse = service_action(
        "refuse",
        label=_("Refuse"),
        effect=_("Nobody is shown it; its sender is told."),
        icon="block",
        legal=is_held,
        asks=ReasonForm,
        service=lambda actor, row, reason: review.refuse(actor=actor, gid=row.group.gid, id=row.pk, reason=reason),
    )
    delete = service_action(
        "delete",
        label=_("Delete"),
        effect=_("It goes from every screen and from what those who come later are shown."),
        icon="delete",
        variant=ActionVariant.DANGER,
        legal=may_be_deleted,
        asks=ReasonForm,
        service=delete,
    )
    mute = service_action(
        "mute",
        label=_("Mute the sender"),
        effect=_("In this group alone. What they wrote stays."),
        icon="mic_off",
        legal=has_sender,
        asks=LengthForm,
        service=rule(moderation.mute),
    )
    ban = service_action(
        "ban",
        label=_("Ban the sender"),
        effect=_("Out of this group at once, and not in again before it is over. What they wrote stays."),
        icon="block",
        variant=ActionVariant.DANGER,
        legal=has_sender,
        asks=LengthForm,
        service=rule(moderation.ban),
    )
    actions = ("approve", "refuse", "delete")
    actions_detail = ("approve", "refuse", "delete", "mute", "ban")

    @display(description=_("words"))
    def words(self, message: Message) -> SafeString:
        return in_short(message)

    @display(description=_("content"))
    def content(self, message: Message) -> SafeString:
        if text := message.payload.get("text"):
            return format_html('<p class="written whitespace-pre-wrap">{}</p>', text)
        said = json.dumps(message.payload, indent=2, ensure_ascii=False)
        return format_html('<pre class="written text-xs whitespace-pre-wrap">{}</pre>', said)

    @display(description=_("reason"))
    def why(self, message: Message) -> str:
        return ", ".join(find.get("word") or find.get("category", "") for find in message.found)

    @display(description=_("state"), ordering="state", label=STATE_COLOURS)
    def state_now(self, message: Message) -> tuple[str, str]:
        return message.state, message.get_state_display()
