"""The desk where hosts keep their channels."""

import pytest

from rooms.models import Channel, Kind
from rooms.services import channels

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_home(client, host):
    client.force_login(host)
    return client


def test_it_lists_own_channels_and_those_that_others_opened(client, host, viewer, channel):
    channels.set_uploader(actor=host, cid=channel.cid, uid="viewer")
    own = channels.create(actor=viewer, title="my own")
    client.force_login(viewer)
    page = client.get("/studio/")
    assert [*page.context["own"]] == [own]
    assert [*page.context["granted"]] == [channel]


def test_it_makes_a_channel_and_opens_the_studio(at_home, host):
    form = {"title": "  Rain   tonight ", "kind": "LOGIN_SPECIFY", "specify": "viewer, stranger", "max_people": "5"}
    answer = at_home.post("/studio/new/", form)
    channel = Channel.objects.get()
    assert answer.url == f"/studio/{channel.cid}/"
    assert (channel.title, channel.owner, channel.max_people) == ("Rain tonight", host, 5)
    assert channel.specify == ["viewer", "stranger"]


def test_it_builds_a_channel_on_a_group_one_has_or_on_a_new_one(at_home, host, viewer):
    at_home.post("/studio/new/", {"title": "first", "kind": "GROUP_PUBLIC"})
    group = Channel.objects.get(title="first").group
    at_home.post("/studio/new/", {"title": "second", "kind": "GROUP_PUBLIC", "gid": group.gid})
    assert Channel.objects.get(title="second").group == group
    theirs = channels.create(actor=viewer, title="theirs", kind=Kind.GROUP_PUBLIC).group
    answer = at_home.post("/studio/new/", {"title": "third", "kind": "GROUP_PUBLIC", "gid": theirs.gid})
    assert answer.status_code == 200
    assert not Channel.objects.filter(title="third").exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "This field is required"),
        ({"title": "x" * 121}, "at most 120"),
        ({"max_people": "100001"}, "Between 0 and 100000"),
        ({"max_people": "-1"}, "Between 0 and 100000"),
        ({"kind": "LOGIN_SPECIFY", "specify": "[1"}, "Write usernames with commas"),
        ({"kind": "OTHER"}, "valid choice"),
    ],
)
def test_it_says_beside_the_field_what_is_wrong_with_a_channel(at_home, fields, words):
    page = at_home.post("/studio/new/", {"title": "a", "kind": "GLOBAL_PUBLIC", **fields}).content.decode()
    assert words in page
    assert not Channel.objects.exists()


def test_it_changes_a_channel(at_home, channel):
    path = f"/studio/{channel.cid}/settings/"
    form = {"title": "renamed", "kind": "LOGIN_PUBLIC", "category": "craft", "max_people": ""}
    assert at_home.post(path, form).url == path
    channel.refresh_from_db()
    assert (channel.title, channel.kind, channel.category) == ("renamed", "LOGIN_PUBLIC", "craft")


def test_it_gives_and_takes_the_right_to_go_on_the_air(at_home, channel, viewer):
    path = f"/studio/{channel.cid}/uploaders/"
    at_home.post(path, {"uploader-uid": "viewer"})
    assert channel.grants.get().user == viewer
    page = at_home.post(path, {"uploader-uid": "nobody"})
    assert "Nobody here has the username" in page.content.decode()
    at_home.post(path, {"uploader-uid": "viewer", "remove": "1"})
    assert not channel.grants.exists()


def test_it_lets_members_in_and_out_of_the_group(at_home, host, viewer):
    channel = channels.create(actor=host, title="ours", kind=Kind.GROUP_PUBLIC)
    path = f"/studio/{channel.cid}/members/"
    at_home.post(path, {"member-uid": "viewer"})
    assert channel.group.memberships.filter(user=viewer).exists()
    assert "Viewer" in at_home.get(f"/studio/{channel.cid}/settings/").content.decode()
    at_home.post(path, {"member-uid": "viewer", "remove": "1"})
    assert not channel.group.memberships.filter(user=viewer).exists()


def test_it_asks_before_it_closes_and_deletes(at_home, channel):
    base = f"/studio/{channel.cid}/"
    for verb, state in (("close", "closed"), ("reopen", "idle"), ("delete", "deleted")):
        before = Channel.objects.get().state
        assert at_home.get(f"{base}{verb}/").status_code == 200
        assert Channel.objects.get().state == before
        at_home.post(f"{base}{verb}/")
        assert Channel.objects.get().state == state
    assert at_home.get(base).status_code == 404


@pytest.mark.parametrize("path", ["settings/", "uploaders/", "members/", "close/", "delete/"])
def test_it_lets_only_the_host_rule(client, channel, viewer, path):
    client.force_login(viewer)
    answer = client.post(f"/studio/{channel.cid}/{path}", {"title": "mine", "kind": "GLOBAL_PUBLIC"})
    assert answer.status_code == 403
    assert Channel.objects.get().title == "The first suite"
