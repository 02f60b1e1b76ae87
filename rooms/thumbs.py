"""The picture of a running show, as an image."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import condition, require_safe

from rooms import access, folders, selectors
from rooms.models import Channel

SHARED = 5  # seconds for which a browser asks no more


def _tag(request: HttpRequest, cid: str) -> str | None:
    found = folders.taken(cid)
    return f'"{found.st_mtime_ns:x}"' if found else None


@require_safe
def thumbnail(request: HttpRequest, cid: str) -> HttpResponse:
    """For whoever may watch; the cover where there is none of now. 404 for everybody else, and without a cover."""
    channel = selectors.channel_for(request.actor, cid)
    if not access.may_watch(request.actor, channel) or access.gate(request.actor, channel):
        raise Http404
    answer = _picture(request, cid) if folders.thumbnail(channel) else _cover(channel)
    answer["Cache-Control"] = f"private, max-age={SHARED}"
    return answer


@condition(etag_func=_tag)
def _picture(request: HttpRequest, cid: str) -> HttpResponse:
    try:
        return FileResponse(folders.thumb(cid).open("rb"), content_type="image/jpeg")
    except OSError as gone:
        raise Http404 from gone


def _cover(channel: Channel) -> HttpResponse:
    if not channel.cover:
        raise Http404
    return redirect(channel.cover.url)
