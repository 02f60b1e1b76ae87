"""Private calls at the services and over REST: who may ring, who hears what, what becomes of the show."""

from contextlib import contextmanager
from datetime import timedelta
from unittest import mock

import pytest

from billing import prices
from billing.models import Minute, PriceKind
from billing.tests.worlds import coins_of, give
from core import clock, events
from core.errors import DomainError, IllegalMove
from core.guests import new_guest
from core.models import Event, User
from rooms import selectors, shapes
from rooms.flows import CallState, ChannelState, StayState
from rooms.models import Call, CallSetup, Channel, Role, Stay
from rooms.services import calls, channels, seats, stays
from rooms.tasks import charge_minutes, sweep_calls, sweep_stays
from rooms.tests.comings import on_air, watching

pytestmark = pytest.mark.django_db


def prepared(actor, channel, **change):
    fields = {"uid": actor.uid, "timeout": None, "extension": {}, "wait_for_frame": True}
    return calls.prepare(actor=actor, cid=channel.cid, **{**fields, **change})


def refused(verb, **fields) -> str:
    with pytest.raises(DomainError) as refusal:
        verb(**fields)
    return refusal.value.code


def ring(actor, channel, **fields):
    return calls.ring(actor=actor, cid=channel.cid, **fields)


def talking(caller, channel, host):
    call = calls.accept(actor=host, call_id=ring(caller, channel).call_id)
    for person, tab in ((host, "studio"), (caller, f"tab of {caller.uid}")):
        side, *_ = stays.take_call(actor=person, cid=channel.cid, connection=tab)
        stays.arrive(sid=side.sid, connection=tab)
        call = calls.first_frame(actor=person, call_id=call.call_id)
    return call


def side_of(person, channel):
    return Stay.objects.filter(channel=channel, user=person, role=Role.CALL).latest("id")


def state_of(row) -> str:
    return type(row).objects.get(pk=row.pk).state


@contextmanager
def heard(capture):
    """What is told to each person while it lasts: `{topic: [(name, state or event, reason)]}`."""
    told: dict[str, list] = {}

    def note(messages):
        for topic, message in messages:
            if message["type"] == "hub.frame":
                frame = events.json.loads(message["text"])
                words = (frame["type"], frame.get("state") or frame.get("event") or frame.get("errorEvent"))
                told.setdefault(topic, []).append((*words, frame.get("stateReason")))

    with mock.patch.object(events, "_send_all", note), capture(execute=True):
        yield told


@pytest.fixture
def live(channel, host, viewer, stranger):
    prices.set_price(actor=host, kind=PriceKind.CALL, value=20, place=channel.cid)
    for one in (viewer, stranger):
        give(one, 100)
    on_air(host, channel)
    for one in (viewer, stranger):
        watching(one, channel)
        prepared(one, channel)
    prepared(host, channel)
    channel.refresh_from_db()
    return channel


@pytest.fixture
def hears(django_capture_on_commit_callbacks):
    """`with hears() as told:` and afterwards `told["user.7"]`."""
    return lambda: heard(django_capture_on_commit_callbacks)


def of(person) -> str:
    return f"user.{person.pk}"


CHANGED = "call.changed"


def test_call8_ringing_reaches_the_host_with_what_the_caller_wrote(live, host, viewer, hears):
    with hears() as told:
        call = ring(viewer, live, kind="audio", extension={"song": "Lark"})
    assert told[of(viewer)] == [(CHANGED, "calling", "localAudioCall")]
    assert told[of(host)][0] == (CHANGED, "calling", "remoteAudioCall")
    assert (call.extension, call.state) == ({"song": "Lark"}, CallState.RINGING)


def test_call9_both_know_their_part_from_the_event_info(live, host, viewer):
    call = ring(viewer, live)
    info = shapes.call_info(call)
    assert (info["fromUserId"], info["fromRoomId"], info["remoteUserId"]) == ("viewer", live.cid, "host")


def test_call10_accepting_takes_the_show_off_the_air_before_anybody_is_in_the_call(live, host, viewer, hears):
    call = ring(viewer, live)
    with hears() as told:
        calls.accept(actor=host, call_id=call.call_id)
    assert state_of(live) == ChannelState.AWAY
    assert told[of(viewer)] == [(CHANGED, "connecting", "remoteAccepted")]
    assert told[of(host)] == [(CHANGED, "connecting", "localAccepted")]
    live.refresh_from_db()
    assert selectors.feeds(live) == []


