"""Rules by channel, person and address: who is out at once, who stays out, and for how long."""

import pytest
from rest_framework.test import APIClient

from chat.access import may_read
from core.errors import DomainError
from core.guests import new_guest
from rooms import access, selectors
from rooms.flows import ChannelState, StayState
from rooms.models import Ban, Channel, Role, Stay
from rooms.services import bans, channels, stays
from rooms.tests.comings import on_air, watching

pytestmark = pytest.mark.django_db


def ended(stay) -> tuple[bool, str]:
    stay.refresh_from_db()
    return stay.state == StayState.ENDED, stay.end_reason


def comes_in(actor, channel) -> str:
    """ "" where the door opens, else what is said."""
    try:
        watching(actor, channel)
    except DomainError as refusal:
        return refusal.code
    return ""


@pytest.fixture
def elsewhere(staff):
    return channels.create(actor=staff, title="Another house")


def test_call23_whoever_is_banned_from_a_channel_is_out_and_stays_out(channel, elsewhere, host, viewer):
    stay = watching(viewer, channel)
    bans.add(actor=host, cid=channel.cid, uid="viewer", reason="noise")
    assert ended(stay) == (True, "banned")
    assert comes_in(viewer, channel) == "banned_here"
    assert comes_in(viewer, elsewhere) == ""
    assert not may_read(viewer, channel.group)


def test_call23_a_rule_about_a_person_alone_holds_everywhere(channel, elsewhere, staff, host):
    on_air(host, channel)
    stay = watching(host, elsewhere)
    bans.add(actor=staff, uid="host")
    assert ended(stay) == (True, "banned")
    assert Channel.objects.get(pk=channel.pk).state == ChannelState.IDLE
    with pytest.raises(DomainError) as refusal:
        stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
    assert refusal.value.code == "banned_here"


def test_call23_a_rule_about_a_channel_alone_keeps_everybody_out(channel, host, viewer, staff):
    guest = new_guest()
    stays_there = [watching(one, channel) for one in (viewer, guest)]
    bans.add(actor=staff, cid=channel.cid)
    assert [ended(stay)[0] for stay in stays_there] == [True, True]
    assert {comes_in(one, channel) for one in (viewer, guest, host)} == {"banned_here"}


def test_call23_a_rule_by_address_meets_whoever_comes_from_there(channel, staff, viewer, stranger):
    viewer.address, stranger.address = "192.0.2.7", "192.0.2.8"
    theirs, others = watching(viewer, channel), watching(stranger, channel)
    bans.add(actor=staff, ip="192.0.2.7")
    assert (ended(theirs)[0], ended(others)[0]) == (True, False)
    assert comes_in(viewer, channel) == "banned_here"
    viewer.address = "192.0.2.9"
    assert comes_in(viewer, channel) == ""


def test_a_rule_of_two_parts_meets_only_whoever_fits_both(channel, elsewhere, staff, viewer):
    viewer.address = "192.0.2.7"
    bans.add(actor=staff, cid=channel.cid, ip="192.0.2.7")
    assert (comes_in(viewer, channel), comes_in(viewer, elsewhere)) == ("banned_here", "")


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ({}, 3600),
        ({"time": 5}, 300),
        ({"time": 99_999}, 86_400),
        ({"time_in_seconds": 3}, 10),
        ({"time_in_seconds": 10**9}, 86_430),
        ({"time": 5, "time_in_seconds": 20}, 20),
    ],
)
def test_call23_times_are_clamped_as_the_vendor_does(channel, host, viewer, asked, seconds):
    ban = bans.add(actor=host, cid=channel.cid, uid="viewer", **asked)
    assert round((ban.until - ban.created_at).total_seconds()) == seconds


def test_call23_no_time_at_all_puts_out_and_leaves_no_rule(channel, host, viewer):
    stay = watching(viewer, channel)
    assert bans.add(actor=host, cid=channel.cid, uid="viewer", time=0) is None
    assert ended(stay)[0]
    assert comes_in(viewer, channel) == ""


