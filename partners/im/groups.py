"""Groups: made, described, changed, handed over, disbanded; their attributes and what is counted."""

from typing import Any

from django.db import IntegrityError, transaction

from chat import presence
from chat.models import Group, GroupType, JoinOption
from chat.services import groups, profile, roles
from core.people import named
from partners.elements import name_of
from partners.im.answers import BAD_FIELDS, BAD_GROUP_ID, GROUP_ID_TAKEN, UNKNOWN_VERB, Refused
from partners.im.asked import Asked, group_called

MOST_GROUPS = 50
OURS = "@TGS#"  # the beginning of ids that this house gives
FACE = "FaceUrl"  # kept among the custom fields: pictures of our own are uploaded
JOINING = {"FreeAccess": JoinOption.FREE, "NeedPermission": JoinOption.APPROVAL}
JOINED = {ours: theirs for theirs, ours in JOINING.items()}
ROLES = {"Admin": "admin", "Member": "member"}
COUNTED = ("likes", "follows", "vouchers", "inquiries")


@transaction.atomic
def create(asked: Asked) -> dict:
    """Without Owner_Account it is nobody's."""
    kind, wanted = asked.text("Type"), asked.text("GroupId", default="")
    if kind not in GroupType.values:
        raise Refused(BAD_FIELDS, f"Type is one of {', '.join(GroupType.values)}")
    owner = named(asked.actor.realm, asked.text("Owner_Account")) if asked.given("Owner_Account") else None
    fields = {**_fields(asked), "title": asked.text("Name", most=120)}
    made = groups.create_for(actor=asked.actor, owner=owner, realm=asked.actor.realm, type=kind, **fields)
    if wanted:
        _call_it(made, wanted)
    for member in asked.objects("MemberList", default=[]):
        if member.text("Role", default="Member") == "Admin":
            roles.set_role(actor=asked.actor, gid=made.gid, uid=member.text("Member_Account"), role="admin")
    return {"GroupId": name_of(made), "Type": made.type}


def destroy(asked: Asked) -> dict:
    groups.disband(actor=asked.actor, gid=asked.group().gid)
    return {}


def change(asked: Asked) -> dict:
    group = asked.group()
    fields = _fields(asked, group)
    if asked.given("Name"):
        fields["title"] = asked.text("Name", most=120)
    if asked.given("MuteAllMember", "ShutUpAllMember"):
        fields["muted_all"] = asked.switch("MuteAllMember", "ShutUpAllMember")
    profile.change(actor=asked.actor, gid=group.gid, **fields)
    return {}


def hand_over(asked: Asked) -> dict:
    roles.hand_over(actor=asked.actor, gid=asked.group().gid, uid=asked.text("NewOwner_Account"))
    return {}


def info(asked: Asked) -> dict:
    """Of each that is asked about; one that is not there says so in its place."""
    return {"GroupInfo": [_info(asked, name) for name in asked.rows("GroupIdList", most=MOST_GROUPS)]}


def listed(asked: Asked) -> dict:
    """All of the app's, newest first; `Next` goes on where the last answer stopped, and is 0 at the end."""
    limit, after = asked.whole("Limit", default=1000, most=10_000), asked.whole("Next", default=0)
    rows = Group.objects.filter(realm=asked.actor.realm, disbanded_at=None)
    if asked.given("GroupType"):
        rows = rows.filter(type=asked.text("GroupType"))
    page = list((rows.filter(pk__lt=after) if after else rows).order_by("-pk")[:limit])
    more = page[-1].pk if len(page) == limit and page else 0
    return {"TotalCount": rows.count(), "GroupIdList": [{"GroupId": name_of(row)} for row in page], "Next": more}


def online(asked: Asked) -> dict:
    return {"OnlineMemberNum": presence.online(asked.group().gid)}


def attributes(asked: Asked) -> dict:
    return {"GroupAttrAry": [{"key": key, "value": value} for key, value in asked.group().custom.items()]}


def modify_attributes(asked: Asked) -> dict:
    """Those that are named; the others stay."""
    return _set(asked, {**asked.group().custom, **_pairs(asked, "GroupAttr", "key", "value")})


