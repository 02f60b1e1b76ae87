"""People of an event centre's channels, minute by minute: there, paid for, gone."""

import pytest

from billing import audit
from billing.models import Minute, Outcome
from core.models import Event
from rooms import selectors
from rooms.flows import ChannelState, StayState
from rooms.models import Broadcast, Origin, Role, Stay, Told
from rooms.services import stays
from rooms.tasks import charge_minutes, forget_told, sweep_stays

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped")]


def minutes(kind: str = "") -> list[tuple]:
    rows = Minute.objects.order_by("began_at", "id")
    return [(row.outcome, row.amount) for row in (rows.filter(kind=kind) if kind else rows)]


def on(aec, uid: str = "bob", time: int = 1, action: str = "ONLINE", **more: object) -> dict:
    return aec.say(f"USER_{action}", userId=uid, channelId="c1", time=str(time), **more)


def up(aec, uid: str = "ann", **more: object) -> dict:
    return aec.say("UPLOADER_UPLOADING", userId=uid, channelId="c1", **more)


GOOD = {"status": "1", "data": ""}
SHORT = {"status": "0", "data": 10060}
GONE = {"status": "0", "data": 10082}
CHARGED = (Outcome.CHARGED, 10)


def test_AEC_8_an_upload_puts_the_channel_on_the_air_without_a_feed_of_ours(aec, client) -> None:
    channel = aec.live()
    stay = aec.stays().get()
    assert (channel.state, stay.state, stay.origin, stay.role) == ("live", "up", "aec", "uploader")
    assert (stay.deadline - stay.last_seen).total_seconds() == 150
    assert selectors.feeds(channel) == []
    assert client.get(f"/c/{channel.cid}/").status_code == 200


def test_AEC_8_each_minute_on_the_air_is_charged_once_however_often_it_is_told(aec, later) -> None:
    aec.give("ann", 100)
    aec.live(upload=10)
    for _ in range(3):
        assert up(aec) == GOOD
        charge_minutes()
        later(seconds=60)
    assert minutes("upload") == [CHARGED] * 3
    assert (aec.coins("ann"), audit.differences()) == (70, [])


def test_AEC_8_without_coins_the_upload_is_over_and_the_host_is_told(aec, later) -> None:
    aec.give("ann", 15)
    aec.live(upload=10)
    later(seconds=60)
    assert up(aec) == SHORT
    stay = aec.stays().get()
    assert (stay.state, stay.end_reason) == ("ended", "no_balance")
    assert aec.row().state == ChannelState.IDLE
    told = Event.objects.filter(name="uploader.left").order_by("-id").first()
    assert told.data["stay"]["end_reason"] == "no_balance"
    assert up(aec) == SHORT
    assert aec.coins("ann") == 5
    aec.give("ann", 20)
    assert up(aec) == GOOD


def test_AEC_8_the_beat_charges_the_minute_whose_word_is_on_its_way(aec, later) -> None:
    aec.give("ann", 100)
    aec.live(upload=10)
    later(seconds=60)
    charge_minutes()
    assert up(aec) == GOOD
    assert minutes("upload") == [CHARGED] * 2


def test_AEC_8_of_an_app_that_fell_silent_no_more_is_charged_than_the_minute_after_its_last_word(aec, later) -> None:
    aec.give("ann", 100)
    aec.live(upload=10)
    for _ in range(40):
        later(seconds=5)
        charge_minutes()
        sweep_stays()
    assert minutes("upload") == [CHARGED, CHARGED, (Outcome.WAIVED, 0)]
    assert aec.stays().get().end_reason == "timeout"
    assert aec.row().state == ChannelState.IDLE


def test_silence_ends_a_stay_after_150_seconds_and_not_before(aec, later) -> None:
    aec.live()
    on(aec)
    later(seconds=149)
    sweep_stays()
    assert aec.watching() == 1
    later(seconds=1)
    sweep_stays()
    sweep_stays()
    assert not aec.stays().exclude(state=StayState.ENDED).exists()
    assert set(aec.stays().values_list("end_reason", flat=True)) == {"timeout"}


def test_AEC_7_off_the_air_the_last_minute_is_settled_and_the_show_is_over(aec, later) -> None:
    aec.give("ann", 100)
    aec.live(upload=10)
    later(seconds=90)
    for _ in range(2):
        assert aec.say("UPLOADER_DISCONNECT", userId="ann", channelId="c1") == GOOD
    assert minutes("upload") == [CHARGED] * 2
    assert aec.row().state == ChannelState.IDLE
    assert Broadcast.objects.get().ended_at
    later(seconds=300)
    charge_minutes()
    assert aec.coins("ann") == 80


def test_AEC_7_the_show_goes_on_while_somebody_is_left_on_the_air(aec) -> None:
    aec.live()
    up(aec, "bob")
    aec.ok("UPLOADER_DISCONNECT", userId="ann", channelId="c1")
    assert aec.row().state == ChannelState.LIVE
    aec.ok("UPLOADER_DISCONNECT", userId="bob", channelId="c1")
    assert aec.row().state == ChannelState.IDLE
    assert aec.no("UPLOADER_DISCONNECT", userId="bob", channelId="none") == 10020


