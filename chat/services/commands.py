"""A moderator's custom message that means an act: seed 004, questions 2 and 3. It is obeyed before the room is asked
whether it has a place for the message, so no flood can keep it from working."""

import json

from chat import access
from chat.models import Group, Kind, Priority
from chat.services import moderation
from chat.standing import Place
from chat.verdicts import only_about
from core.actors import Actor
from core.errors import BadInput

MOST = 500  # people in one message


def _is_command(place: Place, kind: str, payload: dict) -> bool:
    return kind == Kind.CUSTOM and place.standing.moderator and _act(payload["data"]["data"]) is not None


@only_about(_is_command)
def obey(*, actor: Actor, group: Group, kind: str, payload: dict) -> Priority | None:
    """Port `before_message`: how important the message is, where it was a command and is obeyed. Raises BadInput
    `bad_command`, and what the acts say."""
    if kind != Kind.CUSTOM or not access.is_moderator(actor, group):
        return None
    act = _act(payload["data"]["data"])
    if act is None:
        return None
    uids = act.get("Members_Account")
    if not isinstance(uids, list) or not 0 < len(uids) <= MOST or not all(isinstance(uid, str) for uid in uids):
        raise BadInput("bad_command", field="Members_Account")
    for uid in uids:
        if act["action"] == "mute":
            moderation.mute(actor=actor, gid=group.gid, uid=uid, seconds=_seconds(act, "MuteTime"))
        else:
            moderation.kick(actor=actor, gid=group.gid, uid=uid, seconds=_seconds(act, "Duration"))
    return Priority.HIGH


def _act(text: str) -> dict | None:
    if not text.startswith("{"):
        return None
    try:
        act = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return act if isinstance(act, dict) and act.get("action") in ("mute", "kick") else None


def _seconds(act: dict, name: str) -> int:
    value = act.get(name, 60)
    if type(value) is not int:
        raise BadInput("bad_command", field=name)
    return value
