"""Making, changing, closing and deleting channels, and who may go on the air in them."""

import json
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from chat.models import Access, Group, GroupType
from chat.services import groups, members
from core import clock, external, images
from core.actors import SYSTEM, Actor
from core.audit import act
from core.errors import BadInput, IllegalMove, LoginRequired, NotAllowed
from core.models import User
from core.people import owner_for, person_of
from rooms import access, announce, selectors
from rooms.flows import CHANNEL, ChannelState
from rooms.models import GROUP_KINDS, MOST_PEOPLE, SPECIFY_KINDS, Channel, Delivery, Kind, Role, Source, UploadGrant
from rooms.services import bans, lock, pulls, recordings, seating, shows, stays

COVER = (1280, 720)
EDITABLE = (
    "title",
    "category",
    "kind",
    "max_people",
    "extra",
    "open_upload",
    "specify",
    "delivery",
    "source_url",
    "record",
)
STRICTNESS = (Access.OPEN, Access.SIGNED_IN, Access.MEMBERS)
STAGE = ("seats", "seat_seconds", "ring_seconds", "auto_accept_calls")


def create_named(*, actor: Actor, title: str, owner: str = "", external_id: str = "", **fields: Any) -> Channel:
    """As outsiders ask for it: a person's own; of an app's server, its `owner`'s, under the app's own id. Raises what
    `create`, people.owner_for and external.own_id raise."""
    mine = external.own_id(actor, external_id)
    return create(actor=owner_for(actor, owner), title=title, external_id=mine, **fields)


@transaction.atomic
def create(
    *,
    actor: User,
    title: str,
    kind: str = Kind.GLOBAL_PUBLIC,
    gid: str = "",
    with_group: bool = True,
    group: Group | None = None,
    external_id: str | None = None,
    source: str = Source.UPLOAD,
    **fields: Any,
) -> Channel:
    """A channel of `actor`. A group channel stands on the group named by `gid`, or on a new member group; any other
    on the audience `group`, or on one of its own unless `with_group` is off. Raises LoginRequired, BadInput,
    IllegalMove `external_id_taken`."""
    if not actor.pk:
        raise LoginRequired()
    cover = fields.pop("cover", None)
    facts = {"realm": actor.realm, "external_id": external_id, "source": source}
    channel = Channel(owner=actor, kind=kind, title=_title(title), **facts)
    _fill(channel, fields)
    pulls.check(channel)
    channel.group = group or _group_for(actor, channel, gid, with_group)
    _set_cover(channel, cover)
    external.insert(channel, "cid")
    _keep_group_in_step(channel)
    pulls.follow(channel)
    announce.channel_changed(channel)
    return channel


@act("change")
def update(*, actor: Actor, cid: str, **fields: Any) -> Channel:
    """Changes what is given. A stricter kind sends away those who may no longer watch."""
    channel = _owned(actor, cid)
    was, pulled, recorded = channel.kind, pulls.source_of(channel), channel.record
    if "title" in fields:
        fields["title"] = _title(fields["title"])
    if "cover" in fields:
        _set_cover(channel, fields.pop("cover"))
    _fill(channel, fields)
    if (channel.kind in GROUP_KINDS) != (was in GROUP_KINDS):
        raise BadInput("kind_is_fixed", kind=was)
    pulls.check(channel)
    channel.version += 1
    channel.save()
    pulls.follow(channel, was=pulled)
    if channel.record != recorded:
        recordings.switched(channel, clock.now())
    _keep_group_in_step(channel)
    _send_away_strangers(channel)
    announce.channel_changed(channel)
    return channel


@act("close")
def close(*, actor: Actor, cid: str) -> Channel:
    """Ends the show and shuts the door; the owner can reopen."""
    return _shut(actor, cid, "close", "channel_closed")


@act("delete")
def delete(*, actor: Actor, cid: str) -> Channel:
    """Final. The row stays for the ledger and for staff; the audience's chat ends with it."""
    channel = _shut(actor, cid, "delete", "channel_deleted")
    recordings.delete_all(channel)
    if channel.group and channel.group.type == GroupType.AVCHATROOM:
        others = _on(channel.group)
        _keep_group_in_step(others[0]) if others else groups.empty(group=channel.group)
    return channel


@act("reopen")
def reopen(*, actor: Actor, cid: str) -> Channel:
    """Raises IllegalMove `group_gone` for a member channel whose group was disbanded: nobody could come in."""
    channel = _owned(actor, cid)
    if channel.kind in GROUP_KINDS and channel.group is None:
        raise IllegalMove("group_gone")
    CHANNEL.advance(channel, "reopen", now=clock.now())
    pulls.follow(channel)
    announce.channel_changed(channel)
    return channel


@act("stop")
def stop(*, actor: Actor, cid: str) -> Channel:
    """The host (or staff) ends the show: everybody on the air leaves it."""
    channel = _owned(actor, cid)
    now = clock.now()
    pulls.pause(channel)
    stays.end_all(channel, "show_ended", now, role=Role.UPLOADER)
    shows.settle(channel, now)
    return channel


@act("set_uploader")
def set_uploader(*, actor: Actor, cid: str, uid: str) -> UploadGrant:
    """Only people who may watch can be set. Setting twice is harmless."""
    channel = _owned(actor, cid)
    user = person_of(channel.realm, uid, by=actor)
    if not access.may_watch(user, channel):
        raise NotAllowed("may_not_watch", uid=uid)
    bans.give_back_air(channel, user)
    grant, _ = UploadGrant.objects.get_or_create(channel=channel, user=user)
    announce.channel_changed(channel)
    return grant


