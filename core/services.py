"""What a person changes about themselves."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from core import images
from core.errors import BadInput, LoginRequired
from core.events import signal
from core.models import User

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
    """Closes the person's open sockets: staff took the account or its password away. Their sessions die by
    themselves, since both are asked for with every request."""
    signal(f"user.{user.pk}", "signed_out")


def _nick(nick: str) -> str:
    nick = " ".join(nick.split())
    longest = User._meta.get_field("nick").max_length
    if len(nick) > longest:
        raise BadInput("bad_nick", longest=longest)
    return nick
