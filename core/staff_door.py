"""Whoever acts as staff has a second factor, and has used it to sign in. On the staff pages they are led to it; by
every other door they are there as anybody else until then (`unproven`, which bounds their rights: core/actors.py)."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from types import SimpleNamespace

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

from core.models import User

PAGES = "/admin/"
OPEN = ("/admin/login/", "/admin/logout/", "/admin/password_change/")
PAIRED = "second_factor_paired"  # in this very session: then it is proven as well as by a sign-in


def unproven(user: User, session: Mapping) -> bool:
    """Whether somebody of the staff came without the second step, where STAFF_MFA_REQUIRED asks for it. `session` is
    empty for whoever brings something else than a session."""
    concerned = settings.STAFF_MFA_REQUIRED and user.is_authenticated and user.is_staff
    return concerned and not (_has_factor(user) and _proved(user, session))


def look_again(user: User, session: Mapping) -> None:
    """For a copy of somebody that is older than what is known of them: their name, their picture, what they may do as
    staff."""
    user.refresh_from_db(fields=["nick", "avatar", "is_active", "is_staff", "is_superuser"])
    for kept in ("_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        with suppress(AttributeError):
            delattr(user, kept)  # through a lazy user, too: sockets have one
    user.unproven = unproven(user, session)


class StaffDoorMiddleware:
    """With STAFF_MFA_REQUIRED: leads to where the second factor is set up, or asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user.unproven = unproven(request.user, request.session)
        page = request.path_info.startswith(PAGES) and request.path_info not in OPEN
        if not (page and request.user.unproven):
            return self.get_response(request)
        if not _has_factor(request.user):
            messages.warning(request, _("Staff sign in with a second step: set it up first."))
            return redirect("mfa_activate_totp")
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")


def _has_factor(user: User) -> bool:
    return is_mfa_enabled(user, [Authenticator.Type.TOTP])


def _proved(user: User, session: Mapping) -> bool:
    """A session from before the second factor, or one that a stolen password opened then, has not."""
    records = get_authentication_records(SimpleNamespace(session=session), user)
    return any(record.get("method") == "mfa" for record in records) or session.get(PAIRED) == user.pk


@receiver(authenticator_added)
def remember(request: HttpRequest, user: object, authenticator: Authenticator, **_: object) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        request.session[PAIRED] = user.pk
