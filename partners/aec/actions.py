"""The 19 actions of StarRTC's event centre. Each reads its fields, then asks a service; what it answers is `data`."""

import hashlib
from collections.abc import Callable
from functools import partial

from core import people
from core.actors import Actor, Guest
from core.errors import BadInput, IllegalMove
from core.models import User
from partners.aec.event import Event
from rooms.flows import ChannelState
from rooms.models import GROUP_KINDS, MOST_PEOPLE, SPECIFY_KINDS, Channel, Kind, Role, Source
from rooms.services import channels, named, reported
from rooms.services.reported import Word


def validate(event: Event) -> str:
    return event.text("echostr", optional=True)


def create(event: Event, *, kind: str) -> str:
    user, name = event.user, event.channel
    group = event.text("groupId") if kind in GROUP_KINDS else ""
    specify = event.text("specify") if kind in SPECIFY_KINDS else ""
    room = "" if group else event.text("roomId", shape=people.NAME, optional=True)
    facts = {"group": group, "room": room, "specify": specify, **_facts(event)}
    named.create(actor=_person(event, user), name=name, kind=kind, **facts)
    return ""


def create_pulled(event: Event) -> str:
    """Its owner is the room's."""
    name, room = event.channel, event.text("roomId", shape=people.NAME)
    facts = _facts(event)
    owner = named.owner_of_room(event.realm, room)
    named.create(actor=owner, name=name, kind=Kind.GLOBAL_PUBLIC, source=Source.PROXY, room=room, **facts)
    return ""


def apply(event: Event) -> dict:
    """Says whether the person may go on the air; nothing begins by it."""
    user, channel = event.user, _uploaded(event)
    return _places(reported.apply(actor=_person(event, user), cid=channel.cid))


def apply_pulled(event: Event) -> dict:
    channel = _pulled(event)
    if channel.state == ChannelState.CLOSED:
        raise IllegalMove("channel_closed")
    return _places(channel)


def set_uploader(event: Event) -> str:
    return _give(event, channels.set_uploader)


def unset_uploader(event: Event) -> str:
    return _give(event, channels.unset_uploader)


def uploading(event: Event) -> str:
    user, channel = event.user, _uploaded(event)
    reported.uploading(word=_word(event, channel, _person(event, user)))
    return ""


def disconnect(event: Event) -> str:
    user, channel = event.user, _uploaded(event)
    reported.left(word=_word(event, channel, _person(event, user)), role=Role.UPLOADER)
    return ""


def close(event: Event) -> str:
    return _end(event, named.close)


def delete(event: Event) -> str:
    return _end(event, named.delete)


def close_pulled(event: Event) -> str:
    channel = _pulled(event, deleted=True)
    named.close(actor=channel.owner, name=event.channel)
    return ""


def delete_pulled(event: Event) -> str:
    channel = _pulled(event, deleted=True)
    named.delete(actor=channel.owner, name=event.channel)
    return ""


def online(event: Event) -> str:
    channel = named.find(event.realm, event.channel)
    reported.online(word=_word(event, channel, _watcher(event, channel)))
    return ""


def playing(event: Event) -> str:
    sent, channel = event.number("discharge"), named.find(event.realm, event.channel)
    reported.playing(word=_word(event, channel, _watcher(event, channel), sent))
    return ""


def offline(event: Event) -> str:
    sent, channel = event.number("discharge"), named.find(event.realm, event.channel)
    reported.left(word=_word(event, channel, _watcher(event, channel), sent), role=Role.VIEWER)
    return ""


def _person(event: Event, uid: str) -> User:
    return people.named(event.realm, uid)


def _watcher(event: Event, channel: Channel) -> Actor:
    """Nobody's id is a guest: a name made of the channel and of the moment at which they came."""
    if uid := event.text("userId", shape=people.NAME, optional=True):
        return _person(event, uid)
    return Guest(hashlib.sha256(f"{channel.cid}:{event.key()}".encode()).hexdigest()[:32])


def _word(event: Event, channel: Channel, actor: Actor, sent: int = 0) -> Word:
    return Word(actor, channel.cid, event.key(), event.moment(), sent)


def _facts(event: Event) -> dict:
    most = event.number("conCurrentNumber")
    if most > MOST_PEOPLE:
        raise BadInput("bad_max_people", most=MOST_PEOPLE)
    return {"max_people": most, "extra": event.text("extra", optional=True)}


def _places(channel: Channel) -> dict:
    places = {"conCurrentNumber": str(channel.max_people)}
    if channel.kind in GROUP_KINDS and channel.group:
        places["groupId"] = channel.group.external_id or channel.group.gid
    return places


def _give(event: Event, service: Callable) -> str:
    """The right to go on the air, given or taken in the owner's name."""
    user, channel = event.user, _uploaded(event)
    service(actor=channel.owner, cid=channel.cid, uid=_person(event, user).uid)
    return ""


def _end(event: Event, service: Callable) -> str:
    user, name = event.user, event.channel
    service(actor=_person(event, user), name=name)
    return ""


def _uploaded(event: Event) -> Channel:
    """A channel that people send to themselves."""
    channel = named.find(event.realm, event.channel)
    if channel.source != Source.UPLOAD:
        raise IllegalMove("channel_is_other")
    return channel


def _pulled(event: Event, *, deleted: bool = False) -> Channel:
    channel = named.find(event.realm, event.channel, deleted=deleted)
    if channel.source != Source.PROXY:
        raise IllegalMove("not_pulled")
    return channel


PREFIX = "AEC_LIVE_"
ACTIONS: dict[str, Callable[[Event], object]] = {
    "AEC_ACCESS_VALIDATION": validate,
    **{f"{PREFIX}CREATE_CHANNEL_{kind}": partial(create, kind=kind) for kind in Kind.values},
    f"{PREFIX}APPLY_UPLOAD_CHANNEL": apply,
    f"{PREFIX}SET_CHANNEL_UPLOADER": set_uploader,
    f"{PREFIX}UNSET_CHANNEL_UPLOADER": unset_uploader,
    f"{PREFIX}UPLOADER_DISCONNECT": disconnect,
    f"{PREFIX}UPLOADER_UPLOADING": uploading,
    f"{PREFIX}CLOSE_CHANNEL": close,
    f"{PREFIX}DELETE_CHANNEL": delete,
    f"{PREFIX}USER_ONLINE": online,
    f"{PREFIX}USER_PLAYING": playing,
    f"{PREFIX}USER_OFFLINE": offline,
    f"{PREFIX}LIVEPROXY_CREATE_CHANNEL_GLOBAL_PUBLIC": create_pulled,
    f"{PREFIX}LIVEPROXY_APPLY_UPLOAD_CHANNEL": apply_pulled,
    f"{PREFIX}LIVEPROXY_CLOSE_CHANNEL": close_pulled,
    f"{PREFIX}LIVEPROXY_DELETE_CHANNEL": delete_pulled,
}
