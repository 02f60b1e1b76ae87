"""Forms ask a service; what it refuses is shown beside the field it is about."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.context import THEMES
from core.errors import DomainError

# The words for a refusal's code, where the error's own are too general for a form.
WORDS = {
    "bad_title": _("Give it a title of 1 to %(longest)s characters."),
    "bad_nick": _("A nickname has at most %(longest)s characters."),
    "bad_max_people": _("Between 0 and %(most)s; 0 means no limit."),
    "bad_list": _("Write usernames with commas between them."),
    "kind_is_fixed": _("A channel keeps its member group: choose another way in."),
    "unknown_user": _("Nobody here has the username “%(uid)s”."),
    "unknown_group": _("You are not a member of that group."),
    "may_not_watch": _("“%(uid)s” may not watch this channel yet. Let them in first."),
    "picture_too_big": _("That picture is too big. Choose one of at most 5 MB."),
    "word_twice": _("“%(text)s” is in the list already."),
    "word_without_letters": _("A word needs a letter or a digit."),
    "word_too_long": _("A word has at most %(longest)s characters."),
    "bad_category": _("There is no such category. There are: %(choices)s."),
    "bad_level": _("There is no such level. There are: %(choices)s."),
    "not_a_picture": _("That is not a picture we can read. Use JPEG, PNG, WebP or GIF."),
}


class ServiceForm(forms.Form):
    """`ABOUT` says which field a refusal's code belongs to; any other is shown above the fields."""

    ABOUT: dict[str, str] = {}

    def submit(self, service: Callable[..., Any], **arguments: object) -> Any:
        """What the service returns (True where it returns nothing), or None when it refused."""
        try:
            answer = service(**arguments)
        except DomainError as error:
            words = WORDS.get(error.code)
            message = words % error.detail if words else error.message
            self.add_error(self.ABOUT.get(error.code), message)
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
