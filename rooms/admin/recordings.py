"""The desk of shows that are kept."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from core.desk import ReadOnlyAdmin, service_action
from core.numbers import size
from rooms import reasons
from rooms.flows import RECORDING, RecordingState
from rooms.models import Recording
from rooms.services import recordings
from rooms.templatetags.films import film_length

COLOURS = {
    RecordingState.RECORDING: "info",
    RecordingState.PROCESSING: "warning",
    RecordingState.READY: "success",
    RecordingState.FAILED: "danger",
    RecordingState.DELETED: "",
}


@admin.register(Recording)
class RecordingAdmin(ReadOnlyAdmin):
    list_display = ("title", "channel", "state_now", "started_at", "length", "takes", "why", "keep_until")
    list_filter = ("state", "error")
    list_select_related = ("channel",)
    search_fields = ("title", "=rid", "channel__title", "=channel__cid")
    date_hierarchy = "started_at"
    fields = (
        ("title", "channel"),
        ("state", "progress"),
        ("started_at", "ended_at"),
        ("length", "takes"),
        ("why", "detail"),
        ("keep_until", "page"),
    )
    readonly_fields = ("length", "takes", "why", "page")
    retry = service_action(
        "retry_recording",
        label=_("Try again"),
        effect=_("A worker puts it together once more, of what the show left."),
        icon="replay",
        legal=lambda recording: RECORDING.allows(recording.state, "retry"),
        service=lambda actor, recording: recordings.retry(actor=actor, rid=recording.rid),
    )
    delete = service_action(
        "delete_recording",
        label=_("Delete"),
        effect=_("The film goes for good. The words that were said in it are forgotten with those of other days."),
        icon="delete",
        variant=ActionVariant.DANGER,
        legal=lambda recording: RECORDING.allows(recording.state, "delete"),
        service=lambda actor, recording: recordings.delete(actor=actor, rid=recording.rid),
    )
    actions = actions_detail = ("retry", "delete")

    @display(description=_("state"), ordering="state", label=COLOURS)
    def state_now(self, recording: Recording) -> tuple[str, str]:
        return recording.state, recording.get_state_display()

    @display(description=_("length"), ordering="seconds")
    def length(self, recording: Recording) -> str:
        return film_length(recording.seconds) if recording.seconds else ""

    @display(description=_("size"), ordering="bytes")
    def takes(self, recording: Recording) -> str:
        return size(recording.bytes) if recording.bytes else ""

    @display(description=_("why it failed"), ordering="error")
    def why(self, recording: Recording) -> str:
        return reasons.of_film(recording.error)

    @display(description=_("page"))
    def page(self, recording: Recording) -> SafeString | str:
        if recording.state == RecordingState.DELETED:
            return ""
        return format_html('<a class="text-link" href="{0}">{0}</a>', recording.get_absolute_url())
