"""What every REST view shares: one error shape, one way to read what was sent, one paging, one throttle."""

from django.core.exceptions import SuspiciousOperation
from django.db import DataError, OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import exception_handler as rest_framework_handler

from core.actors import App
from core.errors import BadInput, DomainError, LoginRequired, NotFound, TooFast, Unavailable

SOMEBODY = _("Only people do that: name one of yours in the header X-User.")
CODES = {
    exceptions.NotAuthenticated: "login_required",
    exceptions.AuthenticationFailed: "login_required",
    exceptions.PermissionDenied: "not_allowed",
    exceptions.NotFound: "not_found",
    exceptions.Throttled: "too_fast",
    exceptions.ParseError: "bad_input",
    exceptions.ValidationError: "bad_input",
}


def exception_handler(error: Exception, context: dict) -> Response | None:
    """Every refusal as `{"error": {"code", "message", ...}}`."""
    if isinstance(error, OperationalError):  # the database is away or takes too long
        error = Unavailable()
    if isinstance(error, SuspiciousOperation):  # a form of a thousand fields, for one
        error = BadInput()
    if isinstance(error, DomainError):
        return _refusal(error, context["request"])
    response = rest_framework_handler(error, context)
    if response is None:
        return None
    shape = {"code": CODES.get(type(error), "bad_input"), "message": str(BadInput.message)}
    if isinstance(error, exceptions.ValidationError):
        shape["fields"] = error.detail
    elif isinstance(error, exceptions.APIException):
        shape["code"] = CODES.get(type(error), error.get_codes() if isinstance(error.get_codes(), str) else "bad_input")
        shape["message"] = str(error.detail)
    else:
        shape = {"code": "not_found", "message": str(response.data.get("detail", ""))}
    response.data = {"error": shape}
    return response


def _refusal(error: DomainError, request: Request) -> Response:
    if type(error) is LoginRequired and isinstance(getattr(request, "actor", None), App):
        error = LoginRequired(error.code, SOMEBODY, **error.detail)  # its server has signed in: it named nobody
    headers = (
        {"Retry-After": str(error.detail["wait"])} if isinstance(error, TooFast) and "wait" in error.detail else {}
    )
    return Response({"error": error.as_dict()}, status=error.status, headers=headers)


def checked(shape: type[Serializer], request: Request, **options: object) -> dict:
    """The request body as the serializer reads it; anything else is a coded 400."""
    return _valid(shape(data=request.data, **options))


def named(shape: type[Serializer], request: Request) -> dict:
    """For DELETE: what is meant, in the query or, where a client sends one, in the body."""
    return _valid(shape(data=request.data or request.query_params.dict()))


def asked(shape: type[Serializer], request: Request) -> dict:
    """The query as the serializer reads it. An empty value is one that is not there."""
    return _valid(shape(data={name: value for name, value in request.query_params.items() if value}))


def _valid(fields: Serializer) -> dict:
    fields.is_valid(raise_exception=True)
    return fields.validated_data


class Page(CursorPagination):
    """`?cursor=`, `?page_size=`; answers `results` and `next`."""

    page_size = 24
    max_page_size = 100
    page_size_query_param = "page_size"
    offset_cutoff = 100_000  # rows that share a first ordering key: idle channels, for one
    ordering = "-id"

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: object = None) -> list | None:
        try:
            return super().paginate_queryset(queryset, request, view=view)
        except (ValueError, DataError):  # a cursor that is not ours: its position is of another kind
            raise NotFound() from None

    def get_paginated_response(self, data: list) -> Response:
        return Response({"results": data, "next": self.get_next_link(), "previous": self.get_previous_link()})


class PersonThrottle(SimpleRateThrottle):
    """By person where signed in, else by address."""

    scope = "person"

    def get_cache_key(self, request: HttpRequest, view: object) -> str | None:
        if getattr(request.auth, "has_own_rate", False):
            return None
        who = f"u{request.user.pk}" if request.user and request.user.is_authenticated else self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": who}
