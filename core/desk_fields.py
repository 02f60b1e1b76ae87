"""Fields that several desks ask for."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

FOR_GOOD = ""
DAY = 86_400  # seconds
LENGTHS = (
    (10 * 60, _("10 minutes")),
    (3600, _("an hour")),
    (DAY, _("a day")),
    (7 * DAY, _("a week")),
    (FOR_GOOD, _("for good")),
)


class LengthField(forms.TypedChoiceField):
    """Seconds, or None for good. `longest` is how long something with an end may last here."""

    def __init__(self, *, longest: int = 7 * DAY, **more: object) -> None:
        facts = {"label": _("For how long"), "initial": 3600, "required": False, "widget": UnfoldAdminSelectWidget}
        choices = [(seconds, name) for seconds, name in LENGTHS if seconds == FOR_GOOD or seconds <= longest]
        super().__init__(choices=choices, coerce=int, empty_value=None, **{**facts, **more})
