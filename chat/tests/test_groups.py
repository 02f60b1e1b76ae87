"""Groups: made, described, ruled, disbanded. Through the REST door."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from chat.models import Deed, Group, ModerationDeed, RestrictionKind
from chat.services import groups, members, roles
from chat.tests.doors import error_of
from core import clock
from core.actors import SYSTEM
from core.errors import DomainError, NotAllowed
from core.models import User
from rooms.models import Channel, Kind
from rooms.services import channels, stays

pytestmark = pytest.mark.django_db
URL = "/api/v1/groups/"


@pytest.fixture
def as_host(client, host):
    client.force_login(host)
    return client


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (640, 360), "teal").save(out, "PNG")
    return SimpleUploadedFile("us.png", out.getvalue(), "image/png")


def make(client, **fields):
    return client.post(URL, fields, "application/json")


def tips(heard: list[tuple[str, dict]]) -> list[str]:
    return [data["operation"] for name, data in heard if name == "chat.tip"]


# ---- Making one ----


def test_im11_an_audience_is_made_with_a_name_and_shows_its_id(as_host):
    made = make(as_host, title="  Evening   songs ")
    assert made.status_code == 201
    shape = made.json()
    assert shape["gid"].startswith("@TGS#")
    assert (shape["type"], shape["access"], shape["title"]) == ("AVChatRoom", "open", "Evening songs")
    assert shape["owner"]["uid"] == "host"


def test_im11_a_member_group_is_made_for_members_only(as_host):
    fields = {"type": "Public", "join_option": "approval", "introduction": "Strings", "custom": {"city": "Bonn"}}
    shape = make(as_host, title="Cellists", **fields).json()
    assert {name: shape[name] for name in fields} == fields
    assert shape["access"] == "members"
    assert Group.objects.get().memberships.get().role == "owner"


def test_im11_staff_makes_a_group_that_nobody_owns(staff, viewer):
    group = groups.create_for(actor=SYSTEM, owner=None, title="The hall")
    assert group.owner is None
    assert not group.memberships.exists()
    with pytest.raises(NotAllowed):
        groups.create_for(actor=viewer, owner=None, title="Mine")


def test_a_guest_makes_no_group(client, db):
    assert error_of(make(client, title="Mine")) == (401, "login_required")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({}, "bad_input"),
        ({"title": "   "}, "bad_input"),
        ({"title": "x" * 121}, "bad_input"),
        ({"title": "ok", "type": "Work"}, "bad_input"),
        ({"title": "ok", "join_option": "never"}, "bad_input"),
        ({"title": "ok", "join_option": "approval"}, "bad_join_option"),
        ({"title": "ok", "custom": ["a"]}, "bad_custom"),
        ({"title": "ok", "likes": 5}, "unknown_field"),
    ],
    ids=str,
)
def test_it_refuses_bad_fields_and_makes_nothing(as_host, wrong, code):
    assert error_of(make(as_host, **wrong)) == (400, code)
    assert not Group.objects.exists()


# ---- Its profile ----


def test_who_may_read_sees_the_profile(door, audience, club, viewer):
    assert door(audience, None).get().json()["gid"] == audience.gid
    assert error_of(door(club, viewer).get()) == (404, "not_found")
    assert error_of(door(club, None).get()) == (404, "not_found")


def test_a_guest_is_asked_to_sign_in_where_signing_in_helps(door, host):
    signed_in = channels.create(actor=host, title="For people", kind=Kind.LOGIN_PUBLIC).group
    assert error_of(door(signed_in, None).get()) == (401, "login_required")


def test_what_is_only_for_a_list_does_not_exist_for_others(door, host, viewer):
    listed = channels.create(actor=host, title="For two", kind=Kind.LOGIN_SPECIFY).group
    assert error_of(door(listed, viewer).get()) == (404, "not_found")
    assert error_of(door(listed, viewer).post("join/")) == (404, "not_found")


CHANGES = {
    "title": "The cellos",
    "notice": "Tonight: Bach",
    "introduction": "Four strings",
    "custom": {"shop": "rosin"},
    "muted_all": True,
    "slow_seconds": 30,
    "followers_only": True,
    "block_links": True,
    "tell_joins": False,
}


def test_im15_a_change_is_told_to_everybody_whole_and_as_a_tip(door, audience, host, told):
    heard = told(lambda: door(audience, host).patch(**CHANGES))
    (whole,) = [data["profile"] for name, data in heard if name == "chat.profile"]
    assert {name: whole[name] for name in CHANGES} == CHANGES
    assert whole["version"] == audience.version + 1
    (tip,) = [data for name, data in heard if name == "chat.tip"]
    assert (tip["operation"], tip["operator"]["uid"], tip["profile"]) == ("profile", "host", CHANGES)


def test_what_stays_the_same_is_no_change(door, audience, host, told):
    door(audience, host).patch(notice="Tonight: Bach")
    heard = told(lambda: door(audience, host).patch(notice=" Tonight: Bach "))
    assert heard == []
    audience.refresh_from_db()
    assert audience.version == 2


def test_a_moderator_changes_it_and_others_do_not(door, audience, host, viewer, stranger):
    roles.set_role(actor=host, gid=audience.gid, uid="viewer", role="admin")
    assert door(audience, viewer).patch(notice="Hush").status_code == 200
    assert error_of(door(audience, stranger).patch(notice="Mine")) == (403, "not_allowed")
    assert error_of(door(audience, None).patch(notice="Mine")) == (401, "login_required")
    audience.refresh_from_db()
    assert audience.notice == "Hush"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"title": ""}, "bad_input"),
        ({"notice": "x" * 301}, "bad_input"),
        ({"introduction": "x" * 241}, "bad_input"),
        ({"custom": {str(n): "x" for n in range(11)}}, "bad_custom"),
        ({"custom": {"k" * 33: "x"}}, "bad_custom"),
        ({"custom": {"": "x"}}, "bad_custom"),
        ({"custom": {"k": "ü" * 257}}, "bad_custom"),
        ({"custom": {"k": 5}}, "bad_custom"),
        ({"custom": {"k": "\0"}}, "bad_input"),
        ({"custom": {"k": "\ud800"}}, "bad_input"),
        ({"custom": {"\ud800": "x"}}, "bad_input"),
        ({"custom": None}, "bad_input"),
        ({"slow_seconds": 1}, "bad_slow_seconds"),
        ({"slow_seconds": 2}, "bad_slow_seconds"),
        ({"slow_seconds": 121}, "bad_slow_seconds"),
        ({"slow_seconds": -1}, "bad_slow_seconds"),
        ({"slow_seconds": "fast"}, "bad_input"),
        ({"muted_all": "perhaps"}, "bad_input"),
        ({"join_option": "approval"}, "bad_join_option"),
        ({"avatar": "a.png"}, "bad_input"),
        ({"owner": "viewer"}, "unknown_field"),
        ({"likes": 1_000_000}, "unknown_field"),
        ({"access": "members"}, "unknown_field"),
    ],
    ids=str,
)
def test_a_bad_change_changes_nothing(door, audience, host, wrong, code):
    assert error_of(door(audience, host).patch(**{"notice": "ok", **wrong})) == (400, code)
    audience.refresh_from_db()
    assert (audience.notice, audience.version) == ("", 1)


def test_slow_mode_stands_at_its_borders(door, audience, host):
    for seconds in (3, 120, 0):
        assert door(audience, host).patch(slow_seconds=seconds).json()["slow_seconds"] == seconds


def test_custom_fields_reach_their_limits_and_no_further(door, audience, host):
    full = {f"{n}".ljust(32, "k"): "ü" * 256 for n in range(10)}
    assert door(audience, host).patch(custom=full).json()["custom"] == full


def test_a_picture_is_written_anew_and_taken_away(as_host, audience):
    address = f"{URL}{audience.gid.replace('#', '%23')}/"
    body = encode_multipart(BOUNDARY, {"avatar": picture(), "notice": "New face"})
    shape = as_host.patch(address, body, MULTIPART_CONTENT).json()
    assert shape["avatar"].endswith(".webp")
    assert (shape["notice"], shape["tell_joins"]) == ("New face", True)
    audience.refresh_from_db()
    with Image.open(audience.avatar) as image:
        assert (image.format, image.size) == ("WEBP", (256, 256))
    assert as_host.patch(address, {"avatar": None}, "application/json").json()["avatar"] == ""


def test_what_is_no_picture_is_refused(as_host, audience):
    body = encode_multipart(BOUNDARY, {"avatar": SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png")})
    answer = as_host.patch(f"{URL}{audience.gid.replace('#', '%23')}/", body, MULTIPART_CONTENT)
    assert error_of(answer) == (400, "not_a_picture")


def test_muting_everybody_is_in_the_log_and_looked_at_again_by_all(door, audience, host, told):
    heard = told(lambda: door(audience, host).patch(muted_all=True))
    assert "rules" in [name for name, _ in heard]
    door(audience, host).patch(muted_all=False)
    deeds = ModerationDeed.objects.order_by("id").values_list("deed", "actor__uid")
    assert list(deeds) == [(Deed.MUTE_ALL, "host"), (Deed.UNMUTE_ALL, "host")]


# ---- Whose it is ----


def test_it_is_handed_to_somebody_else(door, audience, host, viewer, told):
    heard = told(lambda: door(audience, host).post("owner/", uid="viewer"))
    assert ("standing", {"gid": audience.gid}) in heard
    assert tips(heard) == ["profile"]
    assert door(audience, None).get().json()["owner"]["uid"] == "viewer"
    assert error_of(door(audience, host).delete()) == (403, "not_allowed")
    assert not audience.memberships.filter(user=host).exists()


def test_a_member_group_is_handed_to_members_alone(door, club, host, viewer):
    assert error_of(door(club, host).post("owner/", uid="viewer")) == (409, "not_a_member")
    members.add(actor=host, gid=club.gid, uid="viewer")
    assert door(club, host).post("owner/", uid="viewer").json()["owner"]["uid"] == "viewer"
    assert dict(club.memberships.values_list("user__uid", "role")) == {"host": "member", "viewer": "owner"}


def test_only_the_owner_hands_it_over_and_only_to_people(door, audience, host, viewer):
    assert error_of(door(audience, viewer).post("owner/", uid="viewer")) == (403, "not_allowed")
    assert error_of(door(audience, host).post("owner/", uid="nobody")) == (400, "unknown_user")
    User.objects.create_user("app:nora", realm="app", uid="nora")
    assert error_of(door(audience, host).post("owner/", uid="nora")) == (400, "unknown_user")


def test_nobody_who_is_banned_becomes_its_owner(door, audience, host, viewer):
    audience.restrictions.create(user=viewer, kind=RestrictionKind.BAN, created_at=clock.now())
    assert error_of(door(audience, host).post("owner/", uid="viewer")) == (403, "banned")


# ---- Its end ----


def test_im9_disbanding_ends_the_room_for_all(door, audience, host, viewer, told):
    heard = told(lambda: door(audience, host).delete())
    assert ("put_out", {"gid": audience.gid, "reason": "disbanded"}) in heard
    for person in (host, viewer, None):
        for answer in (door(audience, person).get(), door(audience, person).post("join/")):
            assert error_of(answer) == (404, "not_found")
    assert error_of(door(audience, host).patch(notice="Still here")) == (404, "not_found")
    assert error_of(door(audience, host).delete()) == (404, "not_found")


def test_im9_only_the_owner_or_staff_disbands(door, audience, host, viewer, staff):
    roles.set_role(actor=host, gid=audience.gid, uid="viewer", role="admin")
    assert error_of(door(audience, viewer).delete()) == (403, "not_allowed")
    assert door(audience, staff).delete().status_code == 204


def test_a_show_goes_on_without_the_chat_that_was_disbanded(door, channel, host, viewer, told):
    stay = stays.join(actor=viewer, cid=channel.cid, connection="tab")
    heard = told(lambda: door(channel.group, host).delete())
    (changed,) = [data["channel"] for name, data in heard if name == "channel.changed"]
    assert (changed["gid"], changed["version"]) == (None, channel.version + 1)
    channel.refresh_from_db()
    stay.refresh_from_db()
    assert (channel.group, channel.state, stay.state) == (None, "idle", "up")


def test_a_channel_for_members_closes_with_its_group(door, host, viewer):
    ours = channels.create(actor=host, title="Ours", kind=Kind.GROUP_PUBLIC)
    members.add(actor=host, gid=ours.group.gid, uid="viewer")
    stay = stays.join(actor=viewer, cid=ours.cid, connection="tab")
    assert door(ours.group, host).delete().status_code == 204
    ours.refresh_from_db()
    stay.refresh_from_db()
    assert (ours.group, ours.state, stay.end_reason) == (None, "closed", "channel_closed")
    with pytest.raises(DomainError) as refusal:
        channels.reopen(actor=host, cid=ours.cid)
    assert refusal.value.code == "group_gone"


def test_no_channel_is_built_on_a_group_that_is_gone(as_host, club, host):
    groups.disband(actor=host, gid=club.gid)
    fields = {"title": "Ours", "kind": "GROUP_PUBLIC", "gid": club.gid}
    assert error_of(as_host.post("/api/v1/channels/", fields, "application/json")) == (404, "not_found")
    assert club.gid not in as_host.get("/studio/new/").content.decode()


def test_a_deleted_channel_does_not_keep_its_group_standing(door, host):
    ours = channels.create(actor=host, title="Ours", kind=Kind.GROUP_PUBLIC)
    channels.delete(actor=host, cid=ours.cid)
    assert door(ours.group, host).delete().status_code == 204
    assert Channel.objects.get().state == "deleted"


@pytest.mark.django_db(transaction=True)
def test_two_who_disband_at_once_do_it_once(together, host, audience):
    results = together([lambda: groups.disband(actor=host, gid=audience.gid)] * 2)
    assert sorted(getattr(result, "code", "") for result in results) in (["", "not_found"],)


@pytest.mark.django_db(transaction=True)
def test_a_channel_and_the_end_of_its_group_do_not_cross(together, host, club):
    def build() -> Channel:
        return channels.create(actor=host, title="Ours", kind=Kind.GROUP_PUBLIC, gid=club.gid)

    together([build, lambda: groups.disband(actor=host, gid=club.gid)])
    assert not Channel.objects.exclude(state="closed").exists()
    assert not Channel.objects.exclude(group=None).exists()
