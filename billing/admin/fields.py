"""What the forms of money share."""

import secrets

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from billing.ledger import MOST
from core.desk import ReasonForm


class CoinsField(forms.IntegerField):
    """Whole coins, at least one, in plain digits."""

    def __init__(self, *, most: int = MOST, **more: object) -> None:
        super().__init__(min_value=1, max_value=most, widget=UnfoldAdminIntegerFieldWidget, **more)

    def to_python(self, value: object) -> int | None:
        text = str(value or "").strip()
        if text and not (text.isascii() and text.isdigit()):
            raise ValidationError(_("Whole coins, in plain digits."))
        return super().to_python(text)


class CoinsForm(ReasonForm):
    """`key` makes a form that was sent twice give once."""

    coins = CoinsField(label=_("Coins"))
    key = forms.CharField(max_length=32, widget=forms.HiddenInput, initial=lambda: secrets.token_hex(8))
    field_order = ("coins", "reason", "key")
