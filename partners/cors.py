"""Whose pages may call the REST door from a browser: those of a working app's origins, without cookies.

The package that writes the headers asks by a signal; it offers no other hook."""

from corsheaders.signals import check_request_enabled
from django.dispatch import receiver
from django.http import HttpRequest

from partners.selectors import lets_in_origin


@receiver(check_request_enabled)
def on_asked(sender: object, request: HttpRequest, **_: object) -> bool:
    there = request.path_info.startswith("/api/v1/")
    return there and lets_in_origin(origin=request.headers.get("Origin", "").lower())
