"""The only place from which the rooms tell anybody anything."""

from dataclasses import dataclass

from core import clock
from core.actors import Actor
from core.events import broadcast, broadcast_each, publish, record, record_all, signal
from core.models import User
from rooms import call_words, roll, selectors, shapes
from rooms.flows import OPEN
from rooms.models import Call, Channel, Recording, Role, Seat, Stay


def topic(channel: Channel) -> str:
    return f"room.{channel.cid}"


def stay_topic(sid: str) -> str:
    """Heard by the connections that hold the stay."""
    return f"stay.{sid}"


def hosts_topic(channel: Channel) -> str:
    """Heard in the studio alone."""
    return f"hosts.{channel.cid}"


def channel_changed(channel: Channel) -> None:
    """Whole object with its version; also one durable event."""
    whole = selectors.whole(channel)
    publish(topic(channel), "channel.changed", subject=channel.cid, realm=channel.realm, channel=whole)


def viewers_changed(channel: Channel, here: int) -> None:
    """Only the number of viewers moved: told to the sockets, not kept."""
    broadcast(topic(channel), "channel.changed", channel=selectors.whole(channel, here=here))


def uploader_changed(stay: Stay, verb: str = "changed") -> None:
    """Whoever goes on or off the air is news for everybody in the room. `verb`: joined, changed, left."""
    _kept(stay.channel, f"uploader.{verb}", [stay])
    broadcast(topic(stay.channel), "stay.changed", stay=shapes.stay(stay))


def audience_changed(stay: Stay, verb: str) -> None:
    """A viewer came or went (joined, left): kept for whoever asks, not told to a whole hall one by one."""
    _kept(stay.channel, f"audience.{verb}", [stay])


def stays_ended(channel: Channel, stays: list[Stay], reason: str, role: str | None) -> None:
    """Everybody (of one role) is out: a row each for whoever asks, one word to the room."""
    _kept(channel, "", stays)
    for stay in stays:
        if stay.role == Role.UPLOADER:
            broadcast(topic(channel), "stay.changed", stay=shapes.stay(stay))
    signal(topic(channel), "all_out", reason=reason, role=role)


LEFT = {Role.UPLOADER: "uploader.left", Role.VIEWER: "audience.left"}


def _kept(channel: Channel, name: str, stays: list[Stay]) -> None:
    """A row of the outbox for each stay; without a name they have left."""
    told = zip(stays, roll.facts(channel, stays), strict=True)
    facts = [(name or LEFT[stay.role], {"stay": shapes.stay(stay), **fact}) for stay, fact in told]
    record_all(facts, subject=channel.cid, realm=channel.realm)


def seat_changed(seat: Seat) -> None:
    """A request, or what became of it: for the person and the host alone."""
    shape = shapes.seat(seat)
    record("seat.changed", subject=seat.channel.cid, realm=seat.channel.realm, seat=shape)
    for whom in (f"user.{seat.user_id}", hosts_topic(seat.channel)):
        broadcast(whom, "seat.changed", seat=shape)


def seats_changed(channel: Channel, users: list[Seat], *, joined: list[Seat], left: list[Seat]) -> None:
    """Everybody sees who sits where, and who came and went by this change."""
    moved = {"joined": [shapes.seat(seat) for seat in joined], "left": [shapes.seat(seat) for seat in left]}
    record("seats.changed", subject=channel.cid, realm=channel.realm, **shapes.seats(channel, users), **moved)
    broadcast(topic(channel), "seats.changed", cid=channel.cid, **shapes.seats(channel, users), **moved)


def held(seat: Seat) -> None:
    """To whoever carries the guest's media: what of it the host (or the guest) has turned off."""
    stay = seat.channel.stays.filter(user_id=seat.user_id, role=Role.UPLOADER, state__in=OPEN).first()
    if stay:
        hold_back(stay, selectors.kept_back(seat.user, seat.channel))


def hold_back(stay: Stay, kept: dict[str, bool]) -> None:
    """To the connection that carries the media: which of it the engine lets through no more."""
    signal(stay_topic(stay.sid), "held", **kept)


def call_rings(call: Call) -> None:
    _call(call, call.caller, *call_words.ringing(call.kind, local=True))
    _call(call, call.host, *call_words.ringing(call.kind, local=False))
    call_event(call, call.host, "remoteUserRecvCall")
    _record(call)


