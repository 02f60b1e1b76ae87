from collections.abc import Callable
from dataclasses import replace

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from core import guests
from core.actors import address_of
from core.errors import BadInput, DomainError, TooBig, Unavailable
from core.models import Door

Next = Callable[[HttpRequest], HttpResponse]

# The admin theme evaluates expressions and the API explorer writes styles: both get rules of their own.
LOOSER_POLICIES = {
    "/admin/": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
    "/api/docs/": {
        "default-src": [SELF],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
    },
}


LONGEST_BODY = 6 * 1024 * 1024  # bytes: the largest picture, and the form around it


class PolicyMiddleware:
    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for prefix, policy in LOOSER_POLICIES.items():
            if request.path.startswith(prefix):
                response.headers["Content-Security-Policy"] = "; ".join(
                    f"{name} {' '.join(map(str, sources))}" for name, sources in policy.items()
                )
        response.headers.setdefault(
            "Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), geolocation=()"
        )
        return response


DOORS = {"/admin/": Door.ADMIN, "/api/": Door.REST}


def door_of(request: HttpRequest) -> Door:
    return next((door for prefix, door in DOORS.items() if request.path_info.startswith(prefix)), Door.PAGE)


class GuestMiddleware:
    """`request.actor` is the signed-in person, or a guest; a page view gives a new guest their cookie."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        guest = guests.from_cookie(request.COOKIES.get(guests.COOKIE))
        fresh = guest is None
        request.guest, request.keeps_guest = guest or guests.new_guest(), True
        address = address_of(request.META.get("REMOTE_ADDR", ""))
        if request.user.is_authenticated:
            request.actor, request.user.address, request.user.door = request.user, address, door_of(request)
        else:
            request.actor = replace(request.guest, address=address)
        response = self.get_response(request)
        if fresh and request.keeps_guest and response.headers.get("Content-Type", "").startswith("text/html"):
            response.set_cookie(
                guests.COOKIE,
                guests.to_cookie(request.guest),
                max_age=guests.MAX_AGE,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response


class DomainErrorMiddleware:
    """The pages' one translation of a refusal. (REST has its own in core/api.py.)"""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # PostgreSQL takes no NUL in a text, so no id and no search may bring one.
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return self._refuse(request, BadInput())
        if request.path_info.startswith("/api/") and _length(request) > LONGEST_BODY:
            return self._refuse(request, TooBig(most_bytes=LONGEST_BODY))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError):  # the database is away or takes too long
            error = Unavailable()
        return self._refuse(request, error) if isinstance(error, DomainError) else None

    def _refuse(self, request: HttpRequest, error: DomainError) -> HttpResponse:
        asked_for_json = request.headers.get("Accept", "").startswith("application/json")
        if asked_for_json or request.path_info.startswith(("/api/", "/whip/")):
            return JsonResponse({"error": error.as_dict()}, status=error.status)
        if error.status == 503:  # the one page of ours that asks nothing of the database
            return render(request, "500.html", status=503)
        page = "404.html" if error.status == 404 else "refused.html"
        return render(request, page, {"error": error}, status=error.status)


def _length(request: HttpRequest) -> int:
    """A body that does not say how long it is is not read at all."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else LONGEST_BODY + 1
