"""Channels of an event centre: made, opened to whom, given, taken, closed, deleted."""

import json

import pytest

from billing.prices import set_price
from chat.models import Group
from core.actors import SYSTEM, App
from core.models import Event
from partners.tests.starrtc import Server
from rooms.flows import ChannelState
from rooms.models import Channel
from rooms.services import bans, stays

pytestmark = pytest.mark.django_db

KINDS = ["GLOBAL_PUBLIC", "LOGIN_PUBLIC"]


@pytest.fixture
def rest(app) -> Server:
    """The event centre of `app`, whose REST door is known too."""
    app.row.guard_token = ""
    app.row.save()
    return Server(app.row)


@pytest.fixture
def club(app, rest) -> str:
    """ann's member group, with bob in it."""
    gid = app.server("ann").post("/api/v1/groups/", {"title": "Club", "type": "Public"}).json()["gid"]
    Group.objects.filter(gid=gid).update(external_id="club")
    address = f"/api/v1/groups/{gid.replace('#', '%23')}/members/"
    assert app.server("ann").post(address, {"uid": rest.person("bob").uid}).status_code == 201
    return "club"


@pytest.mark.parametrize("kind", KINDS)
def test_AEC_1_AEC_2_a_channel_has_its_type_owner_room_limit_and_extra(aec, kind: str) -> None:
    row = aec.channel(kind=kind, roomId="r1", conCurrentNumber="200", extra="our own")
    assert (row.kind, row.owner.uid, row.max_people, row.extra) == (kind, "ann", 200, "our own")
    assert (row.group.external_id, row.group.owner.uid) == ("r1", "ann")
    assert aec.channel("c2").group is None


def test_AEC_1_anybody_watches_and_nobody_without_a_name_goes_on_the_air(aec) -> None:
    aec.channel()
    aec.ok("USER_ONLINE", userId="", channelId="c1", time="1")
    aec.ok("USER_ONLINE", userId="bob", channelId="c1", time="1")
    assert aec.no("APPLY_UPLOAD_CHANNEL", userId="", channelId="c1") == 10002
    assert aec.ok("APPLY_UPLOAD_CHANNEL", userId="bob", channelId="c1") == {"conCurrentNumber": "0"}


def test_AEC_1_a_guest_of_the_site_watches_by_the_address(aec, client) -> None:
    assert client.get(f"/c/{aec.channel().cid}/").status_code == 200


def test_AEC_2_only_the_signed_in_watch(aec) -> None:
    aec.channel(kind="LOGIN_PUBLIC")
    assert aec.no("USER_ONLINE", userId="", channelId="c1", time="1") == 10040
    aec.ok("USER_ONLINE", userId="bob", channelId="c1", time="1")
    assert aec.no("APPLY_UPLOAD_CHANNEL", userId="", channelId="c1") == 10002


def test_AEC_3_a_group_channel_is_for_the_members_of_a_group_that_there_is(rest, club) -> None:
    assert rest.no("CREATE_CHANNEL_GROUP_PUBLIC", userId="ann", channelId="c1", groupId="none") == 10021
    assert rest.no("CREATE_CHANNEL_GROUP_PUBLIC", userId="eve", channelId="c1", groupId=club) == 10021
    assert rest.no("CREATE_CHANNEL_GROUP_PUBLIC", userId="ann", channelId="c1") == 10002
    rest.channel(kind="GROUP_PUBLIC", groupId=club)
    assert rest.no("USER_ONLINE", userId="eve", channelId="c1", time="1") == 10041
    assert rest.no("APPLY_UPLOAD_CHANNEL", userId="eve", channelId="c1") == 10042
    rest.ok("USER_ONLINE", userId="bob", channelId="c1", time="1")
    data = rest.ok("APPLY_UPLOAD_CHANNEL", userId="ann", channelId="c1")
    assert data == {"conCurrentNumber": "0", "groupId": "club"}


def test_AEC_1_3b_a_create_that_comes_again_makes_no_second_channel(aec) -> None:
    for _ in range(3):
        aec.channel(roomId="r1", conCurrentNumber="5")
    assert (Channel.objects.count(), Group.objects.count()) == (1, 1)
    assert aec.no("CREATE_CHANNEL_GLOBAL_PUBLIC", userId="bob", channelId="c1", roomId="r1") == 10023
    assert aec.no("CREATE_CHANNEL_LOGIN_PUBLIC", userId="ann", channelId="c1") == 10025
    assert aec.row().owner.uid == "ann"