def test_call12_it_connects_when_both_see_each_other_and_not_before(live, host, viewer, hears):
    call = calls.accept(actor=host, call_id=ring(viewer, live).call_id)
    assert calls.first_frame(actor=host, call_id=call.call_id).state == CallState.CONNECTING
    assert calls.first_frame(actor=host, call_id=call.call_id).state == CallState.CONNECTING
    with hears() as told:
        calls.first_frame(actor=viewer, call_id=call.call_id)
    assert told[of(viewer)] == told[of(host)] == [(CHANGED, "connected", "recvRemoteFirstFrame")]
    assert Call.objects.get().connected_at


def test_call13_without_waiting_for_a_frame_it_connects_at_once(live, host, viewer):
    for one in (host, viewer):
        prepared(one, live, wait_for_frame=False)
    assert calls.accept(actor=host, call_id=ring(viewer, live).call_id).state == CallState.TALKING


@pytest.mark.parametrize(
    ("verb", "by", "caller_hears", "host_hears"),
    [
        ("cancel", "viewer", "localCancelled", "remoteCancelled"),
        ("refuse", "host", "remoteRejected", "localRejected"),
    ],
)
def test_call11_call12_a_call_that_is_not_answered_leaves_both_prepared(
    live, host, viewer, hears, verb, by, caller_hears, host_hears
):
    call = ring(viewer, live)
    with hears() as told:
        getattr(calls, verb)(actor={"viewer": viewer, "host": host}[by], call_id=call.call_id)
    assert told[of(viewer)] == [(CHANGED, "prepared", caller_hears)]
    assert told[of(host)] == [(CHANGED, "prepared", host_hears)]
    assert (state_of(live), Call.objects.get().minutes) == (ChannelState.LIVE, 0)
    assert ring(viewer, live).state == CallState.RINGING


def test_call12_it_rings_for_fifteen_seconds(stopped, live, host, viewer, later, hears):
    call = ring(viewer, live)
    later(seconds=14.9)
    assert sweep_calls() == 0
    later(seconds=0.2)
    assert refused(calls.accept, actor=host, call_id=call.call_id) == "call_expired"
    with hears() as told:
        assert sweep_calls() == 1
    assert told[of(viewer)] == [(CHANGED, "prepared", "callingTimeout")]
    assert told[of(host)] == [(CHANGED, "prepared", "remoteCallingTimeout")]


def test_the_preparation_may_name_another_time_to_ring(live, viewer, later):
    prepared(viewer, live, timeout=40_000)
    ring(viewer, live)
    later(seconds=39)
    assert sweep_calls() == 0
    later(seconds=2)
    assert sweep_calls() == 1


def test_call12_a_second_caller_hears_that_the_host_is_busy(live, host, viewer, stranger, hears):
    first = ring(viewer, live)
    with hears() as told:
        assert ring(stranger, live).state == CallState.BUSY
    assert told == {of(stranger): [(CHANGED, "prepared", "remoteCallBusy")]}
    assert state_of(first) == CallState.RINGING


def test_call14_hanging_up_tells_both_and_the_times_are_equal(live, host, viewer, hears, later):
    call = talking(viewer, live, host)
    later(seconds=90)
    with hears() as told:
        calls.hang_up(actor=viewer, call_id=call.call_id)
    assert (CHANGED, "prepared", "localHangup") in told[of(viewer)]
    assert (CHANGED, "prepared", "remoteHangup") in told[of(host)]
    assert 90_000 <= shapes.call(Call.objects.get())["duration"] < 91_000
    assert not Stay.objects.filter(role=Role.CALL).exclude(state=StayState.ENDED).exists()


def test_call15_the_show_goes_on_when_the_host_publishes_again(live, host, viewer):
    call = talking(viewer, live, host)
    calls.hang_up(actor=host, call_id=call.call_id)
    assert state_of(live) == ChannelState.AWAY
    on_air(host, live)
    assert state_of(live) == ChannelState.LIVE


def test_a_host_who_does_not_come_back_after_the_call_ends_the_show(live, host, viewer, later):
    call = talking(viewer, live, host)
    calls.hang_up(actor=viewer, call_id=call.call_id)
    later(seconds=31)
    sweep_stays()
    assert state_of(live) == ChannelState.IDLE


