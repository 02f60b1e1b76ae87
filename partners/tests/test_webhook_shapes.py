"""The vendors' shapes: their envelopes, field names and signatures, made of what happens in an app's realm."""

import hashlib
import json
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import pytest

from chat.services import groups, joining, members, moderation, notices
from core import people
from core.actors import App
from core.guests import new_guest
from partners.tests.test_apps import error_of
from partners.wires import agora, im
from rooms.models import Channel, Role
from rooms.services import channels, leases, stays
from rooms.tests.comings import on_air

BASE = "/api/v1/webhooks/"
KNOWN = (
    b'{"eventMs":1560408533119,"eventType":10,"noticeId":"4eb720f0-8da7-11e9-a43e-53f411c2761f",'
    b'"notifyMs":1560408533119,"payload":{"a":"1","b":2},"productId":1}'
)


def test_agora_signatures_are_those_of_the_known_answer() -> None:
    assert agora.signatures("secret", KNOWN) == {
        "Agora-Signature": "033c62f40f687675f17f0f41f91a40c71c0f134c",
        "Agora-Signature-V2": "6d3320c60b11101395b7fc8f9068748808a0aa1bfa064438e39d1bc2c7d74d99",
    }


@pytest.fixture
def ann(app):
    return people.named(app.realm, "ann")


@pytest.fixture
def bob(app):
    return people.named(app.realm, "12345")


@pytest.fixture
def hall(ann) -> Channel:
    return channels.create(actor=ann, title="Ann's")


def notices_of(them) -> list[dict]:
    return [json.loads(call.body) for call in them.calls]


def types(them) -> list[int]:
    return [notice["eventType"] for notice in notices_of(them)]


def test_agora_hears_of_channel_broadcaster_and_audience(app, hook, them, beat, hall, ann, bob, later) -> None:
    secret = hook(shape="agora")["secret"]
    on_air(ann, hall)
    stays.join(actor=bob, cid=hall.cid, connection="t", platform="ios")
    later(seconds=65)
    stays.leave(actor=bob, cid=hall.cid, role=Role.VIEWER)
    stays.leave(actor=ann, cid=hall.cid, role=Role.UPLOADER)
    beat()
    assert types(them) == [101, 103, 105, 106, 104, 102]
    for call in them.calls:
        signed = {name: call.headers[name] for name in ("Agora-Signature", "Agora-Signature-V2")}
        assert signed == agora.signatures(secret, call.body)
    _, host, came, went, _, over = notices_of(them)
    assert {"noticeId", "productId", "eventType", "notifyMs", "sid", "payload"} == came.keys()
    assert came["productId"] == 1
    payload = came["payload"]
    assert (payload["channelName"], payload["uid"], payload["account"]) == (hall.cid, 12345, "12345")
    assert (payload["platform"], len(str(payload["ts"])), len(str(came["notifyMs"]))) == (2, 10, 13)
    assert went["payload"]["reason"] == 1
    assert 64 <= went["payload"]["duration"] <= 66
    assert went["payload"]["clientSeq"] > came["payload"]["clientSeq"]
    assert host["payload"]["uid"] >= agora.OURS
    assert over["payload"]["lastUid"] == host["payload"]["uid"]


def test_agora_hears_of_a_change_of_role_where_somebody_goes_on_the_mic_and_back(
    app, hook, them, beat, hall, ann, bob
) -> None:
    hook(shape="agora")
    on_air(ann, hall)
    stays.join(actor=bob, cid=hall.cid, connection="t")
    channels.set_uploader(actor=ann, cid=hall.cid, uid=bob.uid)
    on_air(bob, hall, "mic")
    stays.leave(actor=bob, cid=hall.cid, role=Role.UPLOADER)
    stays.leave(actor=bob, cid=hall.cid, role=Role.VIEWER)
    beat()
    assert types(them) == [101, 103, 105, 111, 112, 106]


def test_agora_hears_each_person_leave_once_when_all_is_over(app, hook, them, beat, hall, ann, bob) -> None:
    hook(shape="agora")
    on_air(ann, hall)
    stays.join(actor=ann, cid=hall.cid, connection="own window")
    stays.join(actor=bob, cid=hall.cid, connection="t")
    stays.join(actor=new_guest(), cid=hall.cid, connection="g")
    channels.close(actor=ann, cid=hall.cid)
    beat()
    told = types(them)
    assert told[:4] == [101, 103, 105, 105]
    assert sorted(told[4:-1]) in ([104, 106, 106], [106, 106, 106, 112])
    assert told[-1] == 102
    came, left = ([n["payload"]["uid"] for n in notices_of(them) if n["eventType"] in kinds] for kinds in HALVES)
    assert sorted(came) == sorted(left)


