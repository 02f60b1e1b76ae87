"""Agora's notifications: what comes in through the door, and who is where after it."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from billing import prices
from billing.models import Minute, Outcome
from billing.tests.worlds import give
from core import clock
from core.actors import SYSTEM, App
from core.models import User
from core.people import named
from partners.models import AgoraMember, InboundEvent, KickingRule, Partner
from partners.tasks import forget_notices
from partners.tests.agora_server import ROOM, Agora
from rooms.flows import ChannelState, StayState
from rooms.models import Channel, Role, Stay
from rooms.services import bans, channels, stays
from rooms.tasks import charge_minutes, sweep_stays

pytestmark = pytest.mark.django_db

KNOWN_BODY = (
    b'{"eventMs":1560408533119,"eventType":10,"noticeId":"4eb720f0-8da7-11e9-a43e-53f411c2761f",'
    b'"notifyMs":1560408533119,"payload":{"a":"1","b":2},"productId":1}'
)
KNOWN = {
    "HTTP_AGORA_SIGNATURE": "033c62f40f687675f17f0f41f91a40c71c0f134c",
    "HTTP_AGORA_SIGNATURE_V2": "6d3320c60b11101395b7fc8f9068748808a0aa1bfa064438e39d1bc2c7d74d99",
}


@pytest.fixture
def agora(app):
    return Agora(app)


@pytest.mark.parametrize("header", KNOWN)
def test_NCS_2_the_signatures_that_agora_publishes_open_the_door(make_app, header: str) -> None:
    agora = Agora(make_app(agora_secret="secret"))
    answer = agora.post(KNOWN_BODY, version=0, **{header: KNOWN[header]})
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "outcome": "ignored"})
    assert agora.post(KNOWN_BODY + b" ", version=0, **{header: KNOWN[header]}).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{}, {"HTTP_AGORA_SIGNATURE_V2": ""}, {"HTTP_AGORA_SIGNATURE": "é" * 40}, {"HTTP_AGORA_SIGNATURE_V2": "00"}],
)
def test_NCS_2_without_a_good_signature_the_body_is_not_looked_at(agora, headers: dict) -> None:
    answer = agora.post(agora.body(105, 7), version=0, **headers)
    assert (answer.status_code, answer.json()) == (401, {"ok": False, "error": "bad_signature"})
    assert not Channel.objects.exists()
    assert (agora.book().status, agora.book().raw, agora.book().name) == (401, "", "")


def test_NCS_2_a_good_old_signature_does_not_make_up_for_a_bad_new_one(agora) -> None:
    assert agora.post(agora.body(105, 7), version=1, HTTP_AGORA_SIGNATURE_V2="0" * 64).status_code == 401
    assert agora.post(agora.body(105, 7), version=1).status_code == 200


def test_NCS_2_an_app_without_a_secret_is_told_nothing(app, agora) -> None:
    Partner.objects.update(agora_secret="")
    body = agora.body(105, 7)
    signed_with_nothing = hmac.new(b"", body, hashlib.sha256).hexdigest()
    assert agora.post(body, version=0, HTTP_AGORA_SIGNATURE_V2=signed_with_nothing).status_code == 401


def test_NCS_2_only_a_working_app_is_told_something_and_by_post(app, agora, maker) -> None:
    assert agora.client.post("/agora/1234567890/", b"{}", content_type="application/json").status_code == 404
    assert agora.client.get(f"/agora/{app.realm}/").status_code == 405
    Partner.objects.update(status="disabled")
    assert agora.post(agora.body(105, 7)).status_code == 403


def test_NCS_2_what_is_too_long_is_not_read(agora) -> None:
    answer = agora.post(b"x" * (64 * 1024 + 1))
    assert (answer.status_code, answer.json()["error"]) == (413, "too_big")
    assert not InboundEvent.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"no", b"\xff", b'{"productId":1,"eventType":105}', b"[" * 60_000])
def test_signed_nonsense_is_refused_in_words(agora, body: bytes) -> None:
    assert agora.post(body).status_code == 400
    assert agora.book().status == 400


@pytest.mark.parametrize("payload", [{"channelName": ""}, {"channelName": 5}, {"uid": "x"}, {"uid": None}, {"uid": -1}])
def test_a_notice_that_names_nobody_is_refused_in_words(agora, payload: dict) -> None:
    body = json.loads(agora.body(105, 7))
    body["payload"] |= payload
    answer = agora.post(json.dumps(body).encode())
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_notice_field")


def test_NCS_1_the_health_check_is_answered_and_changes_nothing(agora) -> None:
    agora.room = "test_webhook"
    assert {agora.tell(event, 12121212) for event in (103, 104, 105, 106, 107, 108, 111, 112)} == {"test"}
    assert {agora.tell(event) for event in (101, 102)} == {"test"}
    assert not Channel.objects.exists()
    assert not User.objects.filter(realm=agora.app.realm).exists()


def test_AEC_21_NCS_2_every_notice_is_kept_as_it_came(agora) -> None:
    body = agora.body(105, 7)
    for _ in range(2):
        agora.post(body, REMOTE_ADDR="192.0.2.4")
    first, again = InboundEvent.objects.order_by("pk")
    assert (first.raw, first.name, first.subject, first.address) == (body.decode(), "105", ROOM, "192.0.2.4")
    assert (first.answer["outcome"], again.answer["outcome"]) == ("applied", "duplicate")
    assert (first.duplicate, again.duplicate, first.key == again.key) == (False, True, True)


def test_NCS_3_who_joins_the_audience_is_in_the_list_with_platform_and_time(agora) -> None:
    before = clock.now() - timedelta(seconds=90)
    assert agora.tell(105, 7, platform=2, ts=int(before.timestamp())) == "applied"
    shown = agora.app.server().get(f"/api/v1/channels/{agora.channel.cid}/stays/").json()["results"]
    assert [(row["person"]["uid"], row["platform"], row["origin"], row["state"]) for row in shown] == [
        ("7", "iOS", "agora", "up")
    ]
    assert shown[0]["started_at"].startswith(before.replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%S"))
    assert agora.app.server().get(f"/api/v1/channels/{agora.channel.cid}/").json()["viewers"] == 1


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        ({"platform": 1}, "Android"),
        ({"platform": 5}, "Windows"),
        ({"platform": 6}, "Linux"),
        ({"platform": 7}, "Web"),
        ({"platform": 8}, "macOS"),
        ({"platform": 0}, "Other"),
        ({"platform": 77}, "Other"),
        ({"platform": None}, ""),
        ({"platform": 6, "clientType": 3}, "Local recording"),
        ({"platform": 6, "clientType": 8}, "Mini program"),
        ({"platform": 6, "clientType": 10}, "Cloud recording"),
        ({"platform": 7, "clientType": 10}, "Web"),
    ],
)
def test_NCS_8_platforms_have_names(agora, payload: dict, name: str) -> None:
    agora.tell(105, 7, **payload)
    assert agora.stay(7).platform == name


@pytest.mark.parametrize(
    ("reason", "told"), [(1, "left"), (3, "kicked_out"), (0, "other"), (42, "other"), (999, "abnormal")]
)
def test_NCS_4_who_leaves_is_off_the_list_with_reason_and_duration(agora, reason: int, told: str) -> None:
    then = int(clock.now().timestamp()) - 300
    agora.tell(105, 7, ts=then)
    agora.tell(106, 7, ts=then + 65, reason=reason, duration=65)
    assert agora.people()["audience"] == set()
    rows = agora.app.server().get(f"/api/v1/channels/{agora.channel.cid}/stays/?state=ended").json()["results"]
    assert [(row["end_reason"], row["duration"], bool(row["end_words"])) for row in rows] == [(told, 65, True)]
    assert agora.app.server().get(f"/api/v1/channels/{agora.channel.cid}/").json()["viewers"] == 0


@pytest.mark.parametrize(("comes", "goes"), [(103, 104), (107, 108)])
def test_NCS_5_who_broadcasts_is_on_the_air_in_either_profile(agora, comes: int, goes: int) -> None:
    agora.tell(101)
    agora.tell(comes, 7)
    assert (agora.channel.state, agora.channel.owner.uid) == (ChannelState.LIVE, "7")
    agora.tell(goes, 7, reason=1)
    assert agora.channel.state == ChannelState.IDLE


def test_NCS_5_a_channel_that_an_audience_named_first_is_the_hosts_when_they_come(agora) -> None:
    agora.tell(105, 8)
    assert agora.channel.owner.uid == "agora"
    agora.tell(103, 7)
    assert (agora.channel.owner.uid, agora.channel.group.owner.uid) == ("7", "7")
    assert agora.channel.group.external_id == ROOM
    agora.tell(103, 9)
    assert agora.channel.owner.uid == "7"
    assert Channel.objects.count() == 1


def test_NCS_5_going_on_the_mic_and_off_moves_between_the_lists(agora) -> None:
    agora.tell(103, 7)
    agora.tell(105, 8, platform=7)
    agora.tell(111, 8, platform=None)
    assert agora.people() == {"broadcasters": {"7", "8"}, "audience": set()}
    assert agora.stay(8, Role.UPLOADER).platform == "Web"
    agora.tell(112, 8, platform=None)
    assert agora.people() == {"broadcasters": {"7"}, "audience": {"8"}}
    agora.tell(106, 8, reason=1)
    assert agora.people() == {"broadcasters": {"7"}, "audience": set()}


def test_NCS_5_the_end_of_the_channel_ends_what_is_left_and_comes_several_times(agora, later) -> None:
    agora.tell(103, 7)
    agora.tell(105, 8)
    later(seconds=5)
    assert agora.tell(102, lastUid=7) == "applied"
    assert agora.people() == {"broadcasters": set(), "audience": set()}
    assert agora.stay(8).end_reason == "channel_ended"
    assert agora.tell(102, lastUid=8) == "applied"


def test_NCS_5_a_late_end_of_the_channel_leaves_who_came_since(agora, later) -> None:
    ended = int(clock.now().timestamp())
    later(seconds=5)
    agora.tell(105, 8)
    agora.tell(102, ts=ended)
    assert agora.people()["audience"] == {"8"}


@pytest.mark.parametrize(
    ("event", "product"), [(110, 1), (109, 1), (999, 1), ("105", 1), (105, 17), (110, 17), (103, 3)]
)
def test_NCS_5_what_is_not_understood_is_kept_and_taken_for_read(agora, event: object, product: int) -> None:
    assert agora.tell(event, 7, product=product) == "ignored"
    assert not Channel.objects.exists()
    assert agora.book().raw


def test_NCS_6_the_same_notice_counts_once_though_it_is_sent_at_another_time(agora) -> None:
    agora.tell(105, 7, notice="n1")
    agora.tell(106, 7, reason=1)
    assert agora.tell(105, 7, notice="n1") == "duplicate"
    assert agora.people()["audience"] == set()


def test_NCS_6_an_older_count_is_ignored(agora) -> None:
    agora.tell(106, 7, clientSeq=2**64 - 1, reason=1)
    assert agora.tell(105, 7, clientSeq=2**64 - 2) == "older"
    assert agora.people()["audience"] == set()


def test_NCS_6_who_leaves_before_they_come_has_left_and_the_row_is_kept_a_minute(agora, later) -> None:
    agora.tell(104, 7, clientSeq=5, reason=1)
    assert agora.tell(103, 7, clientSeq=4) == "older"
    later(seconds=59)
    forget_notices()
    assert AgoraMember.objects.count() == 1
    later(seconds=2)
    forget_notices()
    assert AgoraMember.objects.count() == 0


def test_NCS_6_who_is_back_within_the_minute_is_not_forgotten(agora, later) -> None:
    agora.tell(105, 7)
    agora.tell(106, 7, reason=1)
    later(seconds=30)
    agora.tell(105, 7)
    later(seconds=40)
    forget_notices()
    assert agora.tell(105, 7, clientSeq=1) == "older"


def test_NCS_6_without_a_count_the_time_tells_what_is_newer(agora) -> None:
    then = int(clock.now().timestamp()) - 60
    agora.tell(106, 7, clientSeq=None, ts=then + 5, reason=1)
    assert agora.tell(105, 7, clientSeq=None, ts=then) == "older"
    assert agora.tell(105, 7, clientSeq=None, ts=then + 20) == "applied"
    assert agora.tell(106, 7, clientSeq=None, ts=then + 20, reason=1) == "applied"


def test_NCS_7_somebody_who_is_here_by_the_page_too_is_here_once(agora, app) -> None:
    agora.tell(103, 7)
    person = User.objects.create(username=f"{app.realm}:8", realm=app.realm, uid="8")
    stays.join(actor=person, cid=agora.channel.cid, connection="tab")
    agora.tell(105, 8)
    agora.tell(106, 8, reason=1)
    assert agora.people()["audience"] == {"8"}
    assert Stay.objects.filter(user=person).count() == 1


def test_a_stay_that_agora_speaks_for_needs_no_sign_of_life(agora, later) -> None:
    agora.tell(103, 7)
    agora.tell(105, 8)
    assert set(Stay.objects.values_list("deadline", flat=True)) == {None}
    later(hours=5)
    sweep_stays()
    assert agora.people() == {"broadcasters": {"7"}, "audience": {"8"}}


@pytest.mark.parametrize("reason", [2, 4, 9, 10])
def test_CALL_17_who_vanishes_is_waited_for_thirty_seconds(agora, later, reason: int) -> None:
    agora.tell(103, 7)
    later(seconds=60)
    agora.tell(104, 7, reason=reason)
    assert (agora.stay(7, Role.UPLOADER).state, agora.channel.state) == (StayState.LOST, ChannelState.LOST)
    later(seconds=29)
    sweep_stays()
    assert agora.stay(7, Role.UPLOADER).state == StayState.LOST
    later(seconds=2)
    sweep_stays()
    assert agora.stay(7, Role.UPLOADER).end_reason == "timeout"
    assert agora.channel.state == ChannelState.IDLE


def test_CALL_18_who_is_back_in_time_goes_on(agora, later) -> None:
    agora.tell(103, 7)
    agora.tell(104, 7, reason=10)
    later(seconds=20)
    agora.tell(103, 7)
    later(seconds=60)
    sweep_stays()
    stay = agora.stay(7, Role.UPLOADER)
    assert (stay.state, stay.deadline, Stay.objects.count()) == (StayState.UP, None, 1)
    assert agora.channel.state == ChannelState.LIVE


def test_NCS_4_who_changed_devices_is_in_by_the_other_one(agora) -> None:
    agora.tell(105, 7, platform=1)
    agora.tell(105, 7, platform=7)
    assert agora.tell(106, 7, reason=5) == "applied"
    assert (agora.people()["audience"], agora.stay(7).platform) == ({"7"}, "Web")
    agora.tell(106, 7, reason=1)
    assert agora.people()["audience"] == set()


def test_NCS_9_an_abnormal_person_is_flagged_and_due_to_be_kicked_a_minute_later(agora) -> None:
    agora.tell(103, 7)
    agora.tell(104, 7, reason=999)
    agora.tell(104, 7, reason=999)
    rule = KickingRule.objects.get()
    assert (rule.why, rule.uid, rule.cname, rule.user.uid) == ("abnormal", 7, ROOM, "7")
    assert timedelta(seconds=55) < rule.due_at - clock.now() <= timedelta(seconds=60)


def test_an_account_is_the_persons_name_and_its_number_is_remembered(agora) -> None:
    agora.tell(105, 4711, account="ann")
    assert agora.people()["audience"] == {"ann"}
    assert User.objects.get(uid="ann").agora_name.uid == 4711


def test_who_is_banned_here_is_not_counted_though_agora_lets_them_in(agora, app) -> None:
    agora.tell(103, 7)
    bans.add(actor=App(app.realm), cid=agora.channel.cid, uid="8")
    assert agora.tell(105, 8) == "banned_here"
    assert agora.people()["audience"] == set()


def test_a_deleted_channel_is_not_made_again(agora, app) -> None:
    agora.tell(103, 7)
    channels.delete(actor=App(app.realm), cid=agora.channel.cid)
    assert agora.tell(103, 7) == "not_found"
    assert agora.channel.state == ChannelState.DELETED


def test_who_finds_every_seat_taken_is_in_the_audience(agora) -> None:
    for uid in range(1, 12):
        agora.tell(107, uid)
    assert agora.people() == {"broadcasters": {str(uid) for uid in range(1, 11)}, "audience": {"11"}}


@pytest.fixture
def priced(agora):
    """The channel on the air, at 10 coins a minute."""
    agora.tell(103, 7)
    prices.set_price(actor=SYSTEM, kind="play", value=10, place=agora.channel.cid)
    return agora


def test_minutes_that_agora_speaks_for_are_charged_however_long_nothing_is_heard(priced, app, later) -> None:
    give(named(app.realm, "8"), 100)
    priced.tell(105, 8)
    charge_minutes()
    for _ in range(3):
        later(seconds=60)
        charge_minutes()
    sid = priced.stay(8).sid
    assert list(Minute.objects.filter(subject=sid).values_list("outcome", flat=True)) == [Outcome.CHARGED] * 4
    later(seconds=20)
    priced.tell(106, 8, reason=1)
    later(seconds=300)
    charge_minutes()
    assert Minute.objects.filter(subject=sid).count() == 4


def test_while_somebody_is_waited_for_their_minutes_cost_nothing(priced, app, later) -> None:
    give(named(app.realm, "8"), 100)
    priced.tell(105, 8)
    charge_minutes()
    later(seconds=50)
    priced.tell(106, 8, reason=2)
    later(seconds=15)
    priced.tell(105, 8)
    later(seconds=2)
    charge_minutes()
    found = Minute.objects.filter(subject=priced.stay(8).sid).order_by("pk").values_list("outcome", "reason")
    assert list(found) == [(Outcome.CHARGED, ""), (Outcome.WAIVED, "not_here")]


def test_who_cannot_pay_is_not_in_the_audience(priced) -> None:
    assert priced.tell(105, 8) == "insufficient_balance"
    assert priced.people()["audience"] == set()


def test_NCS_4_staff_reads_why_somebody_left(agora, staff, client) -> None:
    agora.tell(105, 7)
    agora.tell(106, 7, reason=3)
    client.force_login(staff)
    page = client.get("/admin/rooms/stay/").content.decode()
    assert "Was put out by the app." in page
    assert "Android" in page