@act("unset_uploader")
def unset_uploader(*, actor: Actor, cid: str, uid: str) -> None:
    """Takes the right away and cuts a running upload. In an app's channel where everybody has it, it is barred to this
    one. Unsetting twice is harmless."""
    channel = _owned(actor, cid)
    user = person_of(channel.realm, uid, by=actor)
    UploadGrant.objects.filter(channel=channel, user=user).delete()
    seating.vacate(channel, user, clock.now(), "remove")
    if not access.may_upload(user, channel):
        stays.remove(channel=channel, user=user, role=Role.UPLOADER, reason="right_taken")
        announce.recheck(channel)
    elif channel.realm and user.pk != channel.owner_id:
        bans.bar_from_air(channel, user, clock.now())
    announce.channel_changed(channel)


def on_group_disbanded(*, group: Group) -> None:
    """Port `group_disbanded`: what stood on the group goes on without chat; what was for its members only is closed."""
    for cid in group.channels.exclude(state=ChannelState.DELETED).order_by("pk").values_list("cid", flat=True):
        channel = lock.channel(SYSTEM, cid)
        channel.group = None
        channel.version += 1
        channel.save(update_fields=["group", "version"])
        if channel.kind in GROUP_KINDS and CHANNEL.allows(channel.state, "close"):
            _shut(SYSTEM, cid, "close", "channel_closed")
        else:
            announce.channel_changed(channel)


def _owned(actor: Actor, cid: str) -> Channel:
    channel = lock.channel(actor, cid)
    access.require_host(actor, channel)
    return channel


def _title(title: str) -> str:
    title = " ".join(str(title).split())
    if not title or len(title) > Channel._meta.get_field("title").max_length:
        raise BadInput("bad_title", longest=Channel._meta.get_field("title").max_length)
    return title


def _fill(channel: Channel, fields: dict[str, Any]) -> None:
    unknown = set(fields) - {*EDITABLE, *STAGE}
    if unknown:
        raise BadInput("unknown_field", fields=sorted(unknown))
    for name, value in fields.items():
        setattr(channel, name, value)
    if not 0 <= channel.max_people <= MOST_PEOPLE:
        raise BadInput("bad_max_people", most=MOST_PEOPLE)
    if channel.kind not in Kind.values:
        raise BadInput("bad_kind", kinds=Kind.values)
    if channel.delivery not in Delivery.values:
        raise BadInput("bad_delivery", choices=Delivery.values)
    channel.specify = read_list(channel.specify)


def read_list(value: object) -> list[str]:
    """User ids as a list, JSON text or comma-separated text."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.lstrip().startswith("[") else value.split(",")
        except (ValueError, RecursionError):
            raise BadInput("bad_list") from None
    if not isinstance(value, list) or len(value) > 10_000:
        raise BadInput("bad_list")
    return list(dict.fromkeys(str(uid).strip() for uid in value if str(uid).strip()))


def _set_cover(channel: Channel, cover: UploadedFile | None) -> None:
    """A new cover, or none. The old file goes when the change stands."""
    old, storage = channel.cover.name, channel.cover.storage
    channel.cover = images.recode(cover, size=COVER) if cover else ""
    if old:
        transaction.on_commit(lambda: storage.delete(old))


def _group_for(actor: User, channel: Channel, gid: str, with_group: bool) -> Group | None:
    if channel.kind not in GROUP_KINDS:
        readers = _readers(channel)
        return groups.create(actor=actor, title=channel.title, access=readers) if with_group else None
    if not gid:
        return groups.create(actor=actor, title=channel.title, access=Access.MEMBERS, type=GroupType.PUBLIC)
    return groups.for_member(actor=actor, gid=gid)


def _readers(channel: Channel) -> str:
    if channel.kind == Kind.GLOBAL_PUBLIC:
        return Access.OPEN
    return Access.MEMBERS if channel.kind in (*GROUP_KINDS, *SPECIFY_KINDS) else Access.SIGNED_IN


def _keep_group_in_step(channel: Channel) -> None:
    """Who may read the chat follows who may watch: where an app put several channels on one audience, the strictest
    of them. A group with members of its own is left as it is."""
    if channel.group is None or channel.kind in GROUP_KINDS or channel.group.type == GroupType.PUBLIC:
        return
    on = _on(channel.group)
    groups.set_access(group=channel.group, access=max(map(_readers, on), key=STRICTNESS.index))
    if any(one.kind in SPECIFY_KINDS for one in on):
        members.keep(group=channel.group, uids=[uid for one in on for uid in one.specify])


def _on(group: Group) -> list[Channel]:
    return list(group.channels.exclude(state=ChannelState.DELETED))


def _send_away_strangers(channel: Channel) -> None:
    for stay in selectors.open_stays(channel):
        if not (stay.user and access.may_watch(stay.user, channel)) and channel.kind != Kind.GLOBAL_PUBLIC:
            stays.end(actor=SYSTEM, sid=stay.sid, reason="not_allowed")
    announce.recheck(channel)


def _shut(actor: Actor, cid: str, verb: str, reason: str) -> Channel:
    channel = _owned(actor, cid)
    now = clock.now()
    CHANNEL.advance(channel, verb, now=now)
    stays.end_all(channel, reason, now)
    pulls.follow(channel)
    announce.recheck(channel)
    shows.finish(channel, now)
    announce.channel_changed(channel)
    return channel
