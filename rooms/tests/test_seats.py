"""The co-mic from the raised hand to the leaving, at the services and over REST."""

from datetime import timedelta

import pytest

from chat.services import moderation
from core import clock
from core.errors import DomainError, Full, IllegalMove, LoginRequired, NotAllowed
from core.guests import new_guest
from core.models import Event, User
from rooms import selectors
from rooms.flows import ChannelState, SeatState, StayState
from rooms.models import Channel, Role, Seat, Stay
from rooms.services import channels, seats, stays
from rooms.tasks import sweep_seats, sweep_stays
from rooms.tests.comings import on_air, watching

pytestmark = pytest.mark.django_db


def crowd(channel, count):
    people = [User.objects.create_user(f"guest-{n}") for n in range(count)]
    for one in people:
        watching(one, channel)
    return people


def seated(actor, channel, host, **wish):
    return seats.accept(actor=host, rid=seats.ask(actor=actor, cid=channel.cid, **wish).rid)


def refused(verb, **fields) -> str:
    with pytest.raises(DomainError) as refusal:
        verb(**fields)
    return refusal.value.code


def told(name) -> list[dict]:
    return [event.data for event in Event.objects.filter(name=name).order_by("id")]


def state_of(seat) -> str:
    return Seat.objects.get(pk=seat.pk).state


@pytest.fixture
def live(channel, host, viewer, stranger):
    on_air(host, channel)
    watching(viewer, channel)
    watching(stranger, channel)
    channel.refresh_from_db()
    return channel


def test_mic5_accepting_a_raised_hand_gives_the_lowest_seat_and_tells_everybody(live, host, viewer):
    seat = seated(viewer, live, host)
    assert (seat.state, seat.number) == (SeatState.SEATED, 1)
    (news,) = told("seats.changed")
    assert [person["person"]["uid"] for person in news["users"]] == ["viewer"]
    assert [person["rid"] for person in news["joined"]] == [seat.rid]
    assert news["left"] == []


def test_mic15_request_and_answer_are_told_before_the_list(live, host, viewer):
    seat = seated(viewer, live, host)
    seats.leave(actor=viewer, rid=seat.rid)
    names = ["seat.changed", "seats.changed"]
    order = [(e.name, e.data.get("seat", {}).get("state")) for e in Event.objects.filter(name__in=names).order_by("id")]
    assert order == [
        ("seat.changed", "asked"),
        ("seat.changed", "seated"),
        ("seats.changed", None),
        ("seat.changed", "left"),
        ("seats.changed", None),
    ]


def test_mic6_a_refused_hand_changes_no_list(live, host, viewer):
    seat = seats.refuse(actor=host, rid=seats.ask(actor=viewer, cid=live.cid).rid)
    assert seat.state == SeatState.REFUSED
    assert told("seats.changed") == []
    assert seats.ask(actor=viewer, cid=live.cid).state == SeatState.ASKED


def test_mic7_a_hand_taken_down_cannot_be_accepted_any_more(live, host, viewer):
    seat = seats.cancel(actor=viewer, rid=seats.ask(actor=viewer, cid=live.cid).rid)
    with pytest.raises(IllegalMove):
        seats.accept(actor=host, rid=seat.rid)
    assert state_of(seat) == SeatState.CANCELLED


def test_mic8_a_request_can_be_accepted_until_the_last_moment_and_not_after(
    stopped, live, host, viewer, stranger, later
):
    early, late = (seats.ask(actor=one, cid=live.cid) for one in (viewer, stranger))
    later(seconds=59.9)
    assert seats.accept(actor=host, rid=early.rid).state == SeatState.SEATED
    later(seconds=0.2)
    assert refused(seats.accept, actor=host, rid=late.rid) == "seat_expired"
    assert sweep_seats() == 1
    assert (state_of(late), sweep_seats()) == (SeatState.EXPIRED, 0)


