"""How recordings are drawn."""

from django import template

register = template.Library()


@register.filter
def film_length(seconds: int) -> str:
    """1:02:03, or 2:03 of a short one."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
