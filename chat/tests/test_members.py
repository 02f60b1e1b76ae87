"""Member groups: who is let in, and what being put out means."""

from urllib.parse import quote

import pytest

from core.errors import LoginRequired, NotAllowed
from rooms.flows import StayState
from rooms.models import Kind
from rooms.services import channels, stays

pytestmark = pytest.mark.django_db


@pytest.fixture
def club(host):
    return channels.create(actor=host, title="The club", kind=Kind.GROUP_PUBLIC)


@pytest.fixture
def door(client, club, host):
    client.force_login(host)
    address = f"/api/v1/groups/{quote(club.group.gid)}/members/"

    def knock(method, **fields):
        return getattr(client, method)(address, fields, content_type="application/json")

    return knock


def test_who_is_let_in_may_watch(door, club, viewer):
    with pytest.raises(NotAllowed):
        stays.join(actor=viewer, cid=club.cid, connection="tab")
    assert door("post", uid="viewer").json() == {"uid": "viewer", "nick": "Viewer", "avatar": "", "role": "member"}
    assert stays.join(actor=viewer, cid=club.cid, connection="tab").state == StayState.UP


def test_who_is_put_out_is_shown_out_of_the_channel_too(door, club, viewer):
    door("post", uid="viewer")
    stay = stays.join(actor=viewer, cid=club.cid, connection="tab")
    assert door("delete", uid="viewer").status_code == 204
    stay.refresh_from_db()
    assert (stay.state, stay.end_reason) == (StayState.ENDED, "not_allowed")


def test_letting_in_and_putting_out_twice_is_harmless(door, viewer):
    assert [door("post", uid="viewer").status_code for _ in range(2)] == [201, 201]
    assert [door("delete", uid="viewer").status_code for _ in range(2)] == [204, 204]


def test_the_owner_cannot_be_put_out(door):
    door("delete", uid="host")
    assert [member["role"] for member in door("get").json()] == ["owner"]


def test_a_stranger_does_not_learn_of_the_group(client, club, stranger):
    client.force_login(stranger)
    address = f"/api/v1/groups/{quote(club.group.gid)}/members/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"uid": "stranger"}, content_type="application/json").status_code == 404


def test_a_guest_meets_the_sign_in_at_the_channel(club):
    from core.guests import new_guest

    with pytest.raises(LoginRequired):
        stays.join(actor=new_guest(), cid=club.cid, connection="tab")
