"""The IM vendor's callbacks after the fact, in its field names, signed by token in the address."""

from collections.abc import Callable, Iterable
from datetime import datetime

from chat.models import Group, GroupType, Kind
from core.models import Event
from partners import elements
from partners.models import Delivery
from partners.wires.wire import Message, Wire

SENT = "Group.CallbackAfterSendMsg"
JOINED = "Group.CallbackAfterNewMemberJoin"
EXITED = "Group.CallbackAfterMemberExit"
CREATED = "Group.CallbackAfterCreateGroup"
DESTROYED = "Group.CallbackAfterGroupDestroyed"
CHANGED = "Group.CallbackAfterGroupInfoChanged"
PRESENCE = "Group.CallbackOnMemberStateChange"
NOT_SENT = "Group.CallbackSendMsgException"
HOUSE = "administrator"  # who speaks where nobody does
UNSPOKEN = (Kind.BOARD, Kind.DELETED)
PROFILE = {"title": "GroupName", "introduction": "Introduction", "notice": "Notification", "avatar": "FaceUrl"}
TEST_GROUP = "test_webhook"


class Im(Wire):
    events = (SENT, NOT_SENT, JOINED, EXITED, CREATED, DESTROYED, CHANGED, PRESENCE)

    def messages(self, event: Event) -> list[Message]:
        tell = TELLERS.get(event.name)
        group = Group.objects.select_related("owner").filter(gid=event.subject).first() if tell else None
        if group is None:
            return []
        told = tell(group, event.data)
        return [_message(command, group, event.created_at, **fields) for command, fields in told]

    def test(self, wanted: list[str]) -> Message:
        command = next((name for name in wanted if name in self.events), SENT)
        return Message(command, {"CallbackCommand": command, "GroupId": TEST_GROUP, "Type": GroupType.AVCHATROOM})

    def address(self, row: Delivery, at: datetime) -> str:
        hook = row.webhook
        facts = {"app_id": hook.partner.app_id, "token": hook.secret, "command": row.name}
        return elements.address(hook.url, **facts, at=at)


Told = Iterable[tuple[str, dict]]


def _sent(group: Group, data: dict) -> Told:
    for message in data["messages"]:
        if message["kind"] not in UNSPOKEN:
            sender = message["sender"]["uid"] if message.get("sender") else HOUSE
            yield (
                SENT,
                {
                    "From_Account": sender,
                    "Operator_Account": sender,
                    "Random": message["seq"],
                    "MsgSeq": message["seq"],
                    "MsgTime": int(datetime.fromisoformat(message["at"]).timestamp()),
                    "OnlineOnlyFlag": 0,
                    "MsgBody": elements.of(message["kind"], message),
                    "CloudCustomData": "",
                },
            )


def _refused(group: Group, data: dict) -> Told:
    """As it was said, unchecked: a body that makes no element is left empty."""
    try:
        body = elements.of(data.get("kind", Kind.TEXT), data)
    except (KeyError, TypeError, AttributeError):
        body = []
    sender = data["uid"] or HOUSE
    who = {"From_Account": sender, "Operator_Account": sender}
    yield NOT_SENT, {**who, "OnlineOnlyFlag": 0, "MsgBody": body, "ErrorInfo": data["code"]}


def _added(group: Group, data: dict) -> Told:
    yield JOINED, _join([data["uid"]], "Invited" if data["invited"] else "Apply")


def _removed(group: Group, data: dict) -> Told:
    """Of a kick the tip tells, which also knows by whom."""
    if not data["kicked"]:
        yield EXITED, _exit([data["uid"]], "Quit", data["uid"])


def _kicked(group: Group, data: dict) -> Told:
    yield EXITED, _exit(_uids(data), "Kicked", data["operator"]["uid"] if data["operator"] else HOUSE)


def _came(group: Group, data: dict) -> Told:
    """In an audience, being here is being a member."""
    if group.type == GroupType.AVCHATROOM:
        yield JOINED, _join(_uids(data), "Apply")
        yield PRESENCE, {"EventType": "Online", "Reason": "Join", "MemberList": _members(_uids(data))}


def _went(group: Group, data: dict) -> Told:
    if group.type == GroupType.AVCHATROOM:
        yield EXITED, _exit(_uids(data), "Quit", _uids(data)[0])
        yield PRESENCE, {"EventType": "Offline", "Reason": "Quit", "MemberList": _members(_uids(data))}


def _created(group: Group, data: dict) -> Told:
    owner = group.owner.uid if group.owner else HOUSE
    yield (
        CREATED,
        {"Operator_Account": owner, "Owner_Account": owner, "Name": group.title, "MemberList": _members([owner])},
    )


def _destroyed(group: Group, data: dict) -> Told:
    yield DESTROYED, {"Owner_Account": group.owner.uid if group.owner else HOUSE, "Name": group.title}


def _changed(group: Group, data: dict) -> Told:
    changed = {PROFILE[name]: str(value) for name, value in data.get("profile", {}).items() if name in PROFILE}
    if changed:
        operator = data["operator"]["uid"] if data["operator"] else HOUSE
        yield CHANGED, {"Operator_Account": operator, **changed}


TELLERS: dict[str, Callable[[Group, dict], Told]] = {
    "chat.messages": _sent,
    "chat.refused": _refused,
    "chat.tip.join": _came,
    "chat.tip.kicked": _kicked,
    "chat.tip.profile": _changed,
    "chat.tip.quit": _went,
    "group.created": _created,
    "group.disbanded": _destroyed,
    "member.added": _added,
    "member.removed": _removed,
}


def _message(command: str, group: Group, at: datetime, **fields: object) -> Message:
    where = {"CallbackCommand": command, "GroupId": elements.name_of(group), "Type": group.type}
    return Message(command, {**where, **fields, "EventTime": str(int(at.timestamp() * 1000))})


def _uids(data: dict) -> list[str]:
    return [one["uid"] for one in data["people"]]


def _members(uids: list[str]) -> list[dict]:
    return [{"Member_Account": uid} for uid in uids]


def _join(uids: list[str], how: str) -> dict:
    return {"JoinType": how, "Operator_Account": uids[0], "NewMemberList": _members(uids)}


def _exit(uids: list[str], how: str, operator: str) -> dict:
    return {"ExitType": how, "Operator_Account": operator, "ExitMemberList": _members(uids)}