def test_AEC_1_3b_a_refused_create_leaves_no_room_behind(aec) -> None:
    aec.no("CREATE_CHANNEL_GLOBAL_PUBLIC", userId="ann", channelId="c1", roomId="r1", conCurrentNumber="100001")
    aec.no("CREATE_CHANNEL_GLOBAL_PUBLIC", userId="ann", channelId="c1", roomId="r1", extra="x" * 8193)
    assert not Group.objects.exists()


def test_AEC_1_3b_the_same_id_of_another_app_is_another_channel(aec, make_app) -> None:
    other = Server(make_app("Another", guard_token="").row)
    assert other.channel().cid != aec.channel().cid
    assert other.no("CLOSE_CHANNEL", userId="ann", channelId="nothing") == 10020


@pytest.mark.parametrize("most", ["-1", "100001", "many", "1.5", "１２"])
def test_AEC_1_3c_a_limit_that_is_none_is_refused(aec, most: str) -> None:
    assert aec.no("CREATE_CHANNEL_GLOBAL_PUBLIC", userId="ann", channelId="c1", conCurrentNumber=most) == 10002


def test_AEC_1_3c_the_room_is_full_with_its_limit_and_leaving_frees_a_place(aec) -> None:
    aec.channel(conCurrentNumber="2")
    for uid in ("bob", "cat"):
        aec.ok("USER_ONLINE", userId=uid, channelId="c1", time="1")
    assert aec.no("USER_ONLINE", userId="dan", channelId="c1", time="2") == 10080
    assert aec.no("USER_ONLINE", userId="", channelId="c1", time="2") == 10080
    aec.ok("USER_ONLINE", userId="bob", channelId="c1", time="3")
    aec.ok("USER_OFFLINE", userId="bob", channelId="c1", time="4", discharge="0")
    aec.ok("USER_ONLINE", userId="dan", channelId="c1", time="5")


def test_AEC_4_an_application_is_refused_without_channel_right_coins_or_when_banned(aec) -> None:
    assert aec.no("APPLY_UPLOAD_CHANNEL", userId="ann", channelId="c1") == 10020
    channel = aec.channel(kind="LOGIN_PUBLIC", conCurrentNumber="7")
    assert aec.ok("APPLY_UPLOAD_CHANNEL", userId="ann", channelId="c1") == {"conCurrentNumber": "7"}
    assert aec.no("APPLY_UPLOAD_CHANNEL", userId="bob", channelId="c1") == 10042
    set_price(actor=SYSTEM, kind="upload", value=10, place=channel.cid)
    assert aec.no("APPLY_UPLOAD_CHANNEL", userId="ann", channelId="c1") == 10060
    aec.give("ann", 10)
    aec.ok("APPLY_UPLOAD_CHANNEL", userId="ann", channelId="c1")
    bans.add(actor=App(channel.realm), cid=channel.cid, uid="ann")
    assert aec.no("APPLY_UPLOAD_CHANNEL", userId="ann", channelId="c1") == 10043
    assert aec.coins("ann") == 10


def test_AEC_4_an_application_is_refused_in_a_closed_and_in_a_deleted_channel(aec) -> None:
    aec.channel()
    aec.ok("CLOSE_CHANNEL", userId="ann", channelId="c1")
    assert aec.no("APPLY_UPLOAD_CHANNEL", userId="ann", channelId="c1") == 10026
    aec.ok("DELETE_CHANNEL", userId="ann", channelId="c1")
    assert aec.no("APPLY_UPLOAD_CHANNEL", userId="ann", channelId="c1") == 10020


def test_AEC_4_a_tenth_beside_the_owner_finds_no_seat(aec) -> None:
    aec.channel()
    for n in range(9):
        aec.ok("UPLOADER_UPLOADING", userId=f"p{n}", channelId="c1")
    assert aec.no("APPLY_UPLOAD_CHANNEL", userId="eve", channelId="c1") == 10081
    assert aec.no("UPLOADER_UPLOADING", userId="eve", channelId="c1") == 10081
    aec.ok("APPLY_UPLOAD_CHANNEL", userId="ann", channelId="c1")


