"""What an Agora notice means: who is in which channel, as what. In whatever order they come, and however often, the
same people are there in the end."""

from datetime import timedelta

from django.db import transaction

from core import clock
from core.errors import DomainError, Full
from core.models import User
from core.people import named
from partners.agora_wire import (
    ABNORMAL,
    COMES,
    DESTROYED,
    GOES,
    MAY_COME_BACK,
    MOVES,
    ON_ANOTHER_DEVICE,
    REASONS,
    Notice,
)
from partners.models import AgoraMember, AgoraName, AgoraNotice, AgoraRoom, Partner
from partners.services import kicking
from rooms.flows import ChannelState
from rooms.models import Channel, Origin, Role
from rooms.services import elsewhere, shows

ROW_KEPT = timedelta(seconds=60)  # after somebody left
NOTICE_KEPT = timedelta(hours=24)
ROOM_KEPT = timedelta(days=1)
KICKED_AFTER = timedelta(seconds=60)  # at once would lose the notices that are still to come
HOUSE = "agora"  # owns a channel of which the first that was told is an audience


def take(*, partner: Partner, notice: Notice) -> str:
    """Answers what became of it: `applied`, `duplicate`, `older`, `test`, `ignored`, or the code of a refusal here."""
    if notice.is_test:
        return "test"
    outcome, cid = _take(partner, notice)
    if cid:
        shows.count_viewers(cid=cid)
    return outcome


@transaction.atomic
def _take(partner: Partner, notice: Notice) -> tuple[str, str]:
    now = clock.now()
    room = _room(partner, notice.channel)
    _, first = AgoraNotice.objects.get_or_create(partner=partner, notice_id=notice.notice_id, defaults={"at": now})
    if not first:
        return "duplicate", ""
    if notice.event == DESTROYED:
        return _end_room(partner, room, notice)
    if notice.event not in COMES and notice.event not in GOES:
        return "ignored", ""
    user = _person(partner, notice)
    if notice.event in GOES and notice.reason == ABNORMAL:
        who = {"partner": partner, "cname": room.name, "people": {notice.uid: user}}
        kicking.kick(**who, why="abnormal", after=KICKED_AFTER)
    if notice.event in GOES and notice.reason == ON_ANOTHER_DEVICE:
        return "applied", ""  # the person is in still: whoever is waited for is the other device
    if not _note(room, notice, user):
        return "older", ""
    return _come(partner, room, notice, user) if notice.event in COMES else _go(room, notice, user)


def _room(partner: Partner, name: str) -> AgoraRoom:
    now = clock.now()
    AgoraRoom.objects.get_or_create(partner=partner, name=name, defaults={"seen_at": now})
    room = AgoraRoom.objects.select_for_update().get(partner=partner, name=name)
    if now - room.seen_at > ROW_KEPT:
        AgoraRoom.objects.filter(pk=room.pk).update(seen_at=now)
    return room


def _person(partner: Partner, notice: Notice) -> User:
    user = named(partner.app_id, notice.account or str(notice.uid))
    if notice.account and notice.account != str(notice.uid):
        AgoraName.objects.update_or_create(user=user, defaults={"uid": notice.uid})
    return user


def _note(room: AgoraRoom, notice: Notice, user: User) -> bool:
    """Whether it is news. Somebody who leaves before they came has left: what came before is old then."""
    known = room.members.filter(uid=notice.uid).first()
    if known and not notice.is_newer(known.seq):
        return False
    late = room.ended_at is not None and notice.at < room.ended_at  # the channel has ended since
    here = notice.event in COMES and not late
    facts = {
        "user": user,
        "here": here,
        "seq": notice.seq,
        "at": notice.at,
        "gone_at": None if here else clock.now(),
        "broadcasts": COMES.get(notice.event, bool(known and known.broadcasts)),
    }
    AgoraMember.objects.update_or_create(room=room, uid=notice.uid, defaults=facts)
    return not (notice.event in COMES and late)