def test_call2_viewers_stay_in_the_room_while_the_host_is_away(live, host, viewer, stranger, later):
    talking(viewer, live, host)
    later(seconds=10)
    sweep_stays()
    assert Stay.objects.get(user=stranger, role=Role.VIEWER).state == StayState.UP
    assert state_of(live) == ChannelState.AWAY


def test_call16_whoever_vanishes_is_waited_for_and_the_other_is_told(live, host, viewer, hears):
    call = talking(viewer, live, host)
    side = side_of(viewer, live)
    with hears() as told:
        stays.lose(sid=side.sid, connection=side.connection)
    assert told[of(host)] == [("call.event", "remoteLeave", None)]
    assert state_of(call) == CallState.BROKEN
    with hears() as told:
        stays.take_call(actor=viewer, cid=live.cid, connection="another tab")
        stays.arrive(sid=side.sid, connection="another tab")
    assert ("call.event", "remoteJoined", None) in told[of(host)]
    assert state_of(call) == CallState.TALKING


def test_call17_call19_thirty_seconds_later_the_call_is_over_for_the_other(live, host, viewer, hears, later):
    call = talking(viewer, live, host)
    side = side_of(viewer, live)
    stays.lose(sid=side.sid, connection=side.connection)
    later(seconds=29)
    sweep_stays()
    assert state_of(call) == CallState.BROKEN
    later(seconds=2)
    with hears() as told:
        sweep_stays()
    assert told[of(host)] == [("call.error", "rtcOccurError", None), (CHANGED, "prepared", "localHangup")]
    call.refresh_from_db()
    assert (call.state, call.end_reason) == (CallState.ENDED, "timeout")


def test_call19_a_host_who_vanishes_from_show_and_call_at_once_is_an_error_to_the_caller(
    live, host, viewer, hears, later
):
    call = talking(viewer, live, host)
    show = Stay.objects.get(channel=live, user=host, role=Role.UPLOADER)
    for stay in (show, side_of(host, live)):
        stays.lose(sid=stay.sid, connection=stay.connection)
    later(seconds=31)
    with hears() as told:
        sweep_stays()
    assert told[of(viewer)] == [("call.error", "rtcOccurError", None), (CHANGED, "prepared", "localHangup")]
    call.refresh_from_db()
    assert (call.state, call.end_reason, call.ended_by) == (CallState.ENDED, "timeout", None)


def test_call18_a_return_at_twenty_seconds_goes_on_with_the_call(live, host, viewer, later):
    call = talking(viewer, live, host)
    side = side_of(viewer, live)
    stays.lose(sid=side.sid, connection=side.connection)
    later(seconds=20)
    stays.take_call(actor=viewer, cid=live.cid, connection="again")
    stays.arrive(sid=side.sid, connection="again")
    later(seconds=15)
    sweep_stays()
    assert state_of(call) == CallState.TALKING


def test_a_call_in_which_nobody_appears_fails(live, host, viewer, later, hears):
    call = calls.accept(actor=host, call_id=ring(viewer, live).call_id)
    later(seconds=31)
    with hears() as told:
        sweep_calls()
    assert (state_of(call), state_of(live)) == (CallState.ENDED, ChannelState.AWAY)
    assert ("call.error", "rtcOccurError", None) in told[of(viewer)]


def test_call20_every_call_has_a_room_of_its_own(live, host, viewer):
    keys = set()
    for _ in range(3):
        call = talking(viewer, live, host)
        keys.add(call.room_key)
        calls.hang_up(actor=host, call_id=call.call_id)
        on_air(host, live)
    assert len(keys) == 3
    assert live.room_key not in keys
    assert refused(stays.take_call, actor=viewer, cid=live.cid, connection="old") == "no_call"


def test_call6_a_preparation_for_somebody_else_is_refused(live, viewer):
    assert refused(prepared, actor=viewer, channel=live, uid="host") == "uid_mismatch"
    with pytest.raises(DomainError):
        calls.prepare(actor=new_guest(), cid=live.cid, uid="", timeout=None, extension={}, wait_for_frame=True)


def test_call6_nobody_prepares_anew_during_a_call(live, host, viewer):
    ring(viewer, live)
    assert refused(prepared, actor=viewer, channel=live) == "in_call"
    assert refused(prepared, actor=host, channel=live) == "in_call"


