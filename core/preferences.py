"""Two cookies that the server reads before it writes a page: the language and the theme."""

from django.conf import settings
from django.http import HttpResponse

from core.context import THEMES

YEAR = 365 * 24 * 3600  # seconds


def remember_language(response: HttpResponse, language: str) -> HttpResponse:
    _set(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response


def remember_theme(response: HttpResponse, theme: str) -> HttpResponse:
    """Light or dark; anything else follows the machine and needs no cookie."""
    if theme in THEMES:
        _set(response, "theme", theme)
    else:
        response.delete_cookie("theme")
    return response


def _set(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE)
