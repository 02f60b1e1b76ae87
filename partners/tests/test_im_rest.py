"""The IM door: the vendor's REST verbs over this house's chat."""

import json
import logging
import re
from urllib.parse import quote

import pytest

from chat import history, presence
from chat.models import Group, Message, Restriction
from chat.services import notices, words
from core import clock
from core.actors import SYSTEM
from core.logs import formatter
from core.models import User
from core.people import named
from partners.models import InboundEvent, Partner
from partners.tests.im_server import Im

pytestmark = pytest.mark.django_db

HALL = "hall-1"
TEXT = [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}]


def custom(data: str, **fields) -> list[dict]:
    return [{"MsgType": "TIMCustomElem", "MsgContent": {"Data": data, **fields}}]


@pytest.fixture
def im(app):
    return Im(app)


@pytest.fixture
def hall(im) -> Group:
    """An audience of ann's."""
    im.do("create_group", {"Type": "AVChatRoom", "GroupId": HALL, "Name": "The hall", "Owner_Account": "ann"})
    return Group.objects.get(external_id=HALL)


@pytest.fixture
def club(im) -> Group:
    """A member group of ann's, with bob."""
    im.do("create_group", {"Type": "Public", "GroupId": "club", "Name": "The club", "Owner_Account": "ann"})
    im.do("add_group_member", {"GroupId": "club", "MemberList": [{"Member_Account": "bob"}]})
    return Group.objects.get(external_id="club")


def test_IM_28_a_group_is_made_under_the_apps_own_id(im) -> None:
    said = im.do(
        "create_group",
        {
            "Type": "AVChatRoom",
            "GroupId": HALL,
            "Name": "The hall",
            "Owner_Account": "ann",
            "Introduction": "music",
            "Notification": "at nine",
            "FaceUrl": "https://example.com/a.png",
            "AppDefinedData": [{"Key": "mood", "Value": "calm"}],
            "MemberList": [{"Member_Account": "mod", "Role": "Admin"}],
        },
    )
    assert said == {"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "", "GroupId": HALL, "Type": "AVChatRoom"}
    (info,) = im.do("get_group_info", {"GroupIdList": [HALL]})["GroupInfo"]
    assert (info["Name"], info["Owner_Account"], info["Notification"]) == ("The hall", "ann", "at nine")
    assert (info["FaceUrl"], info["MuteAllMember"]) == ("https://example.com/a.png", "Off")
    assert info["AppDefinedData"] == [{"Key": "mood", "Value": "calm"}]
    group = Group.objects.get(external_id=HALL)
    assert (group.realm, group.memberships.get(user__uid="mod").role) == (im.app.realm, "admin")


def test_IM_11_without_an_id_the_house_gives_one_and_both_are_found(im, hall) -> None:
    gid = im.do("create_group", {"Type": "Public", "Name": "x"})["GroupId"]
    assert gid.startswith("@TGS#")
    names = [gid, hall.gid, HALL, "none"]
    infos = im.do("get_group_info", {"GroupIdList": names})["GroupInfo"]
    assert [(row["GroupId"], row["ErrorCode"]) for row in infos] == [(gid, 0), (HALL, 0), (HALL, 0), ("none", 10010)]


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ({"Type": "AVChatRoom", "Name": "x", "GroupId": HALL}, 10021),
        ({"Type": "AVChatRoom", "Name": "x", "GroupId": "@TGS#mine"}, 10015),
        ({"Type": "Meeting", "Name": "x"}, 10004),
        ({"Type": "AVChatRoom"}, 10004),
        ({"Type": "AVChatRoom", "Name": ""}, 10004),
        ({"Type": "AVChatRoom", "Name": "x" * 121}, 10004),
        ({"Type": "AVChatRoom", "Name": "\ud800"}, 10004),
        ({"Type": "AVChatRoom", "Name": "x", "Owner_Account": "\x07"}, 10019),
        ({"Type": "AVChatRoom", "Name": "x", "ApplyJoinOption": "NeedPermission"}, 10004),
        ([], 60003),
        (b"{", 60003),
    ],
)
def test_IM_28_a_group_that_cannot_be_made_has_the_vendors_number(im, hall, body: object, number: int) -> None:
    assert im.fails("create_group", body) == number
    assert Group.objects.filter(realm=im.app.realm).count() == 1