def test_AEC_7_a_word_from_before_the_goodbye_begins_nothing(aec) -> None:
    aec.channel()
    assert up(aec, ts="100") == GOOD
    aec.ok("UPLOADER_DISCONNECT", userId="ann", channelId="c1", ts="130")
    assert up(aec, ts="100") == GONE
    assert aec.row().state == ChannelState.IDLE
    assert up(aec, ts="160") == GOOD


def test_AEC_11_a_viewer_comes_and_is_counted_once(aec) -> None:
    aec.live()
    for _ in range(3):
        assert on(aec) == GOOD
    on(aec, "cat")
    assert aec.watching() == 2
    assert Stay.objects.filter(role=Role.VIEWER).count() == 2
    assert Broadcast.objects.get().peak == 2


def test_AEC_11_who_cannot_pay_does_not_come_in(aec) -> None:
    aec.live(play=10)
    assert on(aec) == SHORT
    assert aec.no("USER_ONLINE", userId="bob", channelId="none", time="1") == 10020
    aec.give("bob", 10)
    assert on(aec) == GOOD
    assert (aec.coins("bob"), minutes()) == (0, [CHARGED])


def test_AEC_12_each_minute_watched_is_charged_once_and_shared(aec, later) -> None:
    aec.give("bob", 100)
    aec.live(play=10)
    on(aec)
    for n in range(2, 5):
        later(seconds=60)
        charge_minutes()
        for _ in range(2):
            assert on(aec, time=n, action="PLAYING", discharge="1000") == GOOD
    assert minutes("play") == [CHARGED] * 4
    assert (aec.coins("bob"), aec.coins("ann")) == (60, 28)
    assert aec.stays(role="viewer").get().bytes == 3000
    assert (Broadcast.objects.get().bytes, audit.differences()) == (3000, [])


def test_AEC_12_a_viewer_without_coins_is_cut(aec, later) -> None:
    aec.give("bob", 15)
    aec.live(play=10)
    on(aec)
    later(seconds=60)
    assert on(aec, time=2, action="PLAYING", discharge="7") == SHORT
    stay = aec.stays(role="viewer").get()
    assert (stay.state, stay.end_reason, stay.bytes) == ("ended", "no_balance", 7)
    assert aec.watching() == 0
    assert on(aec, time=3, action="PLAYING") == GONE
    assert aec.coins("bob") == 5


def test_AEC_12_nobody_pays_for_a_show_that_is_off_the_air(aec, later) -> None:
    aec.give("bob", 100)
    aec.live(play=10)
    aec.ok("UPLOADER_DISCONNECT", userId="ann", channelId="c1")
    later(seconds=1)
    on(aec)
    assert minutes("play") == [(Outcome.WAIVED, 0)]


@pytest.mark.parametrize("discharge", ["-1", "many", "1.5", "9" * 16, "1e3"])
def test_AEC_12_bytes_that_are_none_are_refused(aec, discharge: str) -> None:
    aec.live()
    on(aec)
    assert on(aec, time=2, action="PLAYING", discharge=discharge) == {"status": "0", "data": 10002}


def test_AEC_12_bytes_of_words_in_any_order_are_added_once(aec) -> None:
    aec.live()
    on(aec)
    for n in (5, 3, 4, 3, 5):
        on(aec, time=n, action="PLAYING", discharge=str(n))
    assert aec.stays(role="viewer").get().bytes == 12


def test_AEC_12_who_was_given_up_for_lost_or_never_announced_watches_on(aec, later) -> None:
    aec.live()
    assert on(aec, time=2, action="PLAYING") == GOOD
    later(seconds=151)
    up(aec)
    sweep_stays()
    sweep_stays()
    assert aec.watching() == 0
    assert on(aec, time=2, action="PLAYING") == GONE
    assert on(aec, time=153, action="PLAYING") == GOOD
    assert aec.watching() == 1


def test_AEC_12_a_viewer_whom_the_host_put_out_stays_out(aec) -> None:
    aec.live()
    on(aec)
    stays.end(actor=aec.row().owner, sid=aec.stays(role="viewer").get().sid)
    assert on(aec, time=61, action="PLAYING") == GONE


def test_AEC_13_a_viewer_who_leaves_is_counted_no_more(aec, later) -> None:
    aec.give("bob", 100)
    aec.live(play=10)
    on(aec)
    later(seconds=30)
    for _ in range(2):
        assert on(aec, time=31, action="OFFLINE", discharge="500") == GOOD
    assert on(aec, "cat", time=31, action="OFFLINE", discharge="500") == GOOD
    stay = aec.stays(role="viewer").get()
    assert (stay.state, stay.end_reason, stay.bytes) == ("ended", "left", 500)
    assert (aec.watching(), minutes("play")) == (0, [CHARGED])


