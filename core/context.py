"""What every page knows."""

from django.http import HttpRequest

THEMES = ("light", "dark")


def page(request: HttpRequest) -> dict:
    theme = request.COOKIES.get("theme", "")
    return {"theme": theme if theme in THEMES else ""}