def test_IM_28_a_group_is_changed_handed_over_and_disbanded_and_its_id_is_free_again(im, hall) -> None:
    im.do("modify_group_base_info", {"GroupId": HALL, "Name": "Hall", "Notification": "ten", "MuteAllMember": "On"})
    im.do("change_group_owner", {"GroupId": HALL, "NewOwner_Account": "bob"})
    hall.refresh_from_db()
    assert (hall.title, hall.notice, hall.muted_all, hall.owner.uid) == ("Hall", "ten", True, "bob")
    im.do("destroy_group", {"GroupId": HALL})
    assert im.fails("destroy_group", {"GroupId": HALL}) == 10010
    im.do("create_group", {"Type": "AVChatRoom", "GroupId": HALL, "Name": "Again"})


def test_IM_28_all_groups_of_the_app_are_listed_page_by_page(im, hall, club, other_app) -> None:
    Im(other_app).do("create_group", {"Type": "Public", "Name": "theirs"})
    first = im.do("get_appid_group_list", {"Limit": 1})
    rest = im.do("get_appid_group_list", {"Limit": 1, "Next": first["Next"]})
    assert [first["GroupIdList"], rest["GroupIdList"]] == [[{"GroupId": "club"}], [{"GroupId": HALL}]]
    assert first["TotalCount"] == 2
    assert im.do("get_appid_group_list", {"GroupType": "Public"})["GroupIdList"] == [{"GroupId": "club"}]


def test_IM_28_members_come_and_go_each_with_a_result(im, club) -> None:
    rows = [{"Member_Account": uid} for uid in ("bob", "eve", "\x07")]
    said = im.do("add_group_member", {"GroupId": "club", "MemberList": rows})["MemberList"]
    assert [row["Result"] for row in said] == [2, 1, 0]
    im.do("delete_group_member", {"GroupId": "club", "MemberToDel_Account": ["bob"]})
    members = im.do("get_group_member_info", {"GroupId": "club"})
    assert [(row["Member_Account"], row["Role"]) for row in members["MemberList"]] == [
        ("ann", "Owner"),
        ("eve", "Member"),
    ]
    assert im.do("get_group_member_info", {"GroupId": "club", "Offset": 1, "Limit": 1})["MemberNum"] == 2
    im.do("modify_group_member_info", {"GroupId": "club", "Member_Account": "eve", "Role": "Admin"})
    assert club.memberships.get(user__uid="eve").role == "admin"


def test_IM_28_an_audience_has_no_members_to_let_in_but_people_to_put_out(im, hall) -> None:
    assert im.fails("add_group_member", {"GroupId": HALL, "MemberList": [{"Member_Account": "eve"}]}) == 10007
    im.do("delete_group_member", {"GroupId": HALL, "MemberToDel_Account": ["eve"]})
    assert Restriction.objects.get().kind == "ban"


def test_IM_21_28_people_are_muted_listed_and_heard_again(im, hall, later) -> None:
    im.do("forbid_send_msg", {"GroupId": HALL, "Members_Account": ["bob", "eve"], "MuteTime": 60})
    listed = im.do("get_group_muted_account", {"GroupId": HALL})["MutedAccountList"]
    assert {row["Member_Account"] for row in listed} == {"bob", "eve"}
    assert listed[0]["MutedUntil"] == pytest.approx(clock.now().timestamp() + 60, abs=3)
    assert im.fails("send_group_msg", {"GroupId": HALL, "From_Account": "bob", "MsgBody": TEXT}) == 10017
    im.do("forbid_send_msg", {"GroupId": HALL, "Members_Account": ["bob"], "ShutUpTime": 0})
    im.do("send_group_msg", {"GroupId": HALL, "From_Account": "bob", "MsgBody": TEXT})
    later(seconds=61)
    assert im.do("get_group_shutted_uin", {"GroupId": HALL})["ShuttedUinList"] == []
    im.do("forbid_send_msg", {"GroupId": HALL, "Members_Account": ["eve"], "MuteTime": 2**32 - 1})
    assert im.do("get_group_shutted_uin", {"GroupId": HALL})["ShuttedUinList"] == [
        {"Member_Account": "eve", "ShuttedUntil": 2**32 - 1}
    ]


