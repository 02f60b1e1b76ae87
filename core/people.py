"""Whom the outside names."""

import re

from django.db.models import QuerySet

from core.actors import Actor, App, rules
from core.errors import BadInput, LoginRequired, NotAllowed, NotFound
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


def people_of(actor: Actor, **exact: str) -> QuerySet[User]:
    """The people of the realm, for its app's server or for staff. Raises LoginRequired, NotAllowed."""
    if not rules(actor, actor.realm, "core.view_user"):
        raise NotAllowed() if actor.pk else LoginRequired()
    return User.objects.filter(realm=actor.realm, **exact)


def person_for(actor: Actor, uid: str, right: str = "core.view_user") -> User:
    """Oneself, or one of those whom one's realm has for its app's server and for staff with the right. Raises NotFound,
    LoginRequired."""
    if actor.pk is None and not isinstance(actor, App):
        raise LoginRequired()
    mine = rules(actor, actor.realm, right) or uid == actor.uid
    user = User.objects.filter(realm=actor.realm, uid=uid).first() if mine else None
    if user is None:
        raise NotFound()
    return user


def owner_for(actor: Actor, uid: str = "") -> User:
    """Who is to own what `actor` makes: the actor, or whom an app's server names. Raises LoginRequired, NotAllowed
    `owner_is_oneself`, BadInput `owner_missing`, `bad_uid`."""
    if not isinstance(actor, App):
        if not actor.pk:
            raise LoginRequired()
        if uid not in ("", actor.uid):
            raise NotAllowed("owner_is_oneself")
        return actor
    if not uid:
        raise BadInput("owner_missing")
    return named(actor.realm, uid)


def named(realm: str, uid: str) -> User:
    """The person of an app, made when the app first names them. Raises BadInput `bad_uid`."""
    if not NAME.fullmatch(uid):
        raise BadInput("bad_uid")
    facts = {"username": f"{realm}:{uid}", "password": "!"}  # nobody signs in with a password as one of them
    return User.objects.get_or_create(realm=realm, uid=uid, defaults=facts)[0]