def test_mic8_the_request_may_name_its_own_time_and_the_channel_another_default(live, host, viewer, stranger, later):
    channels.update(actor=host, cid=live.cid, seat_seconds=10)
    short, long = seats.ask(actor=viewer, cid=live.cid), seats.ask(actor=stranger, cid=live.cid, timeout=30)
    later(seconds=11)
    sweep_seats()
    assert (state_of(short), state_of(long)) == (SeatState.EXPIRED, SeatState.ASKED)


def test_mic9_each_refusal_has_its_own_code(channel, host, viewer, stranger):
    def code(actor, **more):
        return refused(seats.ask, actor=actor, cid=channel.cid, **more)

    watching(viewer, channel)
    assert code(viewer) == "not_live"
    on_air(host, channel)
    assert code(new_guest()) == "login_required"
    assert code(host) == "host_needs_no_seat"
    assert code(stranger) == "not_here"
    assert code(viewer, number=10) == "bad_seat"
    assert code(viewer, timeout=0) == "bad_seconds"
    seat = seats.ask(actor=viewer, cid=channel.cid)
    assert code(viewer) == "already_asked"
    seats.accept(actor=host, rid=seat.rid)
    assert code(viewer) == "already_seated"
    watching(stranger, channel)
    assert code(stranger, number=1) == "seat_taken"
    seats.lock_seat(actor=host, cid=channel.cid, number=2, seat=True)
    assert code(stranger, number=2) == "seat_locked"
    seats.invite(actor=host, cid=channel.cid, uid="stranger")
    assert code(stranger) == "already_invited"


def test_mic9_whoever_is_muted_or_banned_in_the_chat_does_not_come_on_the_mic(live, host, viewer):
    moderation.mute(actor=host, gid=live.group.gid, uid="viewer", seconds=60)
    assert refused(seats.ask, actor=viewer, cid=live.cid) == "muted"
    moderation.ban(actor=host, gid=live.group.gid, uid="viewer")
    assert refused(seats.ask, actor=viewer, cid=live.cid) == "banned"


def test_mic1_nine_sit_and_the_tenth_is_told_that_it_is_full(live, host):
    people = crowd(live, 10)
    for one in people[:9]:
        seated(one, live, host)
    with pytest.raises(Full) as refusal:
        seats.ask(actor=people[9], cid=live.cid)
    assert (refusal.value.code, refusal.value.detail) == ("seats_full", {"seats": 9})
    assert [seat.number for seat in selectors.seated(live)] == list(range(1, 10))


def test_a_host_with_two_seats_has_two(live, host):
    channels.update(actor=host, cid=live.cid, seats=2)
    people = crowd(live, 3)
    asked = [seats.ask(actor=one, cid=live.cid) for one in people]
    for seat in asked[:2]:
        seats.accept(actor=host, rid=seat.rid)
    assert refused(seats.accept, actor=host, rid=asked[2].rid) == "seats_full"
    assert state_of(asked[2]) == SeatState.ASKED


def test_mic10_whoever_is_removed_leaves_the_air_too(live, host, viewer):
    seat = seated(viewer, live, host)
    stay = on_air(viewer, live, "tab of viewer")
    seats.remove(actor=host, rid=seat.rid)
    stay.refresh_from_db()
    assert (state_of(seat), stay.state, stay.end_reason) == (SeatState.REMOVED, StayState.ENDED, "seat_removed")
    assert [gone["rid"] for gone in told("seats.changed")[-1]["left"]] == [seat.rid]
    assert refused(stays.go_on_air, actor=viewer, cid=live.cid, connection="tab") == "no_upload_right"


def test_mic11_whoever_leaves_the_seat_watches_on(live, viewer, host):
    seat = seated(viewer, live, host)
    on_air(viewer, live, "tab of viewer")
    seats.leave(actor=viewer, rid=seat.rid)
    mine = Stay.objects.filter(channel=live, user=viewer)
    assert mine.get(role=Role.VIEWER).state == StayState.UP
    assert mine.get(role=Role.UPLOADER).end_reason == "seat_left"


def test_going_off_the_air_leaves_the_seat(live, viewer, host):
    seat = seated(viewer, live, host)
    on_air(viewer, live, "tab of viewer")
    stays.leave(actor=viewer, cid=live.cid, role=Role.UPLOADER)
    assert state_of(seat) == SeatState.LEFT