HALVES = ((103, 105), (104, 106))


def test_agora_hears_why_somebody_who_vanished_is_gone(app, hook, them, beat, hall, bob, later) -> None:
    hook("106", shape="agora")
    stay = stays.join(actor=bob, cid=hall.cid, connection="t")
    stays.lose(sid=stay.sid, connection="t")
    later(seconds=31)
    leases.expire(stay)
    beat()
    (gone,) = notices_of(them)
    assert (gone["eventType"], gone["payload"]["reason"]) == (106, 2)


def test_agora_counts_no_answer_but_200_with_json(app, hook, them, beat, hall, bob) -> None:
    wid = hook("105", shape="agora")["id"]
    them.answer = lambda call: (200, {}, b"Ok")
    stays.join(actor=bob, cid=hall.cid, connection="t")
    beat()
    (row,) = app.server().get(f"{BASE}{wid}/deliveries/").json()["results"]
    assert (row["state"], row["event"]) == ("waiting", "105")


def test_agoras_test_is_the_vendors_own(app, hook, them, beat) -> None:
    wid = hook("103", shape="agora")["id"]
    app.server().post(f"{BASE}{wid}/test/")
    beat()
    (notice,) = notices_of(them)
    assert notice["eventType"] == 103
    assert (notice["payload"]["channelName"], notice["payload"]["uid"]) == ("test_webhook", 12121212)


def test_an_agora_notice_keeps_its_id_and_its_body_when_sent_again(app, hook, them, beat, hall, bob, later) -> None:
    hook("105", shape="agora")
    them.answer = lambda call: (500, {}, b"")
    stays.join(actor=bob, cid=hall.cid, connection="t")
    beat()
    later(seconds=6)
    beat()
    assert them.calls[0].body == them.calls[1].body


def test_its_own_secret_may_be_brought_along(app, hook) -> None:
    assert hook(shape="agora", secret="my-console-secret")["secret"] == "my-console-secret"


def commands(them) -> list[str]:
    return [notice["CallbackCommand"] for notice in notices_of(them)]


@pytest.fixture
def room(ann):
    return groups.create(actor=ann, title="Ann's club", type="Public")


def test_IM_28_after_callbacks_carry_the_vendors_query_and_prove_the_token(app, hook, them, beat, ann) -> None:
    token = hook(shape="im", url=them.url + "cb?mine=1")["secret"]
    group = groups.create(actor=ann, title="Ann's club")
    beat()
    (call,) = them.calls
    asked = dict(parse_qsl(urlsplit(call.path).query, keep_blank_values=True))
    moment = asked.pop("RequestTime")
    assert asked.pop("Sign") == hashlib.sha256(f"{token}{moment}".encode()).hexdigest()
    assert asked == {
        "mine": "1",
        "SdkAppid": app.realm,
        "CallbackCommand": "Group.CallbackAfterCreateGroup",
        "contenttype": "json",
        "ClientIP": "",
        "OptPlatform": "Unknown",
    }
    body = json.loads(call.body)
    assert (body["CallbackCommand"], body["GroupId"], body["Type"]) == (im.CREATED, group.gid, "AVChatRoom")
    assert (body["Owner_Account"], body["Name"]) == ("ann", "Ann's club")