def test_IM_28_who_may_not_be_muted_keeps_all_of_them_heard(im, hall) -> None:
    named(im.app.realm, "root")
    User.objects.filter(uid="root").update(is_staff=True)
    assert im.fails("forbid_send_msg", {"GroupId": HALL, "Members_Account": ["bob", "root"], "MuteTime": 60}) == 10007
    assert not Restriction.objects.exists()


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ({"Members_Account": [f"u{n}" for n in range(501)], "MuteTime": 60}, 10005),
        ({"Members_Account": [], "MuteTime": 60}, 10004),
        ({"Members_Account": [5], "MuteTime": 60}, 10004),
        ({"Members_Account": "bob", "MuteTime": 60}, 10004),
        ({"Members_Account": ["bob"]}, 10004),
        ({"Members_Account": ["bob"], "MuteTime": -1}, 10004),
        ({"Members_Account": ["bob"], "MuteTime": True}, 10004),
        ({"GroupId": 5, "Members_Account": ["bob"], "MuteTime": 60}, 10015),
        ({"GroupId": "a\0", "Members_Account": ["bob"], "MuteTime": 60}, 10015),
    ],
)
def test_IM_28_limits_and_wrong_fields_have_numbers(im, hall, body: dict, number: int) -> None:
    assert im.fails("forbid_send_msg", {"GroupId": HALL, **body}) == number


def test_IM_22_28_people_are_banned_listed_and_let_in_again(im, hall) -> None:
    body = {"GroupId": HALL, "Members_Account": ["bob", "eve"]}
    assert im.fails("ban_group_member", body) == 10004
    im.do("ban_group_member", {**body, "Duration": 600, "Description": "noise"})
    first = im.do("get_group_ban_member", {"GroupId": HALL, "Limit": 1})
    rest = im.do("get_group_ban_member", {"GroupId": HALL, "Offset": first["NextOffset"]})
    both = [row["Member_Account"] for page in (first, rest) for row in page["BannedAccountList"]]
    assert (sorted(both), rest["NextOffset"]) == (["bob", "eve"], 0)
    assert Restriction.objects.get(user__uid="bob").reason == "noise"
    im.do("unban_group_member", body)
    assert im.do("get_group_ban_member", {"GroupId": HALL})["BannedAccountList"] == []
    assert (
        im.fails("ban_group_member", {**body, "Members_Account": [str(n) for n in range(21)], "Duration": 9}) == 10005
    )


def test_IM_28_a_message_of_the_server_is_said_once_however_often_it_is_sent(im, hall) -> None:
    body = {"GroupId": HALL, "From_Account": "bob", "Random": 7, "MsgPriority": "High", "MsgBody": custom("gift")}
    first, again = (im.do("send_group_msg", body) for _ in range(2))
    other = im.do("send_group_msg", {**body, "MsgBody": TEXT})
    assert (first["MsgSeq"], again["MsgSeq"], other["MsgSeq"]) == (1, 1, 2)
    said = [history.one(hall.gid, seq) for seq in (1, 2)]
    assert [(row["kind"], row["priority"], row["sender"]["uid"]) for row in said] == [
        ("custom", "HIGH", "bob"),
        ("text", "NORMAL", "bob"),
    ]
    assert said[0]["data"] == {"data": "gift", "desc": "", "ext": ""}


