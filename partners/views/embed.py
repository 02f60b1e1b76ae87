"""`/embed/<cid>/`: player and chat in a frame on pages of others.

Nobody is here by a cookie: one is a guest by a ticket, or whoever the page around it vouches for by a UserSig."""

from dataclasses import dataclass

from csp.constants import SELF
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from core import guests
from core.context import THEMES
from core.errors import NotFound
from partners import selectors
from rooms import access
from rooms import selectors as rooms
from rooms.models import Channel
from rooms.views import MUTE_STEPS


@dataclass(frozen=True)
class Place:
    """What a guest may know of it, and whose pages may show it. `channel` is None where a guest may not even know that
    there is one: whom the page around it vouches for may."""

    cid: str
    channel: Channel | None
    gate: str
    origins: list[str]


@never_cache
@require_safe
@xframe_options_exempt
def embed(request: HttpRequest, cid: str) -> HttpResponse:
    request.keeps_guest = False
    guest = guests.new_guest()
    place = _place(guest, cid, request.GET.get("app", ""))
    language, theme = request.GET.get("language", ""), request.GET.get("theme", "")
    with translation.override(language if language in dict(settings.LANGUAGES) else translation.get_language()):
        response = render(request, "partners/embed.html", _context(guest, place, theme, _chat(request)))
    response._csp_replace = {"frame-ancestors": [SELF, *settings.SITE_ORIGINS, *place.origins]}
    return response


def _place(guest: guests.Guest, cid: str, app_id: str) -> Place:
    """Raises NotFound, unless the address names an app: what of it is hidden and what is not there look alike."""
    try:
        channel = rooms.channel_for(guest, cid)
        return Place(cid, channel, access.gate(guest, channel), selectors.embedding(channel))
    except NotFound:
        app = selectors.working(app_id)
        if app is None:
            raise
        return Place(cid, None, "login", app.origins)


def _chat(request: HttpRequest) -> bool:
    return request.GET.get("chat") != "off"


def _context(guest: guests.Guest, place: Place, theme: str, chat: bool) -> dict:
    channel = place.channel
    inside = channel is not None and access.may_watch(guest, channel)
    group = channel.group if inside and chat else None
    return {
        "channel": channel,
        "gate": place.gate,
        "chat": chat,
        "theme": theme if theme in THEMES else "",
        "of_app": channel is None or bool(channel.realm),
        "viewers": rooms.viewers(channel) if channel else 0,
        "mute_steps": MUTE_STEPS,
        "page_data": {
            "cid": place.cid,
            "gid": group.gid if group else None,
            "chat": chat,
            "gate": place.gate,
            "snapshot": rooms.snapshot(channel) if inside else None,
            "origins": [*settings.SITE_ORIGINS, *place.origins],
            "ticket": guests.to_ticket(guest),
        },
    }
