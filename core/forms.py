"""Forms ask a service; what it refuses is shown beside the field it is about."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.context import THEMES
from core.errors import DomainError
from core.models import User


class ServiceForm(forms.Form):
    """`ABOUT` says which field a refusal's code belongs to; any other is shown above the fields."""

    ABOUT: dict[str, str] = {}

    def submit(self, service: Callable[..., Any], **arguments: object) -> Any:
        """What the service returns (True where it returns nothing), or None when it refused."""
        try:
            answer = service(**arguments)
        except DomainError as error:
            self.add_error(self.ABOUT.get(error.code), error.words())
            return None
        return True if answer is None else answer


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    theme = forms.ChoiceField(choices=[(theme, theme) for theme in (*THEMES, "auto")], required=False)


class ProfileForm(ServiceForm):
    ABOUT = {"bad_nick": "nick", "picture_too_big": "avatar", "not_a_picture": "avatar"}

    nick = forms.CharField(
        label=_("Nickname"),
        max_length=40,
        required=False,
        help_text=_("What people see. Left empty, it is your username."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    avatar = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "data-preview": "avatar-preview"}),
        help_text=_("A square works best; at most 5 MB."),
    )
    remove_avatar = forms.BooleanField(label=_("Remove the picture"), required=False)


class LeaveForm(ServiceForm):
    uid = forms.CharField(label=_("Your username, to be sure"), max_length=128)

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_uid(self) -> str:
        if self.cleaned_data["uid"].strip() != self.user.uid:
            raise forms.ValidationError(_("That is not your username."))
        return self.user.uid