def test_IM_28_a_message_from_nobody_is_the_administrators(im, club) -> None:
    im.do("send_group_msg", {"GroupId": "club", "MsgBody": TEXT})
    said = Message.objects.get(group=club)
    assert (said.sender.uid, said.payload) == ("administrator", {"text": "hello"})


@pytest.mark.parametrize(
    "body",
    [
        [],
        "hello",
        [{"MsgType": "TIMTextElem"}],
        [{"MsgType": "TIMImageElem", "MsgContent": {}}],
        [{"MsgType": "TIMTextElem", "MsgContent": {"Text": 5}}],
        [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x" * 501}}],
        [*TEXT, *TEXT],
        custom(""),
        [{"MsgType": "TIMFaceElem", "MsgContent": {"Data": "plain"}}],
        custom("{}", Ext="footlight.gift"),
    ],
)
def test_IM_28_a_message_that_cannot_be_said_is_refused(im, hall, body: object) -> None:
    assert im.fails("send_group_msg", {"GroupId": HALL, "MsgBody": body}) == 10004
    assert not Message.objects.exists()


def test_IM_2_28_words_that_may_not_be_said_are_refused_to_servers_too(im, hall) -> None:
    words.add(actor=SYSTEM, text="darn", category="abuse", level="block")
    body = [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "oh darn"}}]
    assert im.fails("send_group_msg", {"GroupId": HALL, "MsgBody": body}) == 80001


def test_IM_24_28_what_the_room_has_no_place_for_is_a_success_of_number_0(im, hall) -> None:
    bodies = [{"GroupId": HALL, "MsgPriority": "Low", "MsgBody": custom(f"{n}")} for n in range(60)]
    seqs = [im.do("send_group_msg", body)["MsgSeq"] for body in bodies]
    assert [seq for seq in seqs if seq] == list(range(1, len([seq for seq in seqs if seq]) + 1))


def test_IM_3_28_a_system_notification_goes_to_all_who_are_there(im, hall, told) -> None:
    frames = told(lambda: im.do("send_group_system_notification", {"GroupId": HALL, "Content": "stay calm"}))
    assert [(data["text"], data["data"]) for name, data in frames if name == "chat.notice"] == [("", "stay calm")]
    assert not Message.objects.exists()
    body = {"GroupId": HALL, "Content": "x", "ToMembers_Account": ["bob"]}
    assert im.fails("send_group_system_notification", body) == 10004
    assert im.fails("send_group_system_notification", {"GroupId": HALL, "Content": ""}) == 10004


def test_IM_28_a_broadcast_goes_to_every_group_of_the_app_and_no_other(im, hall, club, other_app, told) -> None:
    Im(other_app).do("create_group", {"Type": "Public", "Name": "theirs"})
    frames = told(lambda: im.do("send_broadcast_msg", {"From_Account": "administrator", "MsgBody": custom("news")}))
    assert [data["data"] for name, data in frames if name == "chat.notice"] == ["news", "news"]


def test_IM_23_28_a_word_to_one_person_reaches_them_alone(im, told) -> None:
    ann = named(im.app.realm, "ann")
    body = {"From_Account": "bob", "To_Account": "ann", "MsgBody": custom("quit", Desc="d", Ext="e")}
    frames = told(lambda: im.do("sendmsg", body, service="openim"))
    ((name, data),) = frames
    assert (name, data["from"]["uid"], data["gid"]) == ("user.message", "bob", None)
    assert (data["data"], data["desc"], data["ext"]) == ("quit", "d", "e")
    assert ann.uid == "ann"
    assert im.fails("sendmsg", {**body, "To_Account": "nobody"}, service="openim") == 90012
    assert im.fails("sendmsg", {**body, "MsgBody": TEXT}, service="openim") == 90001
    named(im.app.realm, "eve")
    many = {**body, "To_Account": ["ann", "eve"]}
    assert len(told(lambda: im.do("batchsendmsg", many, service="openim"))) == 2


