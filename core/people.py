"""Whom the outside names."""

import re

from core.actors import Actor, App
from core.errors import BadInput
from core.models import User

NAME = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,128}")


def person_of(realm: str, uid: str, *, by: Actor | None = None) -> User:
    """Whom the outside calls `uid` in this realm. An app's people are made when its server first names them. Raises
    BadInput `unknown_user`, `bad_uid`."""
    user = User.objects.filter(realm=realm, uid=uid).first()
    if user is None and isinstance(by, App) and by.realm == realm:
        return named(realm, uid)
    if user is None:
        raise BadInput("unknown_user", uid=uid)
    return user


def named(realm: str, uid: str) -> User:
    """The person of an app, made when the app first names them. Raises BadInput `bad_uid`."""
    if not NAME.fullmatch(uid):
        raise BadInput("bad_uid")
    facts = {"username": f"{realm}:{uid}", "password": "!"}  # nobody signs in with a password as one of them
    return User.objects.get_or_create(realm=realm, uid=uid, defaults=facts)[0]