def test_call23_a_rule_ends_is_changed_and_taken_back(channel, host, viewer, later):
    ban = bans.add(actor=host, cid=channel.cid, uid="viewer", time=1)
    bans.change(actor=host, pk=ban.pk, time=10)
    later(minutes=2)
    assert comes_in(viewer, channel) == "banned_here"
    later(minutes=9)
    assert comes_in(viewer, channel) == ""
    ban = bans.add(actor=host, cid=channel.cid, uid="viewer", forever=True)
    later(days=999)
    assert comes_in(viewer, channel) == "banned_here"
    bans.remove(actor=host, pk=ban.pk)
    assert comes_in(viewer, channel) == ""


def test_call23_whoever_may_not_be_seen_is_still_heard(channel, host, viewer):
    channels.set_uploader(actor=host, cid=channel.cid, uid="viewer")
    stay = on_air(viewer, channel, "tab")
    bans.add(actor=host, cid=channel.cid, uid="viewer", privileges=["publish_video"])
    assert not ended(stay)[0]
    assert selectors.kept_back(viewer, channel) == {"audio": False, "video": True}
    bans.add(actor=host, cid=channel.cid, uid="viewer", privileges=["publish_audio", "publish_video"])
    assert ended(stay) == (True, "right_taken")
    assert comes_in(viewer, channel) == ""


def test_staff_are_not_kept_out(channel, staff):
    bans.add(actor=staff, cid=channel.cid)
    assert access.barred(staff, channel) == set()
    assert comes_in(staff, channel) == ""


def test_only_the_host_and_staff_make_rules(channel, elsewhere, host, viewer, staff):
    def code(actor, **fields):
        with pytest.raises(DomainError) as refusal:
            bans.add(actor=actor, **fields)
        return refusal.value.code

    assert code(viewer, cid=channel.cid, uid="host") == "not_allowed"
    assert code(host, cid=elsewhere.cid, uid="viewer") == "not_allowed"
    assert code(host, uid="viewer") == "not_allowed"
    assert code(new_guest(), uid="viewer") == "login_required"
    assert code(staff) == "bad_ban"
    assert code(host, cid=channel.cid, uid="host") == "ban_of_oneself"
    assert code(host, cid=channel.cid, ip="127.0.0.1.5") == "bad_address"
    assert code(host, cid=channel.cid, uid="viewer", privileges=["fly"]) == "bad_privilege"
    assert code(host, cid=channel.cid, uid="nobody") == "unknown_user"
    assert not Ban.objects.exists()


def test_call23_over_rest_rules_are_made_listed_changed_and_deleted(channel, host, viewer, stranger):
    api = APIClient()
    api.force_login(host)
    made = api.post("/api/v1/bans/", {"cid": channel.cid, "uid": "viewer", "time": 30}, format="json")
    assert (made.status_code, made.data["person"]["uid"], made.data["privileges"]) == (201, "viewer", ["join_channel"])
    path = f"/api/v1/bans/{made.data['id']}/"
    assert [one["id"] for one in api.get(f"/api/v1/bans/?cid={channel.cid}").data["results"]] == [made.data["id"]]
    assert api.get("/api/v1/bans/").status_code == 403
    assert api.put(path, {"time_in_seconds": 20}, format="json").data["until"] < made.data["until"]
    assert api.post("/api/v1/bans/", {"cid": channel.cid, "uid": "viewer", "time": 0}, format="json").status_code == 204
    other = APIClient()
    other.force_login(stranger)
    assert other.delete(path).status_code == 404
    assert api.delete(path).status_code == 204
    assert api.delete(path).status_code == 404


@pytest.mark.parametrize("fields", [{"time": -1}, {"time": "soon"}, {"privileges": ["fly"]}, {"time": 10**12}])
def test_nonsense_is_refused(channel, host, fields):
    api = APIClient()
    api.force_login(host)
    answer = api.post("/api/v1/bans/", {"cid": channel.cid, "uid": "host", **fields}, format="json")
    assert (answer.status_code, answer.data["error"]["code"]) == (400, "bad_input")


def test_a_guest_on_the_mic_who_is_banned_leaves_it(channel, host, viewer):
    on_air(host, channel)
    channels.set_uploader(actor=host, cid=channel.cid, uid="viewer")
    watching(viewer, channel)
    on_air(viewer, channel, "tab")
    bans.add(actor=host, cid=channel.cid, uid="viewer")
    assert selectors.seated(channel) == []
    assert not Stay.objects.filter(user=viewer).exclude(state=StayState.ENDED).exists()
    assert Stay.objects.get(user=host, role=Role.UPLOADER).state == StayState.UP