def test_IM_28_a_message_is_taken_back_by_its_number(im, hall) -> None:
    im.do("send_group_msg", {"GroupId": HALL, "MsgBody": TEXT})
    rows = im.do("group_msg_recall", {"GroupId": HALL, "MsgSeqList": [{"MsgSeq": 1}, {"MsgSeq": 9}]})["RecallRetList"]
    assert rows == [{"MsgSeq": 1, "RetCode": 0}, {"MsgSeq": 9, "RetCode": 10030}]
    assert Message.objects.get(seq=1).state == "deleted"


def test_IM_25_28_attributes_are_kept_and_counters_read(im, hall) -> None:
    pairs = [{"key": "mood", "value": "calm"}, {"key": "song", "value": "la"}]
    im.do("modify_group_attr", {"GroupId": HALL, "GroupAttr": pairs})
    im.do("delete_group_attr", {"GroupId": HALL, "GroupAttr": [{"key": "song"}]})
    answers = [
        im.do("get_group_attr", {"GroupId": HALL}, service=s)
        for s in ("group_open_http_svc", "group_open_attr_http_svc")
    ]
    assert [said["GroupAttrAry"] for said in answers] == [[{"key": "mood", "value": "calm"}]] * 2
    im.do("set_group_attr", {"GroupId": HALL, "GroupAttr": [{"key": "a", "value": "b"}]})
    im.do("clear_group_attr", {"GroupId": HALL})
    assert im.do("get_group_attr", {"GroupId": HALL})["GroupAttrAry"] == []
    Group.objects.update(likes=5)
    counters = im.do("get_group_counter", {"GroupId": HALL, "GroupCounterKeys": ["likes"]})["GroupCounter"]
    assert counters == [{"Key": "likes", "Value": 5}]
    assert im.fails("update_group_counter", {"GroupId": HALL}) == 10003


def test_IM_28_who_is_there_is_counted_and_named(im, hall) -> None:
    ann = User.objects.get(realm=im.app.realm, uid="ann")
    notices.tell_arrivals(gid=hall.gid, process="p", came=[ann.pk], went=[])
    presence.tell("p", {hall.gid: 3})
    assert im.do("get_online_member_num", {"GroupId": HALL})["OnlineMemberNum"] == 3
    rows = im.do("get_members", {"GroupId": HALL}, service="group_open_avchatroom_http_svc")["MemberList"]
    assert [row["Member_Account"] for row in rows] == ["ann"]
    assert im.fails("modify_user_info", {"GroupId": HALL}, service="group_open_avchatroom_http_svc") == 10003


def test_IM_17_28_people_are_taken_in_called_and_looked_up(im) -> None:
    login, profile = {"service": "im_open_login_svc"}, {"service": "profile"}
    im.do("account_import", {"Identifier": "ann", "Nick": "Ann"}, **login)
    answer = im.post("account_import", {"UserID": "eve", "FaceUrl": "https://example.com/a.png"}, **login)
    assert (answer["ActionStatus"], "not kept" in answer["ErrorInfo"]) == ("OK", True)
    assert im.do("multiaccount_import", {"Accounts": ["bob", "\x07"]}, **login)["FailAccounts"] == ["\x07"]
    checked = im.do("account_check", {"CheckItem": [{"UserID": "bob"}, {"UserID": "zoe"}]}, **login)["ResultItem"]
    assert [row["AccountStatus"] for row in checked] == ["Imported", "NotImported"]
    nick = {"Tag": "Tag_Profile_IM_Nick", "Value": "Annie"}
    im.do("portrait_set", {"From_Account": "ann", "ProfileItem": [nick]}, **profile)
    rows = im.do("portrait_get", {"To_Account": ["ann", "zoe"], "TagList": ["Tag_Profile_IM_Nick"]}, **profile)
    first, unknown = rows["UserProfileItem"]
    assert (first["ProfileItem"], unknown["ResultCode"]) == ([nick], 40003)
    picture = {"Tag": "Tag_Profile_IM_Image", "Value": "https://example.com/a.png"}
    assert im.fails("portrait_set", {"From_Account": "ann", "ProfileItem": [picture]}, **profile) == 40001
    long = {**nick, "Value": "x" * 41}
    assert im.fails("portrait_set", {"From_Account": "ann", "ProfileItem": [long]}, **profile) == 40001


