"""Following a channel, through the door of REST."""

import pytest

from chat import history
from chat.models import Group
from chat.services import messages
from core.errors import NotAllowed
from rooms.models import Follow, Kind
from rooms.services import channels

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(client, channel):
    return f"/api/v1/channels/{channel.cid}/follow/"


def test_following_is_counted_and_told_once(client, door, channel, viewer):
    client.force_login(viewer)
    assert [client.post(door).status_code for _ in range(2)] == [204, 204]
    assert Group.objects.get(pk=channel.group.pk).follows == Follow.objects.count() == 1
    (told,) = history.recent(channel.group.gid)[2]
    assert (told["kind"], told["priority"], told["sender"]["uid"]) == ("follow", "LOW", "viewer")


def test_it_is_taken_back(client, door, channel, viewer):
    client.force_login(viewer)
    client.post(door)
    assert [client.delete(door).status_code for _ in range(2)] == [204, 204]
    assert Group.objects.get(pk=channel.group.pk).follows == 0


def test_guests_sign_in_first(client, door):
    assert client.post(door).json()["error"]["code"] == "login_required"


def test_what_one_may_not_watch_one_cannot_follow(client, viewer, host):
    hidden = channels.create(actor=host, title="Quiet", kind=Kind.LOGIN_SPECIFY, specify=["host"])
    client.force_login(viewer)
    assert client.post(f"/api/v1/channels/{hidden.cid}/follow/").status_code == 404


def test_followers_only_means_followers_the_owner_and_moderators(client, door, channel, viewer, host):
    Group.objects.filter(pk=channel.group.pk).update(followers_only=True)
    with pytest.raises(NotAllowed) as refusal:
        messages.say(actor=viewer, gid=channel.group.gid, text="hello")
    assert refusal.value.code == "followers_only"
    client.force_login(viewer)
    client.post(door)
    assert messages.me(actor=viewer, gid=channel.group.gid)["follows"]
    assert messages.say(actor=viewer, gid=channel.group.gid, text="hello")["seq"]
    assert messages.say(actor=host, gid=channel.group.gid, text="hello")["seq"]
