"""`/hls/<cid>/index.m3u8` and what it lists; for pages with a socket `/hls/<cid>/pass` and the playlist it leads to.

They answer the site's own people by their session or guest's cookie, everybody else by `Authorization: Bearer
<UserSig>` or a guest's `?ticket=`. Who brings nothing is given a ticket and sent on with it, for players that keep no
cookies."""

import functools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_http_methods

from core import clock, credentials, guests, ports
from core.actors import Actor, Guest, address_of
from core.errors import DomainError, NotAllowed, NotFound, Unavailable
from core.platforms import platform_of
from rooms import folders, selectors
from rooms.hls import files, links
from rooms.hls import playlist as lists
from rooms.hls.playlist import Segment
from rooms.models import Role, Stay
from rooms.services import hls

LIST_TYPE = "application/vnd.apple.mpegurl"
SOON = 2  # seconds until it is worth to ask again
TYPES = {".mp4": "video/mp4", ".m4s": "video/iso.segment"}
FOR_EVER = "public, max-age=31536000, immutable"
View = Callable[..., HttpResponse]
get_only = require_http_methods(["GET", "HEAD", "OPTIONS"])


def for_any_page(view: View) -> View:
    """Pages of others may ask, as nobody known by a cookie; a refusal is JSON, as everywhere but on pages."""

    @functools.wraps(view)
    def answer(request: HttpRequest, **where: str) -> HttpResponse:
        request.keeps_guest = False
        try:
            response = HttpResponse() if request.method == "OPTIONS" else view(request, **where)
        except DomainError as error:
            response = _refusal(error)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Headers"] = "authorization, range"
        return response

    return get_only(answer)


def _refusal(error: DomainError) -> HttpResponse:
    headers = {"Retry-After": str(SOON)} if error.status == 503 else {}
    return JsonResponse({"error": error.as_dict()}, status=error.status, headers=headers)


@for_any_page
def playlist(request: HttpRequest, cid: str) -> HttpResponse:
    """For any player: each request for it says that somebody is watching."""
    now, actor, fresh = clock.now(), *_asking(request)
    showing = hls.showing(actor=actor, cid=cid, now=now)
    if fresh:
        return HttpResponseRedirect(f"{request.path}?{urlencode({**request.GET.dict(), 'ticket': fresh})}")
    held = request.GET.get("stay") == "held"
    if showing.channel.realm and not held and not hls.is_here(actor, showing.channel):
        ports.ask("lets_in", actor=actor, cid=cid, role=Role.VIEWER)
    stay = hls.attend(actor=actor, showing=showing, held=held, platform=_platform(request), now=now)
    segments = _segments(showing)
    if not segments:
        raise Unavailable("hls_starting")
    _count(stay, showing, segments, now)
    return _list(showing, segments, f"{showing.pk}/", links.query(cid, showing.pk, now))


@for_any_page
def give_pass(request: HttpRequest, cid: str) -> JsonResponse:
    """For a page whose socket holds its stay: the playlist that is one for all of them, and the seconds after which to
    ask again. "" while the first segments are being made."""
    now, actor = clock.now(), _asking(request)[0]
    showing = hls.showing(actor=actor, cid=cid, now=now)
    stay = hls.attend(actor=actor, showing=showing, held=True, platform="", now=now)
    segments = _segments(showing)
    if not segments:
        return JsonResponse({"playlist": "", "seconds": SOON})
    _count(stay, showing, segments, now)
    return JsonResponse({"playlist": links.playlist(cid, showing.pk, now), "seconds": links.RENEW})


@for_any_page
def shared(request: HttpRequest, cid: str, show: str) -> HttpResponse:
    """What it lists is good for no longer than its own address: whoever is given no other has soon seen the last."""
    query = _signed(request, cid, show)
    showing = hls.shared(cid=cid, show=int(show), now=clock.now())
    segments = _segments(showing)
    if not segments:
        raise Unavailable("hls_starting")
    return _list(showing, segments, "", query)


def _segments(showing: hls.Showing) -> list[Segment]:
    hls.want(showing)
    return files.segments(showing.channel.cid, showing.pk)


def _count(stay: Stay, showing: hls.Showing, segments: list[Segment], now: datetime) -> None:
    hls.listed(stay=stay, show=showing.pk, sizes=[(one.number, one.size) for one in segments], now=now)


def _list(showing: hls.Showing, segments: list[Segment], below: str, query: str) -> HttpResponse:
    """`below`: from its own folder to that of the show; `query` is what opens a segment that is not everybody's."""
    if hls.is_open(showing.channel):
        query = ""
        if settings.HLS_CDN_URL:
            below = settings.HLS_CDN_URL + links.prefix(showing.channel.cid, showing.pk)
    text = lists.compose(segments, lambda run, file: f"{below}{run}/{file}{query}", over=showing.over)
    return HttpResponse(text, content_type=LIST_TYPE)


def _asking(request: HttpRequest) -> tuple[Actor, str]:
    """Who asks; with a ticket for whom we had not met."""
    address = address_of(request.META.get("REMOTE_ADDR", ""))
    scheme, _, usersig = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        person = credentials.identify(usersig.strip()).user
        person.address = address
        return person, ""
    if known := guests.from_ticket(request.GET.get("ticket", "")):
        return replace(known, address=address), ""
    knows = not isinstance(request.actor, Guest) or guests.from_cookie(request.COOKIES.get(guests.COOKIE))
    return request.actor, "" if knows else guests.to_ticket(request.guest)


def _platform(request: HttpRequest) -> str:
    return platform_of({"query_string": request.META.get("QUERY_STRING", "").encode()})


@for_any_page
def segment(request: HttpRequest, cid: str, show: str, run: str, name: str) -> HttpResponse:
    """One file. In production a web server gives it out under the same rule (deploy/nginx.conf)."""
    signed = "s" in request.GET or "e" in request.GET
    if signed:
        _signed(request, cid, show)
    elif not hls.is_open(selectors.channel_for(request.actor, cid)):
        raise NotAllowed("bad_signature")
    path = folders.of_show(cid, int(show)) / str(int(run)) / name
    try:
        response = FileResponse(path.open("rb"), content_type=TYPES[path.suffix])
    except OSError:
        raise NotFound() from None
    response.headers["Cache-Control"] = "private, max-age=120" if signed else FOR_EVER
    return response


def _signed(request: HttpRequest, cid: str, show: str) -> str:
    """The signature that it came with, as a query. Raises NotAllowed `bad_signature`, Gone `link_expired`."""
    until, signature = request.GET.get("e", ""), request.GET.get("s", "")
    links.check(cid, int(show), until, signature, clock.now())
    return links.as_query(until, signature)
