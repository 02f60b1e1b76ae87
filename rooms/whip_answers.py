"""What every answer at WHIP's two addresses carries, refusals included."""

from django.http import HttpResponse, JsonResponse

from core.actors import Actor
from core.errors import DomainError, LoginRequired, Unavailable
from rooms.consumers import ice

SDP, FRAGMENT = "application/sdp", "application/trickle-ice-sdpfrag"
RETRY_AFTER = 2  # seconds
FOR_EVERYBODY = {  # a page of any origin may send: it brings a key of its own, and no cookie counts
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Location, Link, ETag, Accept-Patch, Accept-Post, Retry-After, WWW-Authenticate",
    "Cache-Control": "no-store",
}


def answer(status: int, text: str = "", kind: str = "", **headers: str) -> HttpResponse:
    """`headers` are named as Python can: Accept_Patch."""
    response = HttpResponse(text, status=status, content_type=kind or None, headers=FOR_EVERYBODY)
    if not kind:
        del response["Content-Type"]
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def options(methods: tuple[str, ...], **headers: str) -> HttpResponse:
    allowed = ", ".join((*methods, "OPTIONS"))
    cors = {"Access_Control_Allow_Methods": allowed, "Access_Control_Max_Age": "86400"}
    cors["Access_Control_Allow_Headers"] = "Authorization, Content-Type, If-Match"
    return answer(200, Allow=allowed, **cors, **headers)


def refusal(error: DomainError) -> HttpResponse:
    """The house's one shape, and what HTTP wants to have beside it."""
    response = JsonResponse({"error": error.as_dict()}, status=error.status, headers=FOR_EVERYBODY)
    if isinstance(error, LoginRequired):
        response["WWW-Authenticate"] = 'Bearer error="invalid_token"' if error.code == "bad_stream_key" else "Bearer"
    if wait := error.detail.get("wait", RETRY_AFTER if isinstance(error, Unavailable) else 0):
        response["Retry-After"] = str(wait)
    return response


def ice_links(actor: Actor) -> dict[str, str]:
    """Our STUN and TURN servers as a Link header; {} where there are none."""
    links = [link for server in ice.servers(actor) for link in _links(server)]
    return {"Link": ", ".join(links)} if links else {}


def _links(server: dict) -> list[str]:
    urls = [server["urls"]] if isinstance(server["urls"], str) else server["urls"]
    words = {"username": server.get("username"), "credential": server.get("credential")}
    said = "".join(f'; {name}="{value}"' for name, value in words.items() if value)
    return [f'<{url}>; rel="ice-server"{said}' + ('; credential-type="password"' if said else "") for url in urls]
