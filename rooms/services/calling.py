"""What happens to a call because of who is there: a side that is lost, comes back or is gone, and its end. The verbs
people use are in calls.py. Always inside the caller's transaction, with the channel locked."""

from datetime import datetime

from core.models import User
from rooms import announce, selectors
from rooms.flows import CALL, CHANNEL, OPEN, STAY, TOGETHER, CallState, StayState
from rooms.models import Call, Channel, Role, Stay
from rooms.services import shows

VANISHED = ("timeout", "gave_up")  # ends of a stay that nobody asked for


def sides(call: Call) -> list[Stay]:
    """The stays of both people in it, open ones."""
    rows = Stay.objects.filter(channel=call.channel, role=Role.CALL, state__in=OPEN)
    return list(rows.select_related("user", "channel"))


def side_lost(stay: Stay, now: datetime) -> None:
    """One of the two is not heard of: the other is told, and waits."""
    call = selectors.open_call(stay.channel)
    if call and call.state == CallState.TALKING:
        CALL.advance(call, "lose", now=now)
        announce.call_event(call, selectors.other_side(call, stay.user), "remoteLeave")


def side_back(stay: Stay, now: datetime) -> None:
    """The call goes on where both are there."""
    call = selectors.open_call(stay.channel)
    if call is None:
        return
    announce.call_event(call, selectors.other_side(call, stay.user), "remoteJoined")
    if call.state == CallState.BROKEN and all(side.state == StayState.UP for side in sides(call)):
        CALL.advance(call, "resume", now=now)


def side_gone(stay: Stay, now: datetime, reason: str) -> None:
    """One of the two is out for good, so the call is over."""
    call = selectors.open_call(stay.channel)
    if call and call.state in TOGETHER:
        finish(call, "fail", reason, now, remaining=selectors.other_side(call, stay.user))


def finish(
    call: Call, verb: str, reason: str, now: datetime, *, by: User | None = None, remaining: User | None = None
) -> None:
    """The call is over: nobody is in its room any more, and the host's show is waited for."""
    CALL.advance(call, verb, now=now, ended_at=now, ended_by=by, end_reason=reason)
    for stay in sides(call):
        seen = {"last_seen": now} if verb == "hang_up" and stay.state == StayState.UP else {}  # there until then
        STAY.advance(stay, "end", now=now, ended_at=now, end_reason="call_ended", **seen)
        announce.kicked(stay, "call_ended")
    if verb == "fail":
        announce.call_failed(call, remaining)
    else:
        announce.call_hung_up(call, by)
    call_back(call.channel, now)


def close(channel: Channel, reason: str, now: datetime) -> None:
    """The show is over, and the host's call with it, whether it rings or is under way. A host who vanished is lost from
    both at once, whichever is noticed first."""
    call = selectors.open_call(channel)
    if call and call.state in TOGETHER and reason in VANISHED:
        finish(call, "fail", reason, now, remaining=call.caller)
    elif call and call.state in TOGETHER:
        finish(call, "hang_up", reason, now, by=call.host)
    elif call:
        CALL.advance(call, "refuse", now=now, ended_at=now, end_reason=reason)
        announce.call_told(call, "refuse")


def step_away(channel: Channel, now: datetime) -> None:
    """The host's feed leaves the air before anybody is in the call."""
    if CHANNEL.allows(channel.state, "step_away"):
        CHANNEL.advance(channel, "step_away", now=now)
        announce.channel_changed(channel)
    if stay := selectors.host_stay(channel):
        announce.stepped_away(stay)


def call_back(channel: Channel, now: datetime) -> None:
    """The host's page goes on the air again by itself; until it is there the host is waited for like one who was
    lost."""
    stay = selectors.host_stay(channel)
    if stay and stay.state == StayState.UP:
        STAY.advance(stay, "lose", now=now)
    if stay:
        announce.called_back(stay)
    shows.settle(channel, now)
