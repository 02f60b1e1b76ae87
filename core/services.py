"""What a person changes about themselves."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from core import images
from core.errors import BadInput, LoginRequired
from core.events import signal
from core.models import SignIn, User

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


def save_language(*, actor: User, language: str) -> None:
    User.objects.filter(pk=actor.pk).update(language=language)


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
