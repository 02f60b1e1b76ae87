"""What a person changes about themselves, and an app's server about its people."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from core import images
from core.actors import Actor, App
from core.errors import BadInput, LoginRequired, NotAllowed
from core.events import signal
from core.models import SignIn, User
from core.people import named, person_for

AVATAR = (256, 256)


@transaction.atomic
def save_profile(
    *, actor: User, nick: str, language: str, avatar: UploadedFile | None = None, remove_avatar: bool = False
) -> User:
    """Raises BadInput: `bad_nick`, and what core.images says of a picture."""
    if not actor.pk:
        raise LoginRequired()
    old, called = actor.avatar.name, actor.nick
    actor.nick, actor.language = _nick(nick), language
    if avatar:
        actor.avatar = images.recode(avatar, size=AVATAR)
    elif remove_avatar:
        actor.avatar = ""
    actor.save(update_fields=["nick", "language", "avatar"])
    if (called, old) != (actor.nick, actor.avatar.name):
        signal(f"user.{actor.pk}", "profile_saved")
    if old and old != actor.avatar.name:
        transaction.on_commit(lambda: actor.avatar.storage.delete(old))
    return actor


@transaction.atomic
def name_person(*, actor: Actor, uid: str, **fields: object) -> tuple[User, bool]:
    """An app's server names one of its people, and says what is known of them; answers whether they are new. Raises
    LoginRequired, NotAllowed for anybody else, BadInput `bad_uid` and what `change_person` raises."""
    if not isinstance(actor, App):
        raise NotAllowed() if actor.pk else LoginRequired()
    known = User.objects.filter(realm=actor.realm, uid=uid).exists()
    named(actor.realm, uid)
    return change_person(actor=actor, uid=uid, **fields), not known


@transaction.atomic
def change_person(*, actor: Actor, uid: str, active: bool | None = None, **fields: object) -> User:
    """By oneself, or by the server of one's app, which also signs people off (`active`): then nothing lets them in and
    their sockets close. Raises NotFound, NotAllowed, and what `save_profile` raises."""
    user = person_for(actor, uid, "core.change_user")
    if active is not None and not isinstance(actor, App):
        raise NotAllowed()
    without = "avatar" in fields and fields["avatar"] is None
    user = save_profile(actor=user, **{"nick": user.nick, "language": user.language, **fields}, remove_avatar=without)
    if active is not None and active != user.is_active:
        user.is_active = active
        user.save(update_fields=["is_active"])
        if not active:
            sign_out_everywhere(user=user)
    return user


def save_language(*, actor: User, language: str) -> None:
    User.objects.filter(pk=actor.pk).update(language=language)


def powers_changed(*, user: User) -> None:
    """Staff power was given or taken: what is open of this person is looked at anew."""
    signal(f"user.{user.pk}", "powers_changed")


def sign_out_everywhere(*, user: User) -> None:
    """Ends every session and closes the person's open sockets: staff took the account, its password or its devices
    away."""
    User.objects.filter(pk=user.pk).update(sign_outs=F("sign_outs") + 1)
    SignIn.objects.filter(user=user).delete()
    signal(f"user.{user.pk}", "signed_out")


def _nick(nick: str) -> str:
    nick = " ".join(nick.split())
    longest = User._meta.get_field("nick").max_length
    if len(nick) > longest:
        raise BadInput("bad_nick", longest=longest)
    return nick