def set_attributes(asked: Asked) -> dict:
    """Those that are named, and no others."""
    return _set(asked, _pairs(asked, "GroupAttr", "key", "value"))


def clear_attributes(asked: Asked) -> dict:
    return _set(asked, {})


def delete_attributes(asked: Asked) -> dict:
    named_ones = {row.text("key", most=128) for row in asked.objects("GroupAttr", most=16)}
    return _set(asked, {key: value for key, value in asked.group().custom.items() if key not in named_ones})


def counters(asked: Asked) -> dict:
    """What the house counts itself."""
    group, keys = asked.group(), asked.rows("GroupCounterKeys", default=[])
    shown = [name for name in COUNTED if not keys or name in keys]
    return {"GroupCounter": [{"Key": name, "Value": getattr(group, name)} for name in shown]}


def not_offered(asked: Asked) -> dict:
    raise Refused(UNKNOWN_VERB, "this house does not offer that")


def _set(asked: Asked, custom: dict[str, str]) -> dict:
    profile.change(actor=asked.actor, gid=asked.group().gid, custom=custom)
    return {}


def _fields(asked: Asked, group: Group | None = None) -> dict[str, Any]:
    """Of the profile, as far as they are named."""
    fields: dict[str, Any] = {}
    for theirs, ours in (("Introduction", "introduction"), ("Notification", "notice")):
        if asked.given(theirs):
            fields[ours] = asked.text(theirs)
    if asked.given("ApplyJoinOption"):
        option = JOINING.get(asked.text("ApplyJoinOption"))
        if option is None:
            raise Refused(BAD_FIELDS, f"ApplyJoinOption is one of {', '.join(JOINING)}")
        fields["join_option"] = option
    custom = {**(group.custom if group else {})}
    if asked.given("AppDefinedData"):
        custom |= _pairs(asked, "AppDefinedData", "Key", "Value")
    if asked.given(FACE):
        custom[FACE] = asked.text(FACE, most=512)
    return {**fields, "custom": custom} if custom else fields


def _pairs(asked: Asked, name: str, key: str, value: str) -> dict[str, str]:
    rows = asked.objects(name, most=16)
    return {row.text(key, most=128): row.text(value) for row in rows}


def _call_it(made: Group, wanted: str) -> None:
    """The app's own id; that of a group which was disbanded is free again."""
    if wanted.startswith("@TGS#") or len(wanted) > 128 or not wanted.isprintable():
        raise Refused(BAD_GROUP_ID, f"GroupId must be printable, at most 128 characters and not begin with {OURS}")
    same = Group.objects.filter(realm=made.realm, external_id=wanted)
    same.exclude(disbanded_at=None).update(external_id=None)
    try:
        with transaction.atomic():
            Group.objects.filter(pk=made.pk).update(external_id=wanted)
    except IntegrityError:
        raise Refused(GROUP_ID_TAKEN, "there is a group of that id already") from None
    made.external_id = wanted


def _info(asked: Asked, name: object) -> dict:
    try:
        group = group_called(asked.actor.realm, name)
    except Refused as refused:
        return {"GroupId": name, "ErrorCode": refused.number, "ErrorInfo": refused.words}
    online = presence.online(group.gid)
    return {
        "GroupId": name_of(group),
        "ErrorCode": 0,
        "ErrorInfo": "",
        "Type": group.type,
        "Name": group.title,
        "Introduction": group.introduction,
        "Notification": group.notice,
        "FaceUrl": group.avatar.url if group.avatar else group.custom.get(FACE, ""),
        "Owner_Account": group.owner.uid if group.owner else "",
        "CreateTime": int(group.created_at.timestamp()),
        "MemberNum": online if group.type == GroupType.AVCHATROOM else group.memberships.count(),
        "OnlineMemberNum": online,
        "MaxMemberNum": 0,
        "ApplyJoinOption": JOINED[group.join_option],
        "MuteAllMember": "On" if group.muted_all else "Off",
        "AppDefinedData": [{"Key": key, "Value": value} for key, value in group.custom.items() if key != FACE],
    }
