"""How a film leaves the house: by ourselves in parts, by the proxy in front, or from the bucket where it lies."""

from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from core import ranges
from core.errors import NotFound
from rooms import access
from rooms.models import Recording
from rooms.services import films


def film(request: HttpRequest, recording: Recording, *, download: bool = False) -> HttpResponseBase:
    """For who may watch; `download` for who rules there. Raises NotFound while there is none, NotAllowed."""
    name = ""
    if download:
        access.require_host(request.actor, recording.channel)
        name = f"{recording.title} {recording.started_at:%Y-%m-%d %H.%M}.mp4"
    return _send(request, recording.file.name, "video/mp4", name)


def poster(request: HttpRequest, recording: Recording) -> HttpResponseBase:
    return _send(request, recording.poster.name, "image/jpeg", "")


def _send(request: HttpRequest, name: str, kind: str, save_as: str) -> HttpResponseBase:
    storage = films.cellar()
    if not name:
        raise NotFound()
    disposition = content_disposition_header(as_attachment=True, filename=save_as) if save_as else None
    if not isinstance(storage, FileSystemStorage):
        return _elsewhere(storage, name, kind, disposition)
    if settings.RECORDINGS_ACCEL:
        response: HttpResponseBase = HttpResponse(content_type=kind)
        response["X-Accel-Redirect"] = quote(f"{settings.RECORDINGS_ACCEL.rstrip('/')}/{name}")
        response["Cache-Control"] = "private"
    else:
        response = _in_parts(request, storage, name, kind)
    if disposition:
        response["Content-Disposition"] = disposition
    return response


def _in_parts(request: HttpRequest, storage: Storage, name: str, kind: str) -> HttpResponseBase:
    try:
        file = storage.open(name, "rb")
    except FileNotFoundError:  # deleted a moment ago
        raise NotFound() from None
    changed = storage.get_modified_time(name)
    return ranges.answer(request, file, size=file.size, changed=changed, content_type=kind)


def _elsewhere(storage: Storage, name: str, kind: str, disposition: str | None) -> HttpResponseBase:
    """An address that is good for some hours, for whoever was just let in."""
    wanted = {"ResponseContentType": kind}
    if disposition:
        wanted["ResponseContentDisposition"] = disposition
    response = HttpResponseRedirect(storage.url(name, parameters=wanted))
    response["Cache-Control"] = "no-store"
    return response