def call_told(call: Call, verb: str) -> None:
    """What the verb means for each of the two."""
    for person, told in zip((call.caller, call.host), call_words.TOLD[verb], strict=True):
        if told:
            _call(call, person, *told)
    _record(call)


def call_hung_up(call: Call, by: User | None) -> None:
    for person in (call.caller, call.host):
        _call(call, person, *call_words.hung_up(local=person == by))
    _record(call)


def call_failed(call: Call, remaining: User | None) -> None:
    """Whoever is still there is told why, and that it is over; the other finds the same when they are back."""
    for person in (call.caller, call.host):
        if remaining in (None, person):
            error = call_words.error("rtcOccurError", "rtc", call_words.PEER_LOST)
            broadcast(_to(person), "call.error", call=shapes.call(call), **error)
        _call(call, person, *call_words.hung_up(local=person == remaining))
    _record(call)


def call_event(call: Call, person: User, name: str) -> None:
    broadcast(_to(person), "call.event", call=shapes.call(call), **call_words.event(name))


def call_state(person: Actor, state: str, reason: str, event: str = "") -> None:
    """Of a person alone: prepared, or idle again."""
    broadcast(_to(person), "call.changed", call=None, eventInfo={}, **call_words.changed(state, reason, event))


def _call(call: Call, person: User, state: str, reason: str) -> None:
    shape = shapes.call(call)
    info = shapes.call_info(call)
    broadcast(_to(person), "call.changed", call=shape, eventInfo=info, **call_words.changed(state, reason))


def _record(call: Call) -> None:
    record("call.changed", subject=call.channel.cid, realm=call.channel.realm, call=shapes.call(call))


def _to(person: Actor) -> str:
    return f"user.{person.pk}"


def stepped_away(stay: Stay) -> None:
    """To the connection that sends the show: off the air, and stay."""
    signal(stay_topic(stay.sid), "stepped_away")


def called_back(stay: Stay) -> None:
    signal(stay_topic(stay.sid), "called_back")


def host_told(channel: Channel, kind: str, text: str) -> None:
    """What the house did to a show, or has to say about it; to the host alone, on every page of theirs."""
    told = {"cid": channel.cid, "kind": kind, "text": text, "at": clock.now()}
    publish(_to(channel.owner), "host.told", subject=channel.cid, realm=channel.realm, **told)


def recording_told(recording: Recording, verb: str) -> None:
    """For apps (started, ready, failed, deleted). The room sees by its channel whether it is recorded."""
    channel, name = recording.channel, f"recording.{verb}"
    record(name, subject=channel.cid, realm=channel.realm, recording=shapes.recording(recording))


def recheck(channel: Channel) -> None:
    """To connections that are here by a right and not by a stay (the studio): ask for your right again."""
    signal(topic(channel), "recheck")


def recheck_person(user: User) -> None:
    """To every connection of theirs that is somewhere by a right."""
    signal(f"user.{user.pk}", "recheck")


def kicked(stay: Stay, reason: str, *, but: str = "") -> None:
    """To the connections that hold this stay, except the one named `but`: you are out, and why."""
    signal(stay_topic(stay.sid), "kicked", reason=reason, but=but)


@dataclass(frozen=True)
class Spent:
    """What a minute that began cost its payer (a user's pk), and what they have left."""

    payer: int
    cid: str
    role: str
    price: int
    minute: int
    balance: int

    def shape(self) -> dict:
        """`minutes_left` 0: the minute that began is the last."""
        spending = {"cid": self.cid, "role": self.role, "price": self.price, "minute": self.minute}
        return {"balance": self.balance, "spending": {**spending, "minutes_left": self.balance // self.price}}


def minutes_charged(spent: list[Spent]) -> None:
    """To each payer alone: which minute began, what is left, and for how long."""
    broadcast_each("wallet.changed", [(f"user.{one.payer}", one.shape()) for one in spent])


def traffic_charged(balances: dict[int, int]) -> None:
    """To each owner (their pk) alone: what they have now."""
    facts = [(f"user.{owner}", {"balance": balance, "kind": "traffic"}) for owner, balance in balances.items()]
    broadcast_each("wallet.changed", facts)