def test_call8_only_the_prepared_ring_and_are_rung(live, host, viewer):
    CallSetup.objects.filter(user=viewer).delete()
    assert refused(calls.ring, actor=viewer, cid=live.cid) == "not_prepared"
    prepared(viewer, live)
    CallSetup.objects.filter(user=host).delete()
    assert refused(calls.ring, actor=viewer, cid=live.cid) == "host_not_ready"


def test_call22_deinitialising_cancels_refuses_or_hangs_up(live, host, viewer, hears):
    call = ring(viewer, live)
    calls.deinitialize(actor=viewer)
    assert state_of(call) == CallState.CANCELLED
    prepared(viewer, live)
    call = ring(viewer, live)
    calls.deinitialize(actor=host)
    assert state_of(call) == CallState.REFUSED
    prepared(host, live)
    call = talking(viewer, live, host)
    with hears() as told:
        calls.deinitialize(actor=viewer)
    assert state_of(call) == CallState.ENDED
    assert told[of(viewer)][-1] == (CHANGED, "idle", "none")


def test_call1_each_refusal_to_ring_has_its_own_code(channel, host, viewer, stranger):
    def code(actor):
        return refused(calls.ring, actor=actor, cid=channel.cid)

    assert code(new_guest()) == "login_required"
    assert code(host) == "call_to_oneself"
    assert code(viewer) == "not_here"
    watching(viewer, channel)
    assert code(viewer) == "no_calls"
    prices.set_price(actor=host, kind=PriceKind.CALL, value=20, place=channel.cid)
    assert code(viewer) == "insufficient_balance"
    give(viewer, 19)
    assert code(viewer) == "insufficient_balance"
    give(viewer, 1)
    assert code(viewer) == "not_prepared"
    prepared(viewer, channel)
    prepared(host, channel)
    assert code(viewer) == "not_live"
    on_air(host, channel)
    seat = seats.accept(actor=host, rid=seats.ask(actor=viewer, cid=channel.cid).rid)
    assert code(viewer) == "on_the_mic"
    seats.leave(actor=viewer, rid=seat.rid)
    ring(viewer, channel)
    assert code(viewer) == "in_call"


def test_a_free_call_needs_no_coins(live, host, viewer):
    prices.set_price(actor=host, kind=PriceKind.CALL, value=0, place=live.cid)
    assert ring(viewer, live).price == 0


def test_nobody_else_learns_of_a_call(live, host, viewer, stranger):
    call = ring(viewer, live)
    for verb in (calls.accept, calls.refuse, calls.cancel, calls.first_frame, calls.hang_up):
        assert refused(verb, actor=stranger, call_id=call.call_id) == "not_found"
    assert refused(calls.accept, actor=viewer, call_id=call.call_id) == "not_found"
    assert refused(calls.cancel, actor=host, call_id=call.call_id) == "not_found"
    assert refused(calls.accept, actor=host, call_id="nothing") == "not_found"


def test_each_verb_is_legal_once(live, host, viewer):
    call = ring(viewer, live)
    calls.cancel(actor=viewer, call_id=call.call_id)
    for verb, actor in ((calls.cancel, viewer), (calls.accept, host), (calls.refuse, host), (calls.hang_up, host)):
        with pytest.raises(IllegalMove):
            verb(actor=actor, call_id=call.call_id)


def test_the_end_of_the_show_is_the_end_of_the_call(live, host, viewer):
    call = talking(viewer, live, host)
    channels.stop(actor=host, cid=live.cid)
    assert (state_of(call), state_of(live)) == (CallState.ENDED, ChannelState.IDLE)
    assert not Stay.objects.filter(role=Role.CALL).exclude(state=StayState.ENDED).exists()


def test_a_host_who_leaves_while_it_rings_refuses(live, host, viewer):
    call = ring(viewer, live)
    stays.leave(actor=host, cid=live.cid, role=Role.UPLOADER)
    assert state_of(call) == CallState.REFUSED


def test_guests_on_the_mic_stay_there_during_the_hosts_call(live, host, viewer, stranger):
    seats.accept(actor=host, rid=seats.ask(actor=stranger, cid=live.cid).rid)
    guest = on_air(stranger, live, "tab of stranger")
    call = talking(viewer, live, host)
    live.refresh_from_db()
    assert (live.state, selectors.feeds(live)) == (ChannelState.AWAY, [guest.sid])
    calls.hang_up(actor=host, call_id=call.call_id)
    assert state_of(live) == ChannelState.AWAY
    on_air(host, live)
    assert state_of(live) == ChannelState.LIVE


