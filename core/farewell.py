"""Somebody leaves for good, or takes what is theirs along. Each part of the house does its own through the ports
`person_leaves` (forget them) and `person_export` (what is theirs)."""

import json
import zipfile
from io import BytesIO

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from core import clock, letters, ports
from core.actors import Actor, of_staff, person_key
from core.errors import IllegalMove, LoginRequired, NotAllowed
from core.ids import short_id
from core.models import Event, KeyedCall, Letter, SignIn, User
from core.services import sign_out_everywhere

NAMES = ("uid", "ended_by", "fromUserId", "remoteUserId")  # where an event names somebody alone


@transaction.atomic
def erase(*, actor: Actor, user: User) -> User:
    """By oneself or by staff; final. What the accounts need stays, under a name that says nothing. Nobody signs in with
    it again. Raises LoginRequired, NotAllowed, IllegalMove `staff_stay`, and what a part of the house says no with
    (`payout_open`)."""
    _require_own(actor, user)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_staff or user.is_superuser:
        raise IllegalMove("staff_stay")
    if user.erased_at:
        raise IllegalMove("illegal_move")
    ports.ask("person_leaves", user=user)
    was = user.uid
    _forget_account(user)
    _forget_in_events(user, was)
    sign_out_everywhere(user=user)
    return user


def export(*, actor: Actor, user: User) -> bytes:
    """A zip of JSON files, one for each kind of thing that is the person's. Raises LoginRequired, NotAllowed."""
    _require_own(actor, user)
    files = {"account": _account(user)}
    for part in ports.ask("person_export", user=user):
        files |= part
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(f"{name}.json", json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
    return out.getvalue()


def _require_own(actor: Actor, user: User) -> None:
    if not actor.is_authenticated:
        raise LoginRequired()
    if not of_staff(actor) and actor.pk != user.pk:
        raise NotAllowed()


def _forget_account(user: User) -> None:
    gone, picture = f"gone-{short_id()}", user.avatar.name
    storage = user.avatar.storage
    user.username = f"{user.realm}:{gone}" if user.realm else gone
    user.uid, user.nick, user.email, user.avatar, user.language = gone, "", "", "", ""
    user.is_active, user.last_login, user.erased_at = False, None, clock.now()
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    for model in (EmailAddress, Authenticator, SignIn, Letter):
        model.objects.filter(user=user).delete()
    KeyedCall.objects.filter(person=person_key(user)).delete()
    if picture:
        transaction.on_commit(lambda: storage.delete(picture))


def _forget_in_events(user: User, was: str) -> None:
    """The outbox keeps whole objects, and in them what people were called."""
    rows = Event.objects.annotate(text=Cast("data", TextField())).filter(realm=user.realm)
    near = Q(text__contains=json.dumps(was)) | Q(text__contains=json.dumps(was, ensure_ascii=False))
    for event in list(rows.filter(near)):
        Event.objects.filter(pk=event.pk).update(data=_without(event.data, was, user.uid))


def _without(value: object, was: str, gone: str) -> object:
    if isinstance(value, list):
        return [_without(each, was, gone) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("uid") == was and "nick" in value:
        return {**value, "uid": gone, "nick": gone, "avatar": ""}
    names = {name: gone for name in NAMES if value.get(name) == was}
    return {name: _without(each, was, gone) for name, each in value.items()} | names


def _account(user: User) -> dict:
    return {
        "username": user.username,
        "uid": user.uid,
        "nickname": user.nick,
        "email": user.email,
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "language": user.language,
        "picture": user.avatar.url if user.avatar else "",
        "joined": user.date_joined,
        "last_login": user.last_login,
        "letters": [letters.shape(letter) for letter in letters.of(user)],
        "sign_ins": list(user.sign_ins.values("created_at", "address", "device")),
    }