def test_leaving_the_room_leaves_the_seat_and_takes_the_hand_down(live, viewer, stranger, host):
    seat, hand = seated(viewer, live, host), seats.ask(actor=stranger, cid=live.cid)
    for one in (viewer, stranger):
        stays.leave(actor=one, cid=live.cid, role=Role.VIEWER)
    assert (state_of(seat), state_of(hand)) == (SeatState.LEFT, SeatState.CANCELLED)


def test_mic16_a_guest_who_vanishes_keeps_the_seat_for_the_grace(live, viewer, host, later):
    seat = seated(viewer, live, host)
    stay = on_air(viewer, live, "tab of viewer")
    watched = Stay.objects.get(channel=live, user=viewer, role=Role.VIEWER)
    for one in (stay, watched):
        stays.lose(sid=one.sid, connection="tab of viewer")
    later(seconds=29)
    sweep_stays()
    assert state_of(seat) == SeatState.SEATED
    later(seconds=2)
    sweep_stays()
    assert state_of(seat) == SeatState.LEFT
    assert [gone["person"]["uid"] for gone in told("seats.changed")[-1]["left"]] == ["viewer"]


def test_mic12_a_seat_is_wished_for_moved_and_never_shared(live, host, viewer, stranger):
    seat = seated(viewer, live, host, number=5)
    assert seat.number == 5
    other = seated(stranger, live, host)
    assert refused(seats.move, actor=stranger, rid=other.rid, number=5) == "seat_taken"
    assert seats.move(actor=viewer, rid=seat.rid, number=7).number == 7
    assert seats.move(actor=host, rid=other.rid, number=5).number == 5
    assert refused(seats.move, actor=viewer, rid=other.rid, number=6) == "not_allowed"


def test_a_locked_seat_is_given_to_nobody_until_it_is_unlocked(live, host, viewer):
    seats.lock_seat(actor=host, cid=live.cid, number=1, seat=True)
    seat = seated(viewer, live, host)
    assert seat.number == 2
    assert refused(seats.move, actor=viewer, rid=seat.rid, number=1) == "seat_locked"
    seats.lock_seat(actor=host, cid=live.cid, number=1)
    assert seats.move(actor=viewer, rid=seat.rid, number=1).number == 1


def test_what_the_host_holds_the_guest_cannot_turn_on(live, host, viewer):
    seat = seated(viewer, live, host)
    seats.mute(actor=host, rid=seat.rid, kind="audio", muted=True)
    assert refused(seats.mute, actor=viewer, rid=seat.rid, kind="audio", muted=False) == "held_by_host"
    shape = told("seats.changed")[-1]["users"][0]
    assert (shape["mic_held"], shape["camera_held"], shape["mic"]) == (True, False, True)
    seats.mute(actor=host, rid=seat.rid, kind="audio", muted=False)
    seats.mute(actor=viewer, rid=seat.rid, kind="audio", muted=True)
    assert told("seats.changed")[-1]["users"][0]["mic"] is False


def test_a_lock_on_a_microphone_holds_whoever_sits_there(live, host, viewer):
    seat = seated(viewer, live, host, number=3)
    seats.lock_seat(actor=host, cid=live.cid, number=3, audio=True)
    assert refused(seats.mute, actor=viewer, rid=seat.rid, kind="audio", muted=False) == "held_by_host"
    assert seats.move(actor=host, rid=seat.rid, number=4).mic_held is False
    assert selectors.silent(Seat.objects.get(pk=seat.pk)) == {"audio": False, "video": False}


def test_an_invited_guest_accepts_and_the_host_cannot_do_it_for_them(live, host, viewer, stranger):
    seat = seats.invite(actor=host, cid=live.cid, uid="viewer")
    for other in (host, stranger):
        assert refused(seats.accept, actor=other, rid=seat.rid) == "not_allowed"
    assert refused(seats.cancel, actor=viewer, rid=seat.rid) == "not_allowed"
    assert seats.accept(actor=viewer, rid=seat.rid).number == 1