def test_the_host_who_reloads_in_the_call_keeps_call_and_show(live, host, viewer, later):
    call = talking(viewer, live, host)
    for stay in Stay.objects.filter(user=host, state=StayState.UP):
        stays.lose(sid=stay.sid, connection="studio")
    side, show = stays.take_call(actor=host, cid=live.cid, connection="studio-2")
    stays.arrive(sid=side.sid, connection="studio-2")
    later(seconds=35)
    sweep_stays()
    assert (state_of(call), state_of(show), state_of(live)) == (CallState.TALKING, StayState.UP, ChannelState.AWAY)


def test_a_call_is_kept_for_webhooks_with_its_versions(live, host, viewer):
    call = talking(viewer, live, host)
    calls.hang_up(actor=host, call_id=call.call_id)
    kept = [event.data["call"]["state"] for event in Event.objects.filter(name="call.changed").order_by("id")]
    assert kept == ["ringing", "connecting", "talking", "ended"]


def test_call3_a_call_is_signalled_over_rest_alone(live, host, viewer, stranger, api):
    whole = {"cid": live.cid, "uid": "viewer", "timeout": 15000, "extension": {}, "wait_for_frame": True}
    assert api(viewer).put("/api/v1/calls/preparation/", whole, format="json").status_code == 204
    rung = api(viewer).post("/api/v1/calls/", {"cid": live.cid, "kind": "video"}, format="json")
    assert (rung.status_code, rung.data["state"]) == (201, "ringing")
    path = f"/api/v1/calls/{rung.data['call_id']}/"
    assert api(stranger).get(path).status_code == 404
    assert api(host).post(path + "accept/").data["state"] == "connecting"
    for person in (host, viewer):
        answer = api(person).post(path + "first_frame/").data
    assert answer["state"] == "talking"
    assert api(viewer).post(path + "hang_up/").data["ended_by"] == "viewer"
    assert [one["state"] for one in api(host).get("/api/v1/calls/").data["results"]] == ["ended"]
    assert api(viewer).delete("/api/v1/calls/preparation/").status_code == 204


@pytest.mark.parametrize("missing", ["uid", "timeout", "extension", "wait_for_frame", "cid"])
def test_call21_a_preparation_is_whole_or_it_is_refused(live, viewer, api, missing):
    whole = {"cid": live.cid, "uid": "viewer", "timeout": 15000, "extension": {}, "wait_for_frame": True}
    del whole[missing]
    answer = api(viewer).put("/api/v1/calls/preparation/", whole, format="json")
    assert (answer.status_code, list(answer.data["error"]["fields"])) == (400, [missing])


@pytest.mark.parametrize(
    "fields", [{"kind": "telepathy"}, {"kind": None}, {"extension": "x"}, {"extension": {"a": "b" * 5000}}]
)
def test_nonsense_is_refused_and_rings_nobody(live, viewer, api, fields):
    answer = api(viewer).post("/api/v1/calls/", {"cid": live.cid, "kind": "video", **fields}, format="json")
    assert (answer.status_code, answer.data["error"]["code"]) == (400, "bad_input")
    assert not Call.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ring_at_once_one_gets_through(channel, host, together):
    prices.set_price(actor=host, kind=PriceKind.CALL, value=0, place=channel.cid)
    on_air(host, channel)
    prepared(host, channel)
    people = [User.objects.create_user(f"fan-{n}") for n in range(5)]
    for one in people:
        watching(one, channel)
        prepared(one, channel)
    answers = together([lambda one=one: ring(one, channel) for one in people])
    assert sorted(call.state for call in answers) == [CallState.BUSY] * 4 + [CallState.RINGING]
    assert Channel.objects.get(pk=channel.pk).state == ChannelState.LIVE


@pytest.fixture
def pass_time(later):
    """Time goes on, and everybody's socket shows that it is there."""

    def move(seconds):
        later(seconds=seconds)
        now = clock.now()
        Stay.objects.filter(state=StayState.UP).update(last_seen=now, deadline=now + timedelta(seconds=45))

    return move


def minutes_of(call):
    rows = Minute.objects.filter(subject=call.call_id).order_by("began_at")
    return [(row.key.rpartition(":")[2], row.outcome, row.amount, row.reason) for row in rows]


