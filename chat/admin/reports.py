"""The desk of what people reported."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from chat.admin import messages
from chat.models import Report, ReportState
from chat.services import moderation, review
from core.desk import ReadOnlyAdmin, ReasonForm, service_action
from core.models import User

MUTE = 600  # seconds
STATE_COLOURS = {ReportState.OPEN: "warning", ReportState.ACTED: "success", ReportState.DISMISSED: ""}


def is_open(report: Report) -> bool:
    return report.state == ReportState.OPEN


def mute(actor: User, report: Report, reason: str) -> None:
    message = report.message
    moderation.mute(actor=actor, gid=message.group.gid, uid=message.sender.uid, seconds=MUTE, reason=reason)


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "words", "sender", "group", "reporter", "reason", "state_now")
    list_display_links = ("created_at", "words")
    list_filter = ("state",)
    list_select_related = ("reporter", "message__sender", "message__group")
    search_fields = ("reporter__uid", "message__sender__uid", "message__sender__nick", "message__group__gid", "reason")
    fields = (("sender", "group"), "words", "message", ("reporter", "reason"), ("state", "created_at"))
    readonly_fields = ("sender", "group", "words")
    delete_message = service_action(
        "delete_message",
        label=_("Delete the message"),
        effect=_("It goes from every screen and from what those who come later are shown."),
        icon="delete",
        variant=ActionVariant.DANGER,
        legal=lambda report: is_open(report) and messages.may_be_deleted(report.message),
        asks=ReasonForm,
        service=lambda actor, report, reason: messages.delete(actor, report.message, reason),
    )
    mute = service_action(
        "mute",
        label=_("Mute the sender for 10 minutes"),
        effect=_("The message stays, and the report stays open."),
        icon="mic_off",
        legal=lambda report: is_open(report) and report.message.sender is not None,
        asks=ReasonForm,
        service=mute,
    )
    dismiss = service_action(
        "dismiss",
        label=_("Dismiss"),
        effect=_("The message stays."),
        icon="done",
        legal=is_open,
        asks=ReasonForm,
        service=lambda actor, report, reason: review.dismiss(
            actor=actor, gid=report.message.group.gid, id=report.pk, reason=reason
        ),
    )
    actions = actions_detail = ("delete_message", "mute", "dismiss")

    @display(description=_("words"))
    def words(self, report: Report) -> SafeString:
        return messages.in_short(report.message)

    @display(description=_("sender"), ordering="message__sender")
    def sender(self, report: Report) -> User | None:
        return report.message.sender

    @display(description=_("group"), ordering="message__group")
    def group(self, report: Report) -> str:
        return str(report.message.group)

    @display(description=_("state"), ordering="state", label=STATE_COLOURS)
    def state_now(self, report: Report) -> tuple[str, str]:
        return report.state, report.get_state_display()