def test_somebody_is_signed_out_of_every_connection(im, told) -> None:
    named(im.app.realm, "ann")
    frames = told(lambda: im.do("kick", {"UserID": "ann"}, service="im_open_login_svc"))
    assert [name for name, _ in frames] == ["signed_out"]
    assert im.fails("kick", {"UserID": "zoe"}, service="im_open_login_svc") == 70402


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({"sdkappid": "1"}, 60006),
        ({"usersig": ""}, 70002),
        ({"usersig": "x"}, 70003),
        ({"sig": {"key": "0" * 64}}, 70009),
        ({"sig": {"lasts": -1}}, 70001),
        ({"sig": {"app_id": "1234567890"}}, 70014),
        ({"signer": "ann"}, 70013),
        ({"identifier": "ann"}, 70013),
        ({"signer": "ann", "identifier": "ann"}, 60010),
    ],
)
def test_IM_16_28_who_is_not_the_apps_administrator_is_told_why(im, asked: dict, number: int) -> None:
    assert im.fails("create_group", {"Type": "Public", "Name": "x"}, **asked) == number
    assert not Group.objects.filter(realm=im.app.realm).exists()
    kept = InboundEvent.objects.get()
    assert (kept.raw, kept.answer["ErrorCode"]) == ("", number)


def test_IM_28_the_app_names_its_administrator(im, app) -> None:
    app.server().patch(f"/api/v1/apps/{app.realm}/", {"im_admin": "boss"})
    assert im.fails("get_appid_group_list") == 60010
    im.do("get_appid_group_list", signer="boss", identifier="boss")


def test_IM_28_an_app_that_is_off_or_unknown_is_told_so(im) -> None:
    Partner.objects.update(status="disabled")
    assert im.fails("get_appid_group_list") == 60016
    Partner.objects.update(status="deleted")
    assert im.fails("get_appid_group_list") == 60006


def test_IM_28_an_unknown_verb_is_refused(im) -> None:
    assert im.fails("make_coffee") == 10003
    assert im.fails("create_group", service="openim") == 10003


def test_IM_28_what_is_too_long_is_not_read(im) -> None:
    assert im.fails("create_group", b" " * (256 * 1024 + 1)) == 60002


def test_apps_reach_no_group_of_another_nor_of_the_site(im, other_app, channel) -> None:
    Im(other_app).do("create_group", {"Type": "Public", "Name": "theirs", "GroupId": "theirs"})
    theirs = Group.objects.get(external_id="theirs")
    for name in ("theirs", theirs.gid, channel.group.gid):
        assert im.fails("destroy_group", {"GroupId": name}) == 10010


def test_AEC_21_IM_28_every_call_is_kept_without_its_signature(im, hall) -> None:
    im.do("get_online_member_num", {"GroupId": HALL})
    kept = InboundEvent.objects.latest("pk")
    assert (kept.inlet, kept.name, kept.subject, json.loads(kept.raw)) == (
        "im",
        "get_online_member_num",
        HALL,
        {"GroupId": HALL},
    )
    assert "usersig" not in kept.raw + json.dumps(kept.answer)


def test_IM_28_no_signature_is_in_a_log_line(im, caplog) -> None:
    caplog.set_level(logging.INFO)
    sig = im.app.usersig("administrator")
    im.post("get_appid_group_list", usersig=sig)
    lines = [formatter(json=True).format(record) for record in caplog.records]
    assert any("/v4/group_open_http_svc/get_appid_group_list" in line for line in lines)
    assert not [line for line in lines if re.search(r"usersig=(?!\\u2026)", line)]
    assert not [line for line in lines if quote(sig) in line or sig in line]
