"""The import map: bare names for our modules, so that one file's new hash does not change all others."""

import json
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


def modules() -> dict[str, str]:
    """`footlight/socket` for js/socket.js, `footlight/client/im` for js/client/im.js; `hls.js` where it was fetched."""
    root = Path(settings.STATICFILES_DIRS[0])
    paths = [path.relative_to(root) for path in sorted(root.glob("js/**/*.js"))]
    ours = {f"footlight/{path.relative_to('js').with_suffix('').as_posix()}": static(path.as_posix()) for path in paths}
    fetched = any(isinstance(folder, tuple) for folder in settings.STATICFILES_DIRS)
    return ours | ({"hls.js": static("vendor/hls.js")} if fetched else {})


@cache
def _text() -> str:
    return json.dumps({"imports": modules()}).replace("<", "\\u003c")


@register.simple_tag(takes_context=True)
def importmap(context: template.Context) -> SafeString:
    if settings.DEBUG:
        _text.cache_clear()  # a file added while developing is found at the next page
    nonce = context["request"].csp_nonce
    return format_html('<script type="importmap" nonce="{}">{}</script>', nonce, mark_safe(_text()))
