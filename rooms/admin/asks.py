"""What the acts of these desks ask for besides a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from core.desk import ReasonForm
from core.desk_fields import DAY, LengthField
from rooms.models import Privilege
from rooms.services import control


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


class BanForm(ReasonForm):
    seconds = LengthField(longest=DAY)
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