def test_call1_each_started_minute_is_charged_from_connected_to_the_end(live, host, viewer, pass_time):
    ring(viewer, live)
    charge_minutes()
    calls.cancel(actor=viewer, call_id=Call.objects.get().call_id)
    call = talking(viewer, live, host)
    assert coins_of(viewer) == 100
    for _ in range(3):
        charge_minutes(), charge_minutes()
        pass_time(50)
    calls.hang_up(actor=viewer, call_id=call.call_id)
    pass_time(120)
    charge_minutes()
    assert minutes_of(call) == [(str(n), "charged", 20, "") for n in range(3)]
    assert (coins_of(viewer), coins_of(host)) == (40, 42)
    assert Call.objects.get(pk=call.pk).next_minute_at is None


def test_call1_a_call_of_seconds_costs_one_minute(live, host, viewer, later):
    call = talking(viewer, live, host)
    later(seconds=2)
    calls.hang_up(actor=host, call_id=call.call_id)
    charge_minutes()
    assert minutes_of(call) == [("0", "charged", 20, "")]


def test_a_call_that_never_connected_costs_nothing(live, host, viewer, later):
    call = calls.accept(actor=host, call_id=ring(viewer, live).call_id)
    later(seconds=31)
    sweep_calls()
    charge_minutes()
    assert minutes_of(call) == []


def test_call1_the_payer_is_warned_and_cut_when_the_coins_are_out(live, host, viewer, pass_time, hears):
    call = talking(viewer, live, host)
    for _ in range(4):
        charge_minutes()
        pass_time(60)
    with hears() as told:
        charge_minutes()
    assert "wallet.changed" in [frame[0] for frame in told[of(viewer)]]
    pass_time(60)
    with hears() as told:
        charge_minutes()
    call.refresh_from_db()
    assert (call.state, call.end_reason, coins_of(viewer)) == (CallState.ENDED, "no_balance", 0)
    assert (CHANGED, "prepared", "remoteHangup") in told[of(viewer)]
    assert minutes_of(call)[-1] == ("5", "insufficient", 0, "")
    assert not Stay.objects.filter(role=Role.CALL).exclude(state=StayState.ENDED).exists()


def test_call19_minutes_that_begin_while_one_side_is_lost_are_waived(live, host, viewer, pass_time, later):
    call = talking(viewer, live, host)
    charge_minutes()
    pass_time(50)
    side = side_of(viewer, live)
    stays.lose(sid=side.sid, connection=side.connection)
    pass_time(15)
    charge_minutes()
    stays.take_call(actor=viewer, cid=live.cid, connection="again")
    stays.arrive(sid=side.sid, connection="again")
    pass_time(56)
    charge_minutes()
    assert [row[1:] for row in minutes_of(call)] == [("charged", 20, ""), ("waived", 0, "broken"), ("charged", 20, "")]


def test_call19_a_side_that_never_comes_back_costs_no_minute_after_it_left(live, host, viewer, pass_time):
    call = talking(viewer, live, host)
    charge_minutes()
    pass_time(50)
    side = side_of(viewer, live)
    stays.lose(sid=side.sid, connection=side.connection)
    pass_time(31)
    sweep_stays()
    charge_minutes()
    assert [row[1:] for row in minutes_of(call)] == [("charged", 20, ""), ("waived", 0, "not_here")]


def test_call18_a_return_before_the_next_minute_leaves_no_gap_in_the_bill(live, host, viewer, pass_time):
    call = talking(viewer, live, host)
    charge_minutes()
    side = side_of(viewer, live)
    stays.lose(sid=side.sid, connection=side.connection)
    pass_time(20)
    stays.take_call(actor=viewer, cid=live.cid, connection="again")
    stays.arrive(sid=side.sid, connection="again")
    for _ in range(2):
        pass_time(50)
        charge_minutes()
    assert [row[1] for row in minutes_of(call)] == ["charged"] * 3


def test_nobody_pays_for_the_show_while_the_host_is_in_a_call(live, host, viewer, stranger, pass_time):
    prices.set_price(actor=host, kind=PriceKind.PLAY, value=5, place=live.cid)
    stays.leave(actor=stranger, cid=live.cid, role=Role.VIEWER)
    watching(stranger, live)
    charge_minutes()
    talking(viewer, live, host)
    pass_time(61)
    charge_minutes()
    assert coins_of(stranger) == 95
    waived = Minute.objects.get(payer__owner=stranger, outcome="waived")
    assert waived.reason == "away"