def test_AEC_13_a_word_from_before_the_goodbye_brings_nobody_back(aec) -> None:
    aec.live()
    on(aec, time=10)
    on(aec, time=80, action="OFFLINE")
    assert on(aec, time=10) == GONE
    assert on(aec, time=70, action="PLAYING", discharge="5") == GONE
    assert aec.watching() == 0
    assert on(aec, time=90) == GOOD


def test_AEC_13_the_last_bytes_come_after_the_channel_was_closed(aec) -> None:
    aec.live()
    on(aec)
    aec.ok("CLOSE_CHANNEL", userId="ann", channelId="c1")
    for _ in range(2):
        assert on(aec, time=20, action="OFFLINE", discharge="9") == GOOD
    assert (aec.stays(role="viewer").get().bytes, Broadcast.objects.get().bytes) == (9, 9)


def test_AEC_11_each_guest_is_one_though_none_has_a_name(aec, later) -> None:
    aec.live()
    for time in (1, 1, 2, 3):
        assert on(aec, "", time=time) == GOOD
    assert aec.watching() == 3
    for time in (61, 62, 63, 63):
        later(seconds=1)
        assert on(aec, "", time=time, action="PLAYING", discharge="10") == GOOD
    guests = aec.stays(role="viewer", user=None)
    assert [stay.bytes for stay in guests] == [10, 10, 10]
    for time, left in ((70, 2), (70, 2), (71, 1), (2, 0), (80, 0)):
        assert on(aec, "", time=time, action="OFFLINE") == GOOD
        assert aec.watching() == left
    assert on(aec, "", time=90, action="PLAYING") == GONE


def test_AEC_12_a_guest_is_out_when_the_preview_is_over(aec, later) -> None:
    aec.live(play=10, preview=60)
    assert on(aec, "") == GOOD
    later(seconds=60)
    assert on(aec, "", time=61, action="PLAYING") == {"status": "0", "data": 10061}
    assert aec.watching() == 0


def test_while_somebody_is_on_the_air_their_watching_costs_nothing(aec) -> None:
    aec.give("bob", 100)
    aec.live(play=10)
    up(aec, "bob")
    on(aec)
    assert (minutes("play"), aec.watching()) == ([(Outcome.WAIVED, 0)], 0)


def test_a_stay_that_a_page_holds_is_left_to_it(aec, later) -> None:
    channel = aec.live()
    stay = stays.join(actor=aec.person("bob"), cid=channel.cid, connection="tab")
    later(seconds=40)
    assert on(aec, time=41, action="PLAYING", discharge="7") == GOOD
    later(seconds=40)
    sweep_stays()
    stay.refresh_from_db()
    assert (stay.state, stay.connection, stay.origin, stay.bytes) == ("up", "tab", "socket", 7)
    assert on(aec, time=82, action="OFFLINE") == GOOD
    assert aec.watching() == 1
    later(seconds=6)
    sweep_stays()
    assert aec.watching() == 0


def test_a_page_takes_over_from_the_app_and_its_lease_with_it(aec) -> None:
    channel = aec.live()
    on(aec)
    stay = stays.join(actor=aec.person("bob"), cid=channel.cid, connection="tab")
    assert (stay.origin, (stay.deadline - stay.last_seen).total_seconds()) == (Origin.SOCKET, 45)


def test_a_stay_that_tells_of_its_end_itself_is_believed_until_then(aec, later) -> None:
    channel = aec.live(play=10)
    aec.give("bob", 100)
    stays.join(actor=aec.person("bob"), cid=channel.cid, connection="agora", origin=Origin.AGORA)
    for _ in range(6):
        charge_minutes()
        later(seconds=60)
        up(aec)
        sweep_stays()
    assert aec.watching() == 1
    assert minutes("play") == [CHARGED] * 6


def test_what_was_told_is_forgotten_after_a_day(aec, later) -> None:
    aec.live()
    on(aec)
    on(aec, time=2, action="PLAYING", discharge="1")
    assert (forget_told(), Told.objects.count()) == (0, 1)
    later(hours=25)
    assert (forget_told(), Told.objects.count()) == (1, 0)


def test_while_billing_stands_still_nobody_is_charged_and_nobody_cut(aec, later, monkeypatch) -> None:
    aec.give("bob", 10)
    aec.live(play=10)
    monkeypatch.setattr("billing.minutes.halted", lambda: True)
    on(aec)
    later(seconds=60)
    assert on(aec, time=61, action="PLAYING") == GOOD
    assert minutes() == []


def test_what_cannot_be_settled_is_left_to_the_round(aec, monkeypatch) -> None:
    aec.give("bob", 10)
    aec.live(play=10)
    monkeypatch.setattr("rooms.services.meter.announce.minutes_charged", lambda spent: 1 / 0)
    assert on(aec) == GOOD
    assert (minutes(), aec.coins("bob"), aec.watching()) == ([], 10, 1)
    monkeypatch.undo()