def test_an_invitation_is_taken_back_or_refused(live, host, viewer):
    first = seats.cancel(actor=host, rid=seats.invite(actor=host, cid=live.cid, uid="viewer").rid)
    second = seats.refuse(actor=viewer, rid=seats.invite(actor=host, cid=live.cid, uid="viewer").rid)
    assert (first.state, second.state) == (SeatState.CANCELLED, SeatState.REFUSED)


def test_somebody_elses_request_is_nobody_elses_to_answer(live, viewer, stranger):
    seat = seats.ask(actor=viewer, cid=live.cid)
    for verb in (seats.accept, seats.refuse, seats.cancel, seats.remove):
        assert refused(verb, actor=stranger, rid=seat.rid) == "not_allowed"
    assert refused(seats.cancel, actor=new_guest(), rid=seat.rid) == "login_required"
    assert refused(seats.accept, actor=viewer, rid="nothing") == "not_found"


def test_accepting_somebody_who_left_meanwhile_says_so(live, host, viewer):
    seat = seats.ask(actor=viewer, cid=live.cid)
    Stay.objects.filter(channel=live, user=viewer).update(state=StayState.ENDED)
    assert refused(seats.accept, actor=host, rid=seat.rid) == "guest_gone"


def test_the_end_of_the_show_empties_the_stage(live, host, viewer, stranger):
    seat, hand = seated(viewer, live, host), seats.ask(actor=stranger, cid=live.cid)
    channels.stop(actor=host, cid=live.cid)
    assert (state_of(seat), state_of(hand)) == (SeatState.LEFT, SeatState.CANCELLED)
    assert Channel.objects.get(pk=live.pk).state == ChannelState.IDLE


def test_the_guests_leave_the_stage_with_the_host(live, host, viewer, stranger):
    seat, hand = seated(viewer, live, host), seats.ask(actor=stranger, cid=live.cid)
    on_air(viewer, live)
    stays.leave(actor=host, cid=live.cid, role=Role.UPLOADER)
    assert (state_of(seat), state_of(hand)) == (SeatState.LEFT, SeatState.CANCELLED)
    assert not Stay.objects.filter(channel=live, role=Role.UPLOADER, ended_at=None).exists()
    assert Channel.objects.get(pk=live.pk).state == ChannelState.IDLE


def test_a_host_who_vanishes_takes_nobody_off_the_stage(live, host, viewer, later):
    channels.set_uploader(actor=host, cid=live.cid, uid="viewer")
    on_air(viewer, live, "tab of viewer")
    lost = selectors.host_stay(live)
    stays.lose(sid=lost.sid, connection="studio")
    later(seconds=31)
    Stay.objects.filter(user=viewer).update(deadline=clock.now() + timedelta(seconds=45))
    sweep_stays()
    assert Channel.objects.get(pk=live.pk).state == ChannelState.LIVE


def test_a_host_who_never_arrived_takes_nobody_off_the_air(live, host, viewer):
    channels.set_uploader(actor=host, cid=live.cid, uid="viewer")
    stays.leave(actor=host, cid=live.cid, role=Role.UPLOADER)
    on_air(viewer, live)
    stay = stays.go_on_air(actor=host, cid=live.cid, connection="studio")
    stays.lose(sid=stay.sid, connection="studio")
    assert Channel.objects.get(pk=live.pk).state == ChannelState.LIVE


def test_the_host_reads_who_of_the_audience_can_be_invited(live, host, viewer, stranger):
    stays.join(actor=new_guest(), cid=live.cid, connection="a guest's tab")
    found = selectors.audience(host, live.cid)
    assert (found["total"], [one["uid"] for one in found["people"]]) == (3, ["stranger", "viewer"])
    assert refused(selectors.audience, actor=viewer, cid=live.cid) == "not_allowed"


def test_a_granted_uploader_takes_the_next_free_seat(live, host, viewer):
    channels.set_uploader(actor=host, cid=live.cid, uid="viewer")
    on_air(viewer, live, "their studio")
    assert [(seat.number, seat.user.uid) for seat in selectors.seated(live)] == [(1, "viewer")]
    channels.unset_uploader(actor=host, cid=live.cid, uid="viewer")
    assert selectors.seated(live) == []


