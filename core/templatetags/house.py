"""Small things that every page needs."""

from urllib.parse import urlencode

from django import forms, template
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.forms import BoundField
from django.utils.safestring import SafeString

from core import letters
from core.models import Letter, User
from core.shapes import person

register = template.Library()


@register.inclusion_tag("parts/avatar.html")
def avatar(user: User, size: str = "", id: str = "") -> dict:
    """The person's picture, or their first letter. `size` is a CSS class: avatar-s, avatar-l, avatar-xl."""
    shape = person(user)
    return {"url": shape["avatar"], "letter": shape["nick"][:1].upper(), "size": size, "id": id}


@register.simple_tag
def unread_letters(user: User) -> list[tuple[Letter, str]]:
    """With their words, newest first."""
    return [(letter, letters.words(letter)) for letter in letters.unread(user)]


@register.simple_tag(takes_context=True)
def login_next(context: template.Context) -> str:
    """`?next=` with the page one is on, unless that is one of the doors itself."""
    request = context["request"]
    if request.path.startswith("/accounts/") or request.path == "/":
        return ""
    return "?" + urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})


@register.filter
def dressed(field: BoundField) -> SafeString:
    """The field's widget in our clothes."""
    widget = field.field.widget
    if field.form.__module__.startswith("allauth"):
        widget.attrs.pop("placeholder", None)  # they repeat the label
    if isinstance(widget, forms.CheckboxInput):
        return field.as_widget(attrs={"role": "switch"})
    if isinstance(widget, forms.Select):
        return field.as_widget(attrs={"class": "select"})
    return field.as_widget(attrs={"class": "input"})


@register.filter
def grouped(number: int) -> str:
    """2,418 in both languages."""
    return f"{number:,}"