def test_AEC_5_AEC_6_whom_the_owner_sets_may_go_on_the_air_until_unset(aec) -> None:
    aec.channel(kind="LOGIN_PUBLIC")
    for _ in range(2):
        aec.ok("SET_CHANNEL_UPLOADER", userId="bob", channelId="c1")
    aec.ok("APPLY_UPLOAD_CHANNEL", userId="bob", channelId="c1")
    aec.ok("UPLOADER_UPLOADING", userId="bob", channelId="c1")
    assert aec.row().state == ChannelState.LIVE
    for _ in range(2):
        aec.ok("UNSET_CHANNEL_UPLOADER", userId="bob", channelId="c1")
    assert aec.row().state == ChannelState.IDLE
    assert aec.stays(role="uploader").get().end_reason in ("right_taken", "removed")
    assert aec.no("UPLOADER_UPLOADING", userId="bob", channelId="c1") == 10042
    assert aec.no("APPLY_UPLOAD_CHANNEL", userId="bob", channelId="c1") == 10042


def test_AEC_6_in_a_channel_where_everybody_may_one_is_unset_and_set_again(aec) -> None:
    aec.channel()
    aec.ok("UPLOADER_UPLOADING", userId="bob", channelId="c1")
    for _ in range(2):
        aec.ok("UNSET_CHANNEL_UPLOADER", userId="bob", channelId="c1")
    assert aec.row().state == ChannelState.IDLE
    assert aec.no("UPLOADER_UPLOADING", userId="bob", channelId="c1") == 10043
    assert aec.no("APPLY_UPLOAD_CHANNEL", userId="bob", channelId="c1") == 10043
    aec.ok("USER_ONLINE", userId="bob", channelId="c1", time="1")
    aec.ok("APPLY_UPLOAD_CHANNEL", userId="cat", channelId="c1")
    aec.ok("SET_CHANNEL_UPLOADER", userId="bob", channelId="c1")
    aec.ok("UPLOADER_UPLOADING", userId="bob", channelId="c1")


def test_AEC_5_only_who_may_watch_can_be_set(rest, club) -> None:
    rest.channel(kind="GROUP_PUBLIC", groupId=club)
    assert rest.no("SET_CHANNEL_UPLOADER", userId="eve", channelId="c1") == 10044
    assert rest.no("APPLY_UPLOAD_CHANNEL", userId="bob", channelId="c1") == 10042
    rest.ok("SET_CHANNEL_UPLOADER", userId="bob", channelId="c1")
    assert rest.ok("APPLY_UPLOAD_CHANNEL", userId="bob", channelId="c1")["groupId"] == club
    assert rest.no("SET_CHANNEL_UPLOADER", userId="bob", channelId="none") == 10020


def test_AEC_9_only_the_owner_closes_and_the_owners_create_reopens(aec) -> None:
    aec.live()
    aec.ok("USER_ONLINE", userId="bob", channelId="c1", time="1")
    assert aec.no("CLOSE_CHANNEL", userId="bob", channelId="c1") == 10023
    assert aec.no("CLOSE_CHANNEL", userId="ann", channelId="none") == 10020
    for _ in range(2):
        aec.ok("CLOSE_CHANNEL", userId="ann", channelId="c1")
    assert aec.row().state == ChannelState.CLOSED
    assert not aec.stays().exclude(end_reason="channel_closed").exists()
    assert aec.row().broadcasts.get().ended_at
    assert aec.no("USER_ONLINE", userId="bob", channelId="c1", time="2") == 10026
    assert aec.no("UPLOADER_UPLOADING", userId="ann", channelId="c1") == 10026
    assert aec.no("CREATE_CHANNEL_GLOBAL_PUBLIC", userId="bob", channelId="c1") == 10023
    aec.channel(conCurrentNumber="3", extra="new")
    assert (aec.row().state, aec.row().max_people, aec.row().extra) == (ChannelState.IDLE, 3, "new")
    aec.ok("UPLOADER_UPLOADING", userId="ann", channelId="c1")
    assert Channel.objects.count() == 1


