"""A sign-out or a new password closes that person's open sockets (4001). These receivers are the one place where
Django's own signals are used: the sign-in machinery offers no other hook."""

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from core.consumers import session_mark
from core.events import signal


@receiver(user_logged_out)
def on_signed_out(request, user, **_: object) -> None:
    if user:
        signal(f"user.{user.pk}", "signed_out", session=session_mark(request.session.session_key))


@receiver([password_changed, password_set])
def on_new_password(request, user, **_: object) -> None:
    signal(f"user.{user.pk}", "signed_out", but=session_mark(request.session.session_key))


@receiver(password_reset)
def on_reset_password(request, user, **_: object) -> None:
    signal(f"user.{user.pk}", "signed_out")
