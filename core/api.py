"""What every REST view shares: one error shape, one paging, one throttle."""

from django.db import DataError, OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import exception_handler as rest_framework_handler

from core.errors import BadInput, DomainError, NotFound, Unavailable

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
    if isinstance(error, DomainError):
        return Response({"error": error.as_dict()}, status=error.status)
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


def checked(shape: type[Serializer], request: Request, **options: object) -> dict:
    """The request body as the serializer reads it; anything else is a coded 400."""
    fields = shape(data=request.data, **options)
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

    def get_cache_key(self, request: HttpRequest, view: object) -> str:
        who = f"u{request.user.pk}" if request.user and request.user.is_authenticated else self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": who}