def test_AEC_10_a_deleted_channel_is_gone_for_good(aec, client) -> None:
    cid = aec.live(upload=0).cid
    assert aec.no("DELETE_CHANNEL", userId="bob", channelId="c1") == 10023
    for _ in range(2):
        aec.ok("DELETE_CHANNEL", userId="ann", channelId="c1")
    assert client.get(f"/c/{cid}/").status_code == 404
    for uid in ("ann", "bob"):
        assert aec.say("CREATE_CHANNEL_GLOBAL_PUBLIC", userId=uid, channelId="c1")["status"] == "0"
    assert aec.no("UPLOADER_UPLOADING", userId="ann", channelId="c1") == 10020
    assert aec.no("SET_CHANNEL_UPLOADER", userId="ann", channelId="c1") == 10020
    assert Channel.objects.get().state == ChannelState.DELETED


@pytest.mark.parametrize("specify", ["bob, cat", '["bob", "cat"]'])
def test_AEC_14_only_the_listed_watch_and_can_be_set(aec, specify: str) -> None:
    assert aec.no("CREATE_CHANNEL_LOGIN_SPECIFY", userId="ann", channelId="c1") == 10002
    aec.channel(kind="LOGIN_SPECIFY", specify=specify, roomId="r1")
    aec.ok("USER_ONLINE", userId="bob", channelId="c1", time="1")
    aec.ok("USER_ONLINE", userId="ann", channelId="c1", time="1")
    assert aec.say("USER_ONLINE", userId="eve", channelId="c1", time="1")["status"] == "0"
    assert aec.say("USER_ONLINE", userId="", channelId="c1", time="1")["status"] == "0"
    aec.ok("SET_CHANNEL_UPLOADER", userId="cat", channelId="c1")
    aec.ok("APPLY_UPLOAD_CHANNEL", userId="cat", channelId="c1")
    assert aec.no("SET_CHANNEL_UPLOADER", userId="eve", channelId="c1") == 10044
    assert aec.say("APPLY_UPLOAD_CHANNEL", userId="eve", channelId="c1")["status"] == "0"


def test_AEC_15_a_list_in_a_group_lets_only_members_of_it_in(rest, club) -> None:
    rest.channel(kind="GROUP_SPECIFY", groupId=club, specify="bob,eve")
    rest.ok("USER_ONLINE", userId="bob", channelId="c1", time="1")
    assert rest.say("USER_ONLINE", userId="eve", channelId="c1", time="1")["status"] == "0"
    assert rest.no("CREATE_CHANNEL_GROUP_SPECIFY", userId="eve", channelId="c2", groupId=club, specify="bob") == 10021


def test_AEC_16_a_channel_that_pulls_is_the_room_owners(aec) -> None:
    create = "LIVEPROXY_CREATE_CHANNEL_GLOBAL_PUBLIC"
    assert aec.no(create, roomId="r1", channelId="p1") == 10022
    assert aec.no(create, channelId="p1") == 10002
    aec.channel(roomId="r1")
    extra = json.dumps({"source": "rtmp://192.0.2.1/live/x"})
    for _ in range(2):
        aec.ok(create, roomId="r1", channelId="p1", conCurrentNumber="200", extra=extra)
    row = aec.row("p1")
    assert (row.owner.uid, row.source, row.kind, row.max_people, row.extra) == (
        "ann",
        "PROXY",
        "GLOBAL_PUBLIC",
        200,
        extra,
    )
    assert row.group.external_id == "r1"
    assert pull_of(row).state == "waiting"
    assert aec.no("CREATE_CHANNEL_GLOBAL_PUBLIC", userId="ann", channelId="p1") == 10025


def pull_of(channel):
    return channel.relays.filter(kind="pull").first()


@pytest.mark.parametrize("source", ["file:///etc/passwd", "http://", "here", "http://[", "http://x:0", 7, None, [], ""])
def test_AEC_16_a_source_that_is_no_address_is_refused(aec, source: object) -> None:
    aec.channel(roomId="r1")
    answer = aec.say(
        "LIVEPROXY_CREATE_CHANNEL_GLOBAL_PUBLIC", roomId="r1", channelId="p1", extra=json.dumps({"source": source})
    )
    assert answer == ({"status": "1", "data": ""} if source is None else {"status": "0", "data": 10002})


