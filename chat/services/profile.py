"""What a group says about itself, and the rules of its conversation."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile

from chat import access, announce, shapes
from chat.models import Deed, Group, GroupType, JoinOption, ModerationDeed
from chat.selectors import group_for
from core import clock, images
from core.actors import Actor
from core.audit import act
from core.errors import BadInput

AVATAR = (256, 256)
MOST_FIELDS, LONGEST_KEY, LONGEST_VALUE = 10, 32, 512  # custom fields; characters; bytes
SLOWEST, SLOW_FROM = 120, 3  # seconds
DECIDES_WHO_SPEAKS = {"muted_all", "followers_only", "slow_seconds", "block_links"}


@act("change")
def change(*, actor: Actor, gid: str, reason: str = "", **fields: Any) -> Group:
    """Changes what is given; everybody is told what. For the owner and moderators. An `avatar` is an uploaded file, or
    False to take the picture away. Raises NotFound, NotAllowed, LoginRequired, and what `fill` raises."""
    group = group_for(actor, gid, lock=True)
    access.require_moderator(actor, group)
    before = {name: getattr(group, name, None) for name in fields}
    fill(group, fields)
    changed = [name for name in fields if before[name] != getattr(group, name)]
    if changed:
        group.version += 1
        group.save(update_fields=[*changed, "version"])
        _forget_picture(group, before.get("avatar"))
        _tell(group, actor, changed, reason)
    return group


def fill(group: Group, fields: dict[str, Any]) -> None:
    """Writes `fields` on an unsaved or locked group. Raises BadInput: `unknown_field`, `bad_title`, `bad_notice`,
    `bad_introduction`, `bad_custom`, `bad_join_option`, `bad_slow_seconds`, `bad_switch`, and what core.images says."""
    unknown = set(fields) - set(CHECKS)
    if unknown:
        raise BadInput("unknown_field", fields=sorted(unknown))
    for name, value in fields.items():
        setattr(group, name, CHECKS[name](group, name, value))


def _title(group: Group, name: str, title: object) -> str:
    title = " ".join(str(title).split())
    if not title:
        raise BadInput("bad_title", longest=Group._meta.get_field("title").max_length)
    return _text(group, name, title)


def _text(group: Group, name: str, text: object) -> str:
    text, longest = str(text).strip(), Group._meta.get_field(name).max_length
    if len(text) > longest:
        raise BadInput(f"bad_{name}", longest=longest)
    return text


def _switch(group: Group, name: str, on: object) -> bool:
    if not isinstance(on, bool):
        raise BadInput("bad_switch", field=name)
    return on


def _avatar(group: Group, name: str, picture: UploadedFile | None) -> object:
    return images.recode(picture, size=AVATAR) if picture else ""


def _custom(group: Group, name: str, custom: object) -> dict[str, str]:
    if not isinstance(custom, dict) or len(custom) > MOST_FIELDS or not all(map(_custom_fits, custom.items())):
        raise BadInput("bad_custom", most=MOST_FIELDS, longest_key=LONGEST_KEY, most_bytes=LONGEST_VALUE)
    return custom


def _custom_fits(field: tuple[str, object]) -> bool:
    key, value = field
    if not isinstance(value, str) or not 1 <= len(key) <= LONGEST_KEY or "\0" in key + value:
        return False
    try:
        return len(value.encode()) <= LONGEST_VALUE and bool(key.encode())
    except UnicodeEncodeError:  # half a character
        return False


def _join_option(group: Group, name: str, option: object) -> str:
    """Nobody needs leave to join an audience."""
    if option not in JoinOption.values or (group.type == GroupType.AVCHATROOM and option != JoinOption.FREE):
        raise BadInput("bad_join_option", options=JoinOption.values)
    return str(option)


def _slow_seconds(group: Group, name: str, seconds: object) -> int:
    if type(seconds) is not int or not (seconds == 0 or SLOW_FROM <= seconds <= SLOWEST):
        raise BadInput("bad_slow_seconds", least=SLOW_FROM, most=SLOWEST)
    return seconds


CHECKS: dict[str, Callable[[Group, str, Any], Any]] = {
    "title": _title,
    "notice": _text,
    "introduction": _text,
    "avatar": _avatar,
    "custom": _custom,
    "join_option": _join_option,
    "muted_all": _switch,
    "slow_seconds": _slow_seconds,
    "followers_only": _switch,
    "block_links": _switch,
    "tell_joins": _switch,
}


def _forget_picture(group: Group, old: FieldFile | None) -> None:
    """The old file goes when the change stands."""
    if old and old != group.avatar:
        name, storage = old.name, old.storage
        transaction.on_commit(lambda: storage.delete(name))


def _tell(group: Group, actor: Actor, changed: list[str], reason: str) -> None:
    if "muted_all" in changed:
        deed = Deed.MUTE_ALL if group.muted_all else Deed.UNMUTE_ALL
        by = actor if actor.pk else None
        ModerationDeed.objects.create(group=group, actor=by, deed=deed, reason=reason, created_at=clock.now())
    now = shapes.profile(group)
    announce.profile_changed(group, actor, {name: now[name] for name in changed})
    if DECIDES_WHO_SPEAKS & set(changed):
        announce.everybodys_standing_changed(group)