def _come(partner: Partner, room: AgoraRoom, notice: Notice, user: User) -> tuple[str, str]:
    """Whom this house does not let in Agora is told to put out; of a recorder it only says so."""
    broadcasts = COMES[notice.event]
    channel = None
    try:
        with transaction.atomic():
            channel = _channel(partner, room, user if broadcasts else None)
            if broadcasts:
                _on_air(channel, notice, user)
            else:
                _watch(channel, notice, user)
    except DomainError as refusal:
        if not notice.recorder and partner.kicks_at_agora:
            kicking.kick(partner=partner, cname=room.name, people={notice.uid: user}, why=refusal.code)
        return refusal.code, ""
    return "applied", channel.cid


def _channel(partner: Partner, room: AgoraRoom, host: User | None) -> Channel:
    """The first who broadcasts is the host; one that was made before anybody did is theirs then."""
    house = None if host else named(partner.app_id, HOUSE)
    channel = elsewhere.channel_named(realm=partner.app_id, external_id=room.name, owner=host or house)
    if host and channel.owner.uid == HOUSE:
        elsewhere.hand_over(cid=channel.cid, heir=host)
    return channel


def _on_air(channel: Channel, notice: Notice, user: User) -> None:
    """Whoever finds every seat taken is in the channel all the same, among those who watch."""
    told = _told(channel, notice, user)
    try:
        with transaction.atomic():
            elsewhere.came(role=Role.UPLOADER, **told)
    except Full as full:
        if full.code != "seats_full":
            raise
        elsewhere.came(role=Role.VIEWER, **told)


def _watch(channel: Channel, notice: Notice, user: User) -> None:
    told = _told(channel, notice, user)
    out = {"user": user, "cid": channel.cid, "origin": Origin.AGORA, "at": notice.at}
    elsewhere.gone(**out, reason="off_the_mic", roles=(Role.UPLOADER,))
    elsewhere.came(role=Role.VIEWER, **told)


def _told(channel: Channel, notice: Notice, user: User) -> dict:
    """A notice of a change of roles names no platform: what is known stays."""
    known = channel.stays.filter(user=user, origin=Origin.AGORA).order_by("-pk").values_list("platform", flat=True)
    platform = (known.first() or "") if notice.event in MOVES and not notice.platform else notice.platform
    return {"user": user, "cid": channel.cid, "origin": Origin.AGORA, "platform": platform, "at": notice.at}


def _go(room: AgoraRoom, notice: Notice, user: User) -> tuple[str, str]:
    channel = _known(room)
    if channel is None:
        return "applied", ""
    where = {"user": user, "cid": channel.cid, "origin": Origin.AGORA}
    if notice.reason in MAY_COME_BACK:
        elsewhere.lost(**where)
    else:
        elsewhere.gone(**where, reason=REASONS.get(notice.reason, REASONS[0]), at=notice.at)
    return "applied", channel.cid


def _end_room(partner: Partner, room: AgoraRoom, notice: Notice) -> tuple[str, str]:
    """The channel is empty, says Agora: whoever is not known to have come since is gone."""
    if room.ended_at is None or room.ended_at < notice.at:
        AgoraRoom.objects.filter(pk=room.pk).update(ended_at=notice.at)
    channel = _known(room)
    for member in room.members.filter(here=True, at__lt=notice.at).select_related("user").order_by("pk"):
        AgoraMember.objects.filter(pk=member.pk).update(here=False, gone_at=clock.now())
        if channel:
            where = {"user": member.user, "cid": channel.cid, "origin": Origin.AGORA}
            elsewhere.gone(**where, reason="channel_ended", at=notice.at)
    return "applied", channel.cid if channel else ""


def _known(room: AgoraRoom) -> Channel | None:
    return (
        Channel.objects.filter(realm=room.partner.app_id, external_id=room.name)
        .exclude(state=ChannelState.DELETED)
        .first()
    )


def forget() -> int:
    """Rows of those who left a minute ago and did not come back; ids and channels that are not spoken of any more."""
    now = clock.now()
    gone, _ = AgoraMember.objects.filter(here=False, gone_at__lte=now - ROW_KEPT).delete()
    AgoraNotice.objects.filter(at__lte=now - NOTICE_KEPT).delete()
    AgoraRoom.objects.filter(seen_at__lte=now - ROOM_KEPT, members=None).delete()
    return gone