def test_AEC_17_AEC_18_AEC_19_a_channel_that_pulls_is_applied_for_closed_and_deleted(aec) -> None:
    aec.channel(roomId="r1")
    create = {"roomId": "r1", "channelId": "p1", "conCurrentNumber": "200"}
    create["extra"] = json.dumps({"source": "rtmp://192.0.2.1/live/x"})
    aec.ok("LIVEPROXY_CREATE_CHANNEL_GLOBAL_PUBLIC", **create)
    assert pull_of(aec.row("p1")).state == "waiting"
    assert aec.ok("LIVEPROXY_APPLY_UPLOAD_CHANNEL", channelId="p1") == {"conCurrentNumber": "200"}
    for action in ("APPLY_UPLOAD", "CLOSE", "DELETE"):
        assert aec.no(f"LIVEPROXY_{action}_CHANNEL", channelId="c1") == 10028
        assert aec.no(f"LIVEPROXY_{action}_CHANNEL", channelId="none") == 10020
    assert aec.no("APPLY_UPLOAD_CHANNEL", userId="ann", channelId="p1") == 10025
    aec.ok("USER_ONLINE", userId="bob", channelId="p1", time="1")
    for _ in range(2):
        aec.ok("LIVEPROXY_CLOSE_CHANNEL", channelId="p1")
    assert aec.stays("p1").get().end_reason == "channel_closed"
    assert Event.objects.filter(subject=aec.row("p1").cid, name="channel.changed").exists()
    assert aec.no("LIVEPROXY_APPLY_UPLOAD_CHANNEL", channelId="p1") == 10026
    assert pull_of(aec.row("p1")).state == "stopped"
    aec.ok("LIVEPROXY_CREATE_CHANNEL_GLOBAL_PUBLIC", **create)
    assert pull_of(aec.row("p1")).state == "waiting"
    for _ in range(2):
        aec.ok("LIVEPROXY_DELETE_CHANNEL", channelId="p1")
    assert aec.row("p1").state == ChannelState.DELETED
    assert pull_of(aec.row("p1")).state == "stopped"
    assert aec.no("LIVEPROXY_APPLY_UPLOAD_CHANNEL", channelId="p1") == 10020


@pytest.mark.parametrize("extra", ["plain", '{"a": "ü 你"}', "%7B%22a%22%3A1%7D", "100%25", " spaced ", "<b>"])
def test_AEC_20_extra_is_shown_as_it_came(app, rest, extra: str) -> None:
    cid = rest.channel(extra=extra).cid
    assert app.server().get(f"/api/v1/channels/{cid}/").json()["extra"] == extra


def test_several_channels_on_one_room_are_read_by_those_whom_the_strictest_lets_in(aec) -> None:
    aec.channel("open", roomId="r1")
    aec.channel("shut", owner="bob", kind="LOGIN_PUBLIC", roomId="r1")
    assert Group.objects.get().access == "signed_in"
    aec.ok("DELETE_CHANNEL", userId="bob", channelId="shut")
    assert Group.objects.get().access == "open"


def test_a_room_that_is_a_member_group_is_not_opened_by_a_channel(rest, club) -> None:
    rest.channel(roomId=club)
    assert Group.objects.get().access == "members"


def test_an_upload_that_the_host_ended_does_not_begin_again_by_its_next_minute(aec, later) -> None:
    channel = aec.channel()
    aec.ok("UPLOADER_UPLOADING", userId="bob", channelId="c1")
    stays.end(actor=channel.owner, sid=aec.stays(role="uploader").get().sid)
    later(seconds=60)
    assert aec.no("UPLOADER_UPLOADING", userId="bob", channelId="c1") == 10082
    later(seconds=60)
    aec.ok("UPLOADER_UPLOADING", userId="bob", channelId="c1")


def test_channels_of_the_rest_door_are_named_by_their_cid(app, rest) -> None:
    cid = app.server("ann").post("/api/v1/channels/", {"title": "Ann's"}).json()["cid"]
    rest.ok("UPLOADER_UPLOADING", userId="ann", channelId=cid)
    assert rest.no("CREATE_CHANNEL_GLOBAL_PUBLIC", userId="bob", channelId=cid) == 10023