def test_IM_28_what_was_said_is_told_message_by_message(app, hook, them, beat, ann) -> None:
    hook(im.SENT, shape="im")
    gid = groups.create(actor=ann, title="Ann's club").gid.replace("#", "%23")
    for said in ({"text": "hello 水墨"}, {"kind": "custom", "data": {"data": "d", "desc": "e", "ext": "f"}}):
        assert app.server("ann").post(f"/api/v1/groups/{gid}/messages/", said).status_code == 201
    beat()
    first, second = notices_of(them)
    assert first["MsgBody"] == [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello 水墨"}}]
    assert second["MsgBody"] == [{"MsgType": "TIMCustomElem", "MsgContent": {"Data": "d", "Desc": "e", "Ext": "f"}}]
    assert second["MsgSeq"] > first["MsgSeq"]
    assert (first["From_Account"], first["OnlineOnlyFlag"]) == ("ann", 0)


def test_IM_28_members_come_and_go(app, hook, them, beat, room, ann, bob) -> None:
    hook(im.JOINED, im.EXITED, shape="im")
    joining.join(actor=bob, gid=room.gid)
    members.quit(actor=bob, gid=room.gid)
    members.add(actor=ann, gid=room.gid, uid=bob.uid)
    moderation.kick(actor=ann, gid=room.gid, uid=bob.uid, seconds=60)
    beat()
    told = [(n.get("JoinType") or n.get("ExitType"), n["Operator_Account"]) for n in notices_of(them)]
    assert told == [("Apply", "12345"), ("Quit", "12345"), ("Invited", "12345"), ("Kicked", "ann")]
    joined, exited = notices_of(them)[:2]
    assert joined["NewMemberList"] == exited["ExitMemberList"] == [{"Member_Account": "12345"}]


@pytest.mark.parametrize("tell_joins", [True, False])
def test_IM_28_an_audience_comes_and_goes_whether_or_not_its_room_is_told(
    app, hook, them, beat, ann, bob, tell_joins: bool
) -> None:
    hook(im.JOINED, im.EXITED, im.PRESENCE, shape="im")
    group = groups.create(actor=ann, title="Ann's", tell_joins=tell_joins)
    many = [people.named(app.realm, f"fan{number}").pk for number in range(8)]
    notices.tell_arrivals(gid=group.gid, process="p", came=many, went=[])
    notices.tell_arrivals(gid=group.gid, process="p", came=[], went=many)
    beat()
    assert commands(them) == [im.JOINED, im.PRESENCE, im.EXITED, im.PRESENCE]
    joined, online, _, offline = notices_of(them)
    assert len(joined["NewMemberList"]) == len(online["MemberList"]) == 8
    assert (online["EventType"], offline["EventType"]) == ("Online", "Offline")


def test_IM_28_the_profile_and_the_end_of_a_group_are_told(app, hook, them, beat, ann) -> None:
    hook(im.CHANGED, im.DESTROYED, shape="im")
    gid = groups.create(actor=ann, title="Ann's").gid
    assert app.server("ann").patch(f"/api/v1/groups/{gid.replace('#', '%23')}/", {"notice": "Hush"}).status_code == 200
    groups.disband(actor=App(app.realm), gid=gid)
    beat()
    changed, destroyed = notices_of(them)
    assert (changed["Notification"], changed["Operator_Account"]) == ("Hush", "ann")
    assert destroyed["CallbackCommand"] == im.DESTROYED


def test_IM_28_what_was_refused_is_told(app, hook, them, beat, ann) -> None:
    hook(im.NOT_SENT, shape="im")
    gid = groups.create(actor=ann, title="Ann's").gid
    moderation.mute(actor=App(app.realm), gid=gid, uid="bob", seconds=60)
    said = f"/api/v1/groups/{gid.replace('#', '%23')}/messages/"
    for words in ({"text": "hello"}, {"kind": "custom", "data": {"a": 1}}):
        assert app.server("bob").post(said, words).status_code in (400, 403)
    beat()
    muted, odd = notices_of(them)
    assert (muted["From_Account"], muted["ErrorInfo"]) == ("bob", "muted")
    assert muted["MsgBody"] == [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}]
    assert odd["MsgBody"] == []


def test_IM_28_there_are_no_callbacks_but_those_after_the_fact(app) -> None:
    made = app.server().post(BASE, {"url": "https://93.184.216.34/", "shape": "im", "events": [BEFORE]})
    assert error_of(made) == (400, "bad_events")


BEFORE = "Group.CallbackBeforeSendMsg"


def test_a_rotation_of_a_shape_with_room_for_one_signature_has_no_overlap(app, hook) -> None:
    made = hook(shape="im")
    rotated = app.server().post(f"{BASE}{made['id']}/rotate/", {"overlap": 60}).json()
    assert rotated["old_secret_until"] is None
    assert rotated["secret"] != made["secret"]


def test_the_numbers_of_a_channels_line_have_no_gap(app, hook, them, beat, hall, ann, bob) -> None:
    hook("audience.joined", "audience.left", "uploader.joined", "uploader.changed", "uploader.left")
    on_air(ann, hall)
    stays.join(actor=bob, cid=hall.cid, connection="t")
    channels.close(actor=ann, cid=hall.cid)
    beat()
    numbers = [notice["data"]["seq"] for notice in notices_of(them)]
    assert numbers[0] == 1
    assert all(after == before + 1 for before, after in pairwise(numbers))
