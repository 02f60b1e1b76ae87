"""What the acts of these desks ask for besides a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from core.desk import ReasonForm
from rooms.models import Privilege
from rooms.services import control

FOR_GOOD = ""
LENGTHS = (
    (10 * 60, _("10 minutes")),
    (3600, _("an hour")),
    (86_400, _("a day")),
    (FOR_GOOD, _("for good")),
)


class ToldReasonForm(ReasonForm):
    """The reason is read by the person whom the act concerns."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("The host reads it, and it stands in the audit log beside your name.")


class TellForm(ReasonForm):
    text = forms.CharField(
        label=_("What the host reads"), max_length=control.LONGEST, widget=UnfoldAdminTextareaWidget({"rows": 3})
    )
    field_order = ("text", "reason")


class TransferForm(ReasonForm):
    uid = forms.CharField(label=_("Username of the new host"), max_length=128, widget=UnfoldAdminTextInputWidget)
    field_order = ("uid", "reason")


class LengthField(forms.TypedChoiceField):
    """Seconds, or None for good."""

    def __init__(self, **more: object) -> None:
        facts = {"label": _("For how long"), "initial": LENGTHS[1][0], "required": False}
        super().__init__(
            choices=LENGTHS, coerce=int, empty_value=None, widget=UnfoldAdminSelectWidget, **{**facts, **more}
        )


class BanForm(ReasonForm):
    seconds = LengthField()
    privileges = forms.MultipleChoiceField(
        label=_("Takes away"),
        choices=Privilege.choices,
        initial=[Privilege.JOIN],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    field_order = ("seconds", "privileges", "reason")


class MuteForm(ReasonForm):
    seconds = LengthField()
    field_order = ("seconds", "reason")
