"""`/sdk/v1/`: modules for pages of other origins."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from partners.modules import bundle

FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "public, max-age=300"


@require_safe
@gzip_page
@conditional_page
def entry(request: HttpRequest) -> HttpResponse:
    return _module(bundle().entry, FOR_NOW)


@require_safe
@gzip_page
@conditional_page
def module(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """A page that was loaded while the house changed asks under the old name, and is given what there is now."""
    now = bundle()
    if name not in now.modules:
        raise Http404
    return _module(now.modules[name], FOR_EVER if digest == now.digest else "no-store")


def _module(text: str, kept: str) -> HttpResponse:
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": kept,
    }
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers=headers)
