"""`{% lucide "eye" size=20 class="icon" %}`, drawn once for all pages: the package draws it anew each time."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from lucide.templatetags import lucide as package

register = template.Library()
_drawn = lru_cache(maxsize=1024)(package.lucide)


@register.simple_tag
def lucide(name: str, *, size: int = 24, **attributes: str) -> SafeString:
    return _drawn(name, size=size, **attributes)
