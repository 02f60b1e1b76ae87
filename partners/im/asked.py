"""What a verb is asked, and by whom: its fields read one by one, each refusal naming the field."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from chat.models import Group
from core.actors import App
from core.models import User
from partners.im.answers import BAD_FIELDS, BAD_GROUP_ID, NO_GROUP, TOO_MANY, Refused

MOST_PEOPLE = 500
MOST_WHOLE = 2**53


@dataclass(frozen=True)
class Asked:
    """`actor` is the app's server; `admin` the person of the app in whose name it calls."""

    actor: App
    admin: User
    fields: dict[str, Any]

    def text(self, *names: str, default: str | None = None, most: int = 4096) -> str:
        """The first of these fields that is there: the vendor renamed some."""
        value = next((self.fields[name] for name in names if self.fields.get(name) is not None), default)
        if not isinstance(value, str) or len(value) > most or "\0" in value or not _encodes(value):
            raise Refused(BAD_FIELDS, f"{names[0]} must be a text")
        return value

    def given(self, *names: str) -> bool:
        return any(self.fields.get(name) is not None for name in names)

    def whole(self, *names: str, default: int | None = None, most: int = MOST_WHOLE) -> int:
        value = next((self.fields[name] for name in names if self.fields.get(name) is not None), default)
        if type(value) is not int or not 0 <= value <= most:
            raise Refused(BAD_FIELDS, f"{names[0]} must be a whole number up to {most}")
        return value

    def rows(self, name: str, *, most: int = MOST_PEOPLE, default: list | None = None) -> list:
        value = self.fields.get(name, default)
        if not isinstance(value, list) or not (value or default is not None):
            raise Refused(BAD_FIELDS, f"{name} must be a list")
        if len(value) > most:
            raise Refused(TOO_MANY, f"{name} takes at most {most}")
        return value

    def objects(self, name: str, *, most: int = MOST_PEOPLE, default: list | None = None) -> list["Asked"]:
        rows = self.rows(name, most=most, default=default)
        if not all(isinstance(row, dict) for row in rows):
            raise Refused(BAD_FIELDS, f"{name} must be a list of objects")
        return [Asked(self.actor, self.admin, row) for row in rows]

    def accounts(self, *names: str, most: int = MOST_PEOPLE) -> list[str]:
        name = next((name for name in names if self.given(name)), names[0])
        uids = self.rows(name, most=most)
        if not all(isinstance(uid, str) and uid for uid in uids):
            raise Refused(BAD_FIELDS, f"{name} must be a list of user ids")
        return list(dict.fromkeys(uids))

    def switch(self, *names: str) -> bool:
        value = self.text(*names, default="")
        if value not in ("On", "Off"):
            raise Refused(BAD_FIELDS, f"{names[0]} is On or Off")
        return value == "On"

    def group(self, name: str = "GroupId") -> Group:
        return group_called(self.actor.realm, self.fields.get(name))


def group_called(realm: str, called: object) -> Group:
    """By the app's own id of it, or by ours."""
    if not isinstance(called, str) or not 0 < len(called) <= 128 or "\0" in called or not _encodes(called):
        raise Refused(BAD_GROUP_ID, "GroupId must be a text of 1 to 128 characters")
    rows = Group.objects.filter(realm=realm, disbanded_at=None).select_related("owner")
    found = rows.filter(Q(external_id=called) | Q(gid=called)).first()
    if found is None:
        raise Refused(NO_GROUP, "there is no such group")
    return found


def _encodes(text: str) -> bool:
    try:
        return bool(text.encode()) or not text
    except UnicodeEncodeError:  # half a character
        return False
