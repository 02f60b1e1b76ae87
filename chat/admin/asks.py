"""What the acts of these desks ask for besides a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from chat.models import Outcome
from chat.services import notices
from core.desk import ReasonForm
from core.desk_fields import LengthField

MEASURES = (
    (Outcome.NOTHING, _("Nothing")),
    (Outcome.WARNED, _("Warned")),
    (Outcome.MUTED, _("Muted there")),
    (Outcome.BANNED, _("Banned there")),
)


class NoticeForm(ReasonForm):
    text = forms.CharField(
        label=_("Text"), max_length=notices.LONGEST, required=False, widget=UnfoldAdminTextareaWidget({"rows": 3})
    )
    data = forms.CharField(
        label=_("Data"),
        max_length=notices.LONGEST * 4,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("For programs: it is handed on as it stands."),
    )
    field_order = ("text", "data", "reason")


class LengthForm(ReasonForm):
    seconds = LengthField()
    field_order = ("seconds", "reason")


class DecisionForm(ReasonForm):
    delete = forms.BooleanField(label=_("Delete the message"), required=False, widget=UnfoldBooleanSwitchWidget)
    measure = forms.ChoiceField(label=_("Whoever wrote it is"), choices=MEASURES, widget=UnfoldAdminSelectWidget)
    seconds = LengthField(help_text=_("Of a mute or a ban."))
    field_order = ("delete", "measure", "seconds", "reason")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "Whoever wrote it reads it, if anything is done, and it stands in the audit log beside your name."
        )
