"""Who is in a group, who may speak, who may not come in."""

from datetime import datetime

from django.db import transaction

from chat import access
from chat.models import GroupType, MemberRole, Membership, Restriction, RestrictionKind
from chat.services import members, moderation, notices, roles
from core import clock
from core.errors import DomainError
from core.models import User
from partners.elements import name_of
from partners.im.answers import BAD_FIELDS, Refused
from partners.im.asked import Asked
from partners.im.groups import ROLES

MOST_BANNED = 20  # in one call
FOR_GOOD = 2**32 - 1  # the vendor's seconds for ever
MOST_ONLINE = 1000
NAMES = {MemberRole.OWNER: "Owner", MemberRole.ADMIN: "Admin", MemberRole.MEMBER: "Member"}
ADDED, ALREADY, NOT_ADDED = 1, 2, 0


def add(asked: Asked) -> dict:
    """One who cannot be let in does not keep the others out."""
    group = asked.group()
    there = {*group.memberships.values_list("user__uid", flat=True)}
    said = []
    for row in asked.objects("MemberList"):
        uid = row.text("Member_Account", most=128)
        said.append({"Member_Account": uid, "Result": ALREADY if uid in there else _add(asked, group.gid, uid)})
    if said and all(row["Result"] == NOT_ADDED for row in said):
        members.add(actor=asked.actor, gid=group.gid, uid=said[0]["Member_Account"])  # says why
    return {"MemberList": said}


@transaction.atomic
def delete(asked: Asked) -> dict:
    """Out of a member group; out of an audience for a minute, which has no members."""
    group = asked.group()
    for uid in asked.accounts("MemberToDel_Account"):
        if group.type == GroupType.AVCHATROOM:
            moderation.kick(actor=asked.actor, gid=group.gid, uid=uid, reason=asked.text("Reason", default=""))
        else:
            members.remove(actor=asked.actor, gid=group.gid, uid=uid)
    return {}


@transaction.atomic
def mute(asked: Asked) -> dict:
    """0 lifts it."""
    seconds = asked.whole("MuteTime", "ShutUpTime", most=FOR_GOOD)
    gid, lasts = asked.group().gid, _lasts(seconds)
    for uid in asked.accounts("Members_Account", "MembersAccount"):
        moderation.mute(actor=asked.actor, gid=gid, uid=uid, seconds=lasts)
    return {}


def muted(asked: Asked) -> dict:
    return {
        "GroupId": name_of(asked.group()),
        "MutedAccountList": _restricted(asked, RestrictionKind.MUTE, "MutedUntil"),
    }


def shutted(asked: Asked) -> dict:
    """The same under its older name."""
    return {
        "GroupId": name_of(asked.group()),
        "ShuttedUinList": _restricted(asked, RestrictionKind.MUTE, "ShuttedUntil"),
    }


@transaction.atomic
def ban(asked: Asked) -> dict:
    seconds, reason = asked.whole("Duration", most=FOR_GOOD), asked.text("Description", default="", most=1000)
    if not seconds:
        raise Refused(BAD_FIELDS, "Duration must be more than 0")
    gid, lasts = asked.group().gid, _lasts(seconds)
    for uid in asked.accounts("Members_Account", most=MOST_BANNED):
        moderation.ban(actor=asked.actor, gid=gid, uid=uid, seconds=lasts, reason=reason)
    return {}


@transaction.atomic
def unban(asked: Asked) -> dict:
    gid = asked.group().gid
    for uid in asked.accounts("Members_Account", most=MOST_BANNED):
        moderation.unban(actor=asked.actor, gid=gid, uid=uid)
    return {}


def banned(asked: Asked) -> dict:
    offset, limit = asked.whole("Offset", default=0), asked.whole("Limit", default=100, most=1000)
    everybody = _restricted(asked, RestrictionKind.BAN, "BannedUntil")
    rest = offset + limit if len(everybody) > offset + limit else 0
    return {"GroupId": name_of(asked.group()), "BannedAccountList": everybody[offset:][:limit], "NextOffset": rest}


def info(asked: Asked) -> dict:
    """Those who belong: of an audience, whoever rules it."""
    group, now = asked.group(), clock.now()
    offset, limit = asked.whole("Offset", default=0), asked.whole("Limit", default=100, most=6000)
    rows = group.memberships.select_related("user").order_by("pk")
    mutes = {row.user_id: row for row in group.restrictions.filter(access.in_force(now), kind=RestrictionKind.MUTE)}
    shown = [_member(row, mutes.get(row.user_id)) for row in rows[offset : offset + limit]]
    return {"MemberNum": rows.count(), "MemberList": shown}


def change(asked: Asked) -> dict:
    """Somebody's role, and for how long they are muted."""
    gid, uid = asked.group().gid, asked.text("Member_Account", most=128)
    if asked.given("Role"):
        role = ROLES.get(asked.text("Role"))
        if role is None:
            raise Refused(BAD_FIELDS, f"Role is one of {', '.join(ROLES)}")
        roles.set_role(actor=asked.actor, gid=gid, uid=uid, role=role)
    if asked.given("MuteTime", "ShutUpTime"):
        seconds = asked.whole("MuteTime", "ShutUpTime", most=FOR_GOOD)
        moderation.mute(actor=asked.actor, gid=gid, uid=uid, seconds=_lasts(seconds))
    return {}


def online(asked: Asked) -> dict:
    """Who of those that are signed in is here now; guests have no names."""
    group = asked.group()
    return {"MemberList": [_here(user) for user in notices.here(group.gid, most=MOST_ONLINE)], "Timestamp": 0}


def _add(asked: Asked, gid: str, uid: str) -> int:
    try:
        members.add(actor=asked.actor, gid=gid, uid=uid)
    except DomainError:
        return NOT_ADDED
    return ADDED


def _mutes(asked: Asked, until: str) -> list[dict]:
    return _restricted(asked, RestrictionKind.MUTE, until)


def _restricted(asked: Asked, kind: str, until: str) -> list[dict]:
    rows = moderation.restrictions(actor=asked.actor, gid=asked.group().gid).filter(kind=kind)
    return [{"Member_Account": row.user.uid, until: _seconds(row.until)} for row in rows]


def _member(row: Membership, mute: Restriction | None) -> dict:
    return {
        "Member_Account": row.user.uid,
        "NickName": str(row.user),
        "Role": NAMES[row.role],
        "JoinTime": int(row.created_at.timestamp()),
        "MuteUntil": _seconds(mute.until) if mute else 0,
    }


def _here(user: User) -> dict:
    return {
        "Member_Account": user.uid,
        "NickName": str(user),
        "AvatarUrl": user.avatar.url if user.avatar else "",
        "Marks": [],
    }


def _lasts(seconds: int) -> int | None:
    """What is longer than a rule here may last is for good."""
    return None if seconds > moderation.LONGEST else seconds


def _seconds(until: datetime | None) -> int:
    return int(until.timestamp()) if until else FOR_GOOD