def test_only_the_host_reads_who_waits(live, host, viewer, stranger):
    seats.ask(actor=viewer, cid=live.cid)
    waiting = [selectors.seats_for(actor, live.cid)["waiting"] for actor in (host, viewer, stranger)]
    assert [len(some) for some in waiting] == [1, 1, 0]


def test_a_member_of_the_audience_of_a_login_show_only(host, viewer, channel):
    channels.update(actor=host, cid=channel.cid, kind="LOGIN_PUBLIC")
    with pytest.raises(LoginRequired):
        seats.ask(actor=new_guest(), cid=channel.cid)
    with pytest.raises(NotAllowed):
        seats.invite(actor=viewer, cid=channel.cid, uid="host")


def test_mic12_requests_are_addressable_over_rest(live, host, viewer, api):
    path = f"/api/v1/channels/{live.cid}/seats/"
    asked = api(viewer).post(path, {"video": False, "number": 4}, format="json")
    assert (asked.status_code, asked.data["state"], asked.data["camera"]) == (201, "asked", False)
    rid = asked.data["rid"]
    assert [one["rid"] for one in api(host).get(path).data["waiting"]] == [rid]
    assert api(viewer).post(f"/api/v1/seats/{rid}/accept/").status_code == 403
    assert api(host).post(f"/api/v1/seats/{rid}/accept/").data["number"] == 4
    muted = api(host).post(f"/api/v1/seats/{rid}/mute/", {"kind": "video", "muted": True}, format="json")
    assert muted.data["camera_held"] is True
    assert api(host).put(f"{path}5/lock/", {"seat": True}, format="json").data["locks"] == {"5": ["seat"]}
    assert api(viewer).post(f"/api/v1/seats/{rid}/move/", {"number": 5}, format="json").status_code == 409
    assert api(viewer).post(f"/api/v1/seats/{rid}/leave/").data["state"] == "left"
    assert api(viewer).post(f"/api/v1/seats/{rid}/leave/").data["error"]["code"] == "illegal_move"


@pytest.mark.parametrize(
    "fields",
    [{"number": 0}, {"number": 10}, {"number": "one"}, {"timeout": -1}, {"timeout": 1e9}, {"video": "perhaps"}],
)
def test_nonsense_is_refused_with_a_code_and_changes_nothing(live, viewer, api, fields):
    answer = api(viewer).post(f"/api/v1/channels/{live.cid}/seats/", fields, format="json")
    assert (answer.status_code, answer.data["error"]["code"]) == (400, "bad_input")
    assert not Seat.objects.exists()


@pytest.mark.parametrize("number", [0, 10, 99999])
def test_a_seat_that_is_none_is_not_locked(live, host, api, number):
    path = f"/api/v1/channels/{live.cid}/seats/{number}/lock/"
    assert api(host).put(path, {"seat": True}, format="json").data["error"]["code"] == "bad_seat"


def test_no_query_count_grows_with_the_people_on_the_mic(live, host, viewer, django_assert_num_queries):
    seated(viewer, live, host)
    with django_assert_num_queries(4) as few:
        selectors.seats_for(host, live.cid)
    for one in crowd(live, 8):
        seated(one, live, host)
    with django_assert_num_queries(len(few)):
        selectors.seats_for(host, live.cid)


@pytest.mark.django_db(transaction=True)
def test_mic1_ten_accepted_at_the_same_moment_are_nine(channel, host, together):
    on_air(host, channel)
    people = crowd(channel, 10)
    asked = [seats.ask(actor=one, cid=channel.cid) for one in people]
    answers = together([lambda seat=seat: seats.accept(actor=host, rid=seat.rid) for seat in asked])
    taken = sorted(answer.number for answer in answers if isinstance(answer, Seat))
    assert taken == list(range(1, 10))
    assert [answer.code for answer in answers if isinstance(answer, DomainError)] == ["seats_full"]
