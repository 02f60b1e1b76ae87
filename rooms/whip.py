"""WHIP (RFC 9725): an encoder goes on the air by one POST.

`/whip/<cid>` takes the offer and answers it; the address that it gives out takes candidates and the goodbye. Who it is
says the channel's stream key, in every request; there is no session and no cookie. docs/protocol.md has the table."""

from collections.abc import Awaitable, Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from core import keys
from core.actors import address_of
from core.errors import BadInput, DomainError, LoginRequired, NotFound, TooBig, Unavailable
from core.threads import FAULTS, in_database
from rooms.consumers import whip_patch
from rooms.consumers.asking import ask_app
from rooms.consumers.whip import WhipSession, session_of, turn_out
from rooms.media import sdp as sdp_rules
from rooms.models import Channel, Role, Stay
from rooms.services import stream_keys
from rooms.whip_answers import FRAGMENT, SDP, answer, ice_links, options, refusal

LONGEST = 64 * 1024  # bytes of a description
View = Callable[..., Awaitable[HttpResponse]]


class WrongMethod(BadInput):
    status, code = 405, "method_not_allowed"


class WrongType(BadInput):
    status, code = 415, "not_sdp"


class NotAcceptable(BadInput):
    status, code = 406, "not_carried"


def door(*methods: str) -> Callable[[View], View]:
    """The one translation of a refusal at these addresses. RFC 9725 keeps all other methods for later."""

    def marked(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        async def opened(request: HttpRequest, **where: str) -> HttpResponse:
            try:
                if request.method not in (*methods, "OPTIONS"):
                    raise WrongMethod()
                return await view(request, **where)
            except DomainError as error:
                response = refusal(error)
            except FAULTS:
                response = refusal(Unavailable())
            if response.status_code == 405:
                response["Allow"] = ", ".join((*methods, "OPTIONS"))
            return response

        return opened

    return marked


@door("POST")
async def endpoint(request: HttpRequest, cid: str) -> HttpResponse:
    if request.method == "OPTIONS":
        return options(("POST",), Accept_Post=SDP, **await _servers(request, cid))
    channel = await _channel(request, cid)
    offer = _text(request, SDP)
    _check(offer)
    await in_database(stream_keys.require_air, channel)
    await ask_app(channel.owner, cid, Role.UPLOADER)
    session = WhipSession(channel.owner, cid)
    sdp = await session.open(offer)
    await in_database(stream_keys.note_use, channel)
    there = reverse("whip_session", kwargs={"cid": cid, "connection": session.connection})
    links = ice_links(channel.owner)
    return answer(201, sdp, SDP, Location=there, ETag=session.etag, Accept_Patch=FRAGMENT, **links)


@door("PATCH", "DELETE")
async def session(request: HttpRequest, cid: str, connection: str) -> HttpResponse:
    if request.method == "OPTIONS":
        return options(("PATCH", "DELETE"), Accept_Patch=FRAGMENT)
    channel = await _channel(request, cid)
    here = session_of(channel, connection)
    stay = None if here else await in_database(stream_keys.sent_by, channel, connection)
    if not here and not stay:
        raise NotFound()
    return await (_patch if request.method == "PATCH" else _delete)(request, here, stay)


async def _servers(request: HttpRequest, cid: str) -> dict[str, str]:
    """For whoever brings the key before there is anything to offer; a browser's own question brings none."""
    return ice_links((await _channel(request, cid)).owner) if "Authorization" in request.headers else {}


async def _patch(request: HttpRequest, here: WhipSession | None, stay: Stay | None) -> HttpResponse:
    text, if_match = _text(request, FRAGMENT), request.headers.get("If-Match", "").strip()
    if here:
        done = await whip_patch.patch(here, text, if_match)
    else:
        done = await whip_patch.patch_from_afar(stay, text, if_match)
    return answer(200, done.fragment, FRAGMENT, ETag=done.etag) if done.etag else answer(204)


async def _delete(request: HttpRequest, here: WhipSession | None, stay: Stay | None) -> HttpResponse:
    await (here.leave() if here else turn_out(stay))
    return answer(200)


async def _channel(request: HttpRequest, cid: str) -> Channel:
    """The channel that the key of this request opens, in the name of its owner."""
    key = keys.bearer(request.headers.get("Authorization", ""))
    if not key:
        raise LoginRequired()
    address = address_of(request.META.get("REMOTE_ADDR", ""))
    return await in_database(stream_keys.opens, key=key, cid=cid, address=address)


def _text(request: HttpRequest, kind: str) -> str:
    if request.content_type != kind:
        raise WrongType(type=kind)
    body = request.read(LONGEST + 1)
    if len(body) > LONGEST:
        raise TooBig(most_bytes=LONGEST)
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise BadInput("bad_sdp", reason="not text") from None


def _check(offer: str) -> None:
    try:
        sdp_rules.check_offer(offer)
    except sdp_rules.NotCarried as error:
        raise NotAcceptable(reason=str(error)) from None
    except sdp_rules.BadSDP as error:
        raise BadInput("bad_sdp", reason=str(error)) from None
