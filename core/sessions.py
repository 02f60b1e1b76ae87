"""A sign-out or a new password closes that person's open sockets (4001). These receivers are the one place where
Django's own signals are used: the sign-in machinery offers no other hook."""

import secrets

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from core.actors import address_of
from core.events import signal
from core.models import SignIn

MARK = "mark"  # names a sign-in to its sockets; unlike the session's key it survives a new password, and is no secret


@receiver(user_logged_in)
def on_signed_in(request, user, **_: object) -> None:
    mark = request.session[MARK] = secrets.token_hex(8)
    meta = getattr(request, "META", {})
    address, device = address_of(meta.get("REMOTE_ADDR", "")), meta.get("HTTP_USER_AGENT", "")[:200]
    SignIn.objects.create(user=user, mark=mark, address=address or None, device=device)


@receiver(user_logged_out)
def on_signed_out(request, user, **_: object) -> None:
    if user:
        SignIn.objects.filter(mark=request.session.get(MARK, "")).delete()
        signal(f"user.{user.pk}", "signed_out", session=request.session.get(MARK, ""))


@receiver([password_changed, password_set])
def on_new_password(request, user, **_: object) -> None:
    signal(f"user.{user.pk}", "signed_out", but=request.session.get(MARK, ""))


@receiver(password_reset)
def on_reset_password(request, user, **_: object) -> None:
    signal(f"user.{user.pk}", "signed_out")
