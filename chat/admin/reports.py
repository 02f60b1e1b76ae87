"""The desk of what people reported."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from chat.admin import messages
from chat.admin.asks import DecisionForm
from chat.models import Outcome, Report, ReportState
from chat.services import reports
from core.desk import ReadOnlyAdmin, ReasonForm, service_action
from core.desk_about import WithAbout
from core.models import User

STATE_COLOURS = {ReportState.OPEN: "warning", ReportState.ACTED: "success", ReportState.DISMISSED: ""}


def is_open(report: Report) -> bool:
    return report.state == ReportState.OPEN


def decide(actor: User, report: Report, **answers: object) -> None:
    reports.decide(actor=actor, gid=report.message.group.gid, id=report.pk, **answers)


def delete_message(actor: User, report: Report, reason: str) -> None:
    decide(actor, report, measure=Outcome.NOTHING, delete=True, reason=reason)


def dismiss(actor: User, report: Report, reason: str) -> None:
    reports.dismiss(actor=actor, gid=report.message.group.gid, id=report.pk, reason=reason)


@admin.register(Report)
class ReportAdmin(WithAbout, ReadOnlyAdmin):
    about_template = "admin/chat/message/context.html"
    about = staticmethod(lambda report: messages.context_of(report.message))
    list_display = ("created_at", "words", "sender", "group", "reporter", "reason", "state_now", "came_of_it")
    list_display_links = ("created_at", "words")
    list_filter = ("state",)
    list_select_related = ("reporter", "message__sender", "message__group")
    search_fields = ("reporter__uid", "message__sender__uid", "message__sender__nick", "message__group__gid", "reason")
    fields = (("sender", "group"), "words", "message", ("reporter", "reason"), ("state", "created_at"))
    decided_fields = (("came_of_it", "answer"), ("decided_by", "decided_at"))
    readonly_fields = ("sender", "group", "words", "came_of_it")
    decide = service_action(
        "decide",
        label=_("Decide"),
        effect=_("Whoever wrote it is told what is done and why; whoever reported it, what came of it."),
        icon="gavel",
        legal=is_open,
        asks=DecisionForm,
        service=decide,
    )
    delete_message = service_action(
        "delete_message",
        label=_("Delete the message"),
        effect=_("It goes from every screen. Whoever wrote it is told why; whoever reported it, what came of it."),
        icon="delete",
        variant=ActionVariant.DANGER,
        legal=lambda report: is_open(report) and messages.may_be_deleted(report.message),
        asks=ReasonForm,
        service=delete_message,
    )
    dismiss = service_action(
        "dismiss",
        label=_("Dismiss"),
        effect=_("The message stays. Whoever reported it is told that nothing needed to be done."),
        icon="done",
        legal=is_open,
        asks=ReasonForm,
        service=dismiss,
    )
    actions = ("delete_message", "dismiss")
    actions_detail = ("decide", "delete_message", "dismiss")

    def get_fields(self, request: HttpRequest, obj: Report | None = None) -> tuple:
        return self.fields if obj is None or is_open(obj) else (*self.fields, *self.decided_fields)

    @display(description=_("words"))
    def words(self, report: Report) -> SafeString:
        return messages.in_short(report.message)

    @display(description=_("sender"), ordering="message__sender")
    def sender(self, report: Report) -> User | None:
        return report.message.sender

    @display(description=_("group"), ordering="message__group")
    def group(self, report: Report) -> str:
        return str(report.message.group)

    @display(description=_("what was done"))
    def came_of_it(self, report: Report) -> str:
        return ", ".join(str(Outcome(one).label) for one in report.outcome)

    @display(description=_("state"), ordering="state", label=STATE_COLOURS)
    def state_now(self, report: Report) -> tuple[str, str]:
        return report.state, report.get_state_display()
