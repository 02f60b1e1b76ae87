"""A realm in which something of everything is there: for sweeps over all of the API."""

from dataclasses import dataclass

from billing.models import Gift
from chat.models import Group, GroupType, JoinOption, Kind, Message, MessageState, Priority
from chat.services import groups, joining, members, moderation
from core import clock
from core.models import User
from rooms.models import Channel
from rooms.services import bans, calls, pricing, seats
from rooms.services.channels import create
from rooms.tests.comings import on_air, watching

PREPARED = {"timeout": None, "extension": None, "wait_for_frame": True}


@dataclass(frozen=True)
class World:
    """`known` says what each part of an address may name here."""

    channel: Channel
    club: Group
    host: User
    viewer: User
    known: dict[str, list[object]]


def build(people: list[User], *, app_id: str = "", prefix: str = "") -> World:
    """A show on the air with somebody who watches, raised the hand and rings; a club with a member, somebody who asks
    to be let in, and somebody muted. `people`: host, viewer, member, stranger."""
    host, viewer, member, stranger = people
    channel = create(actor=host, title="A show", kind="LOGIN_PUBLIC")
    pricing.change(actor=host, cid=channel.cid, call=0)
    stays = [on_air(host, channel), watching(viewer, channel)]
    for one in (host, viewer):
        calls.prepare(actor=one, cid=channel.cid, uid=one.uid, **PREPARED)
    seat = seats.ask(actor=viewer, cid=channel.cid)
    call = calls.ring(actor=viewer, cid=channel.cid)
    ban = bans.add(actor=host, cid=channel.cid, uid=stranger.uid, reason="noise")
    club = _club(host, member, stranger)
    rose, _ = Gift.objects.get_or_create(code="rose", defaults={"name": "Rose", "price": 1})
    known = {
        "cid": [channel.cid],
        "gid": [club.gid, channel.group.gid],
        "sid": [stay.sid for stay in stays],
        "rid": [seat.rid],
        "call_id": [call.call_id],
        "number": [1, 2],
        "id": [ban.pk],
        "pk": [ban.pk],
        "seq": [1],
        "uid": [one.uid for one in people],
        "gift": [rose.code],
        "app_id": [app_id] if app_id else [],
        "prefix": [prefix] if prefix else [],
    }
    return World(channel, club, host, viewer, known)


def _club(host: User, member: User, stranger: User) -> Group:
    club = groups.create(actor=host, title="Club", type=GroupType.PUBLIC, join_option=JoinOption.APPROVAL)
    members.add(actor=host, gid=club.gid, uid=member.uid)
    joining.join(actor=stranger, gid=club.gid, words="please")
    moderation.mute(actor=host, gid=club.gid, uid=member.uid, seconds=600)
    facts = {"group": club, "sender": member, "kind": Kind.TEXT, "priority": Priority.NORMAL, "found": []}
    for seq, state in ((1, MessageState.SHOWN), (None, MessageState.HELD)):
        more = {"epoch": "e", "seq": seq} if seq else {}
        Message.objects.create(**facts, **more, payload={"text": "Hello"}, state=state, created_at=clock.now())
    return club
