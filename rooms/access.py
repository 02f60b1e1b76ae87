"""Who may watch, who may go on the air, who rules. Every door asks here, through a service."""

from django.db.models import Exists, Model, Q

from chat.access import is_member
from chat.models import Group
from core import audit, clock
from core.actors import Actor, App, confined, holds, of_staff, rules
from core.errors import IllegalMove, LoginRequired, NotAllowed, NotFound
from core.models import User
from rooms.flows import ChannelState, SeatState
from rooms.models import GROUP_KINDS, SPECIFY_KINDS, Ban, Channel, Kind, Privilege


def is_host(actor: Actor, channel: Channel) -> bool:
    """The owner; staff with the right to rule channels and the house itself; the server of the app whose channel it
    is."""
    return owns(actor, channel) or rules(actor, channel.realm, "rooms.change_channel")


def looks_in(actor: Actor, channel: Channel) -> bool:
    """Whoever rules there, and staff whose work it is to look: for them no list, no price and no full house counts."""
    return is_host(actor, channel) or rules(actor, channel.realm, "rooms.view_channel")


def owns(actor: Actor, channel: Channel) -> bool:
    return actor.pk is not None and actor.pk == channel.owner_id


def signed_in(actor: Actor, channel: Channel) -> bool:
    """Signed in to the channel's own realm: an app's people are strangers to the site and to other apps."""
    return actor.is_authenticated and (actor.realm == channel.realm or of_staff(actor))


def may_know(actor: Actor, channel: Channel) -> bool:
    """A channel for people on a list does not exist for anyone else, nor a deleted one for anybody."""
    if channel.state == ChannelState.DELETED or confined(actor, channel.realm):
        return False
    return channel.kind not in SPECIFY_KINDS or may_watch(actor, channel)


def may_watch(actor: Actor, channel: Channel) -> bool:
    if looks_in(actor, channel) or channel.kind == Kind.GLOBAL_PUBLIC:
        return True
    if not signed_in(actor, channel):
        return False
    if channel.kind in SPECIFY_KINDS and actor.uid not in channel.specify:
        return False
    return channel.kind not in GROUP_KINDS or is_member(actor, channel.group)


def watches_by_list(*, group: Group, actor: Actor) -> bool:
    """Port `reads_group`: whoever a channel's list lets in reads its chat, also those who signed up after it was
    written. Where the group has members of its own, they alone read."""
    listed = group.channels.filter(kind=Kind.LOGIN_SPECIFY).exclude(state=ChannelState.DELETED)
    return any(may_watch(actor, channel) for channel in listed)


def may_upload(actor: Actor, channel: Channel) -> bool:
    """The owner; whoever holds a seat, or is granted, and may still watch; anyone signed in where the rule says so."""
    return is_host(actor, channel) or _is_let_up(actor, channel)


def _is_let_up(actor: Actor, channel: Channel) -> bool:
    if not signed_in(actor, channel) or not may_watch(actor, channel):
        return False
    free_for_all = channel.open_upload or (channel.realm and channel.kind == Kind.GLOBAL_PUBLIC)
    return bool(free_for_all) or is_seated(actor, channel) or channel.grants.filter(user_id=actor.pk).exists()


def is_seated(actor: Actor, channel: Channel) -> bool:
    return channel.seatings.filter(user_id=actor.pk, state=SeatState.SEATED).exists()


def barred(actor: Actor, channel: Channel) -> set[str]:
    """The privileges that rules take away from this person here (models.ban): all that fit the channel, the person and
    the address they come from. Staff and servers are not barred."""
    return _taken_away(actor, Q(channel=None) | Q(channel=channel))


def bars_from_chat(*, group: Group, actor: Actor) -> bool:
    """Port `barred`: whoever may not come into the channels of a group is not in its chat either."""
    anywhere = Exists(Channel.objects.filter(group=group))
    return Privilege.JOIN in _taken_away(actor, Q(channel=None) & Q(anywhere) | Q(channel__group=group))


def _taken_away(actor: Actor, there: Q) -> set[str]:
    if of_staff(actor) or isinstance(actor, App):
        return set()
    person = Q(user=None) | Q(user_id=actor.pk) if actor.pk else Q(user=None)
    address = Q(address=None) | Q(address=actor.address) if actor.address else Q(address=None)
    rows = Ban.objects.filter(there, person, address, Q(until=None) | Q(until__gt=clock.now()))
    return {name for names in rows.values_list("privileges", flat=True) for name in names}


def require_known(actor: Actor, channel: Channel) -> None:
    if not may_know(actor, channel):
        raise NotFound()


def gate(actor: Actor, channel: Channel) -> str:
    """What stands between a person and the show: login, not_allowed, removed, closed, or "" for an open door."""
    if not may_watch(actor, channel):
        return "not_allowed" if signed_in(actor, channel) else "login"
    if Privilege.JOIN in barred(actor, channel):
        return "removed"
    return "closed" if channel.state == ChannelState.CLOSED else ""


def require_watch(actor: Actor, channel: Channel) -> None:
    require_known(actor, channel)
    refusals = {
        "login": LoginRequired(),
        "not_allowed": NotAllowed(),
        "removed": NotAllowed("banned_here"),
        "closed": IllegalMove("channel_closed"),
    }
    if reason := gate(actor, channel):
        raise refusals[reason]


def require_replay(actor: Actor, channel: Channel) -> None:
    """Like the show itself; but whoever rules there also sees what is kept of a closed one."""
    require_known(actor, channel)
    if not looks_in(actor, channel):
        require_watch(actor, channel)


def require_inside(actor: Actor, channel: Channel) -> None:
    """Of what is told inside. A closed door does not make it a secret."""
    require_known(actor, channel)
    if not may_watch(actor, channel):
        raise NotAllowed() if signed_in(actor, channel) else LoginRequired()


def require_upload(actor: Actor, channel: Channel) -> None:
    require_known(actor, channel)
    if not signed_in(actor, channel):
        raise LoginRequired()
    if not may_upload(actor, channel):
        raise NotAllowed("no_upload_right")
    gone = barred(actor, channel)
    if Privilege.JOIN in gone or {Privilege.AUDIO, Privilege.VIDEO} <= gone:
        raise NotAllowed("banned_here")
    if channel.state == ChannelState.CLOSED:
        raise IllegalMove("channel_closed")
    audit.by_staff(actor, channel, own=lambda: owns(actor, channel) or _is_let_up(actor, channel))


def require_staff(actor: Actor, right: str, about: Model | type[Model]) -> None:
    """Of what is for staff alone; `right` as in core.staff_groups, `about` as audit.by_staff has it."""
    if not holds(actor, right):
        raise NotAllowed() if actor.pk else LoginRequired()
    audit.by_staff(actor, about)


def require_wall(actor: Actor, channel: Channel) -> None:
    """Staff see every show there is, unseen. Asked of the database: a connection may be older than the right."""
    require_known(actor, channel)
    rows = User.objects.filter(pk=actor.pk, is_active=True, is_staff=True)
    person = rows.first() if actor.pk and of_staff(actor) else None
    if person is None or not person.has_perm("rooms.watch_channel"):
        raise NotAllowed()
    if channel.state == ChannelState.CLOSED:
        raise IllegalMove("channel_closed")


def require_host(actor: Actor, channel: Channel, about: Model | None = None) -> None:
    """`about` is what of the channel will be ruled, where it is not the channel itself."""
    require_known(actor, channel)
    if not is_host(actor, channel):
        raise NotAllowed() if signed_in(actor, channel) else LoginRequired()
    audit.by_staff(actor, about or channel, own=lambda: owns(actor, channel))
