"""Whoever of the staff comes to a staff page has a second factor, and has used it to sign in."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

PAGES = "/admin/"
OPEN = ("/admin/login/", "/admin/logout/", "/admin/password_change/")
PAIRED = "second_factor_paired"  # in this very session: then it is proven as well as by a sign-in


class StaffDoorMiddleware:
    """With STAFF_MFA_REQUIRED: leads to where the second factor is set up, or asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = request.path_info.startswith(PAGES) and request.path_info not in OPEN
        concerned = settings.STAFF_MFA_REQUIRED and page
        if not (concerned and request.user.is_authenticated and request.user.is_staff):
            return self.get_response(request)
        if not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
            messages.warning(request, _("Staff sign in with a second step: set it up first."))
            return redirect("mfa_activate_totp")
        if not _proved(request):
            return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")
        return self.get_response(request)


def _proved(request: HttpRequest) -> bool:
    """A session from before the second factor, or one that a stolen password opened then, has not."""
    used = any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))
    return used or request.session.get(PAIRED) == request.user.pk


@receiver(authenticator_added)
def remember(request: HttpRequest, user: object, authenticator: Authenticator, **_: object) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        request.session[PAIRED] = user.pk
