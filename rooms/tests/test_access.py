"""Who may watch and who may go on the air, kind by kind (contract, decisions 2 and 3)."""

import pytest

from chat.services import members
from core.errors import DomainError, LoginRequired, NotAllowed, NotFound
from core.guests import new_guest
from core.models import User
from rooms import access, selectors
from rooms.models import Kind
from rooms.services import channels, stays

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(db):
    return User.objects.create_user("member")


@pytest.fixture
def listed(db):
    return User.objects.create_user("listed")


@pytest.fixture
def everyone(host, member, listed, stranger, staff):
    return {
        "guest": new_guest(),
        "stranger": stranger,
        "listed": listed,
        "member": member,
        "both": User.objects.create_user("both"),
        "host": host,
        "staff": staff,
    }


@pytest.fixture
def channel_of(host, everyone):
    def make(kind: str):
        channel = channels.create(actor=host, title=kind, kind=kind, specify=["listed", "both"])
        if channel.group.access == "members" and "GROUP" in kind:
            for uid in ("member", "both"):
                members.add(actor=host, gid=channel.group.gid, uid=uid)
        return channel

    return make


WATCHES = {
    Kind.GLOBAL_PUBLIC: {"guest", "stranger", "listed", "member", "both", "host", "staff"},
    Kind.LOGIN_PUBLIC: {"stranger", "listed", "member", "both", "host", "staff"},
    Kind.GROUP_PUBLIC: {"member", "both", "host", "staff"},
    Kind.LOGIN_SPECIFY: {"listed", "both", "host", "staff"},
    Kind.GROUP_SPECIFY: {"both", "host", "staff"},
}


@pytest.mark.parametrize("kind", Kind.values)
def test_it_lets_exactly_the_right_people_watch(kind, everyone, channel_of):
    channel = channel_of(kind)
    assert {name for name, actor in everyone.items() if access.may_watch(actor, channel)} == WATCHES[kind]


@pytest.mark.parametrize("kind", Kind.values)
def test_only_host_and_staff_go_on_the_air_without_a_grant(kind, everyone, channel_of):
    channel = channel_of(kind)
    assert {name for name, actor in everyone.items() if access.may_upload(actor, channel)} == {"host", "staff"}


@pytest.mark.parametrize("kind", Kind.values)
def test_only_people_who_may_watch_can_be_set(kind, everyone, channel_of, host):
    channel = channel_of(kind)
    for name in ("stranger", "listed", "member", "both"):
        if name in WATCHES[kind]:
            channels.set_uploader(actor=host, cid=channel.cid, uid=name)
            assert access.may_upload(everyone[name], channel)
        else:
            with pytest.raises(NotAllowed):
                channels.set_uploader(actor=host, cid=channel.cid, uid=name)


def test_open_upload_lets_any_signed_in_person_on_the_air(channel, host, viewer):
    channels.update(actor=host, cid=channel.cid, open_upload=True)
    channel.refresh_from_db()
    assert access.may_upload(viewer, channel)
    assert not access.may_upload(new_guest(), channel)


def test_on_a_global_channel_of_an_app_its_people_may_apply(channel):
    channel.realm = "app1"
    inside = User.objects.create(username="app1:ann", realm="app1", uid="ann")
    outside = User.objects.create_user("ann")
    assert access.may_upload(inside, channel)
    assert not access.may_upload(outside, channel)


def test_the_same_uid_may_live_in_two_realms(db):
    User.objects.create(username="app1:ann", realm="app1", uid="ann")
    assert User.objects.create_user("ann").uid == "ann"


def test_strangers_meet_sign_in_on_login_and_not_allowed_on_group_channels(channel_of, stranger):
    guest = new_guest()
    login, group = channel_of(Kind.LOGIN_PUBLIC), channel_of(Kind.GROUP_PUBLIC)
    for actor, channel, error in (
        (guest, login, LoginRequired),
        (guest, group, LoginRequired),
        (stranger, group, NotAllowed),
    ):
        with pytest.raises(error):
            stays.join(actor=actor, cid=channel.cid, connection="tab")


@pytest.mark.parametrize("kind", [Kind.LOGIN_SPECIFY, Kind.GROUP_SPECIFY])
def test_a_specify_channel_does_not_exist_for_those_not_on_the_list(kind, channel_of, stranger):
    channel = channel_of(kind)
    for actor in (stranger, new_guest()):
        with pytest.raises(NotFound):
            selectors.channel_for(actor, channel.cid)


def test_the_chat_of_a_channel_is_open_to_those_who_watch(channel_of, everyone):
    from chat.access import may_read

    for kind in (Kind.GLOBAL_PUBLIC, Kind.LOGIN_PUBLIC, Kind.GROUP_PUBLIC, Kind.LOGIN_SPECIFY):
        group = channel_of(kind).group
        assert {name for name, actor in everyone.items() if may_read(actor, group)} == WATCHES[kind], kind


def test_a_group_channel_needs_a_group_one_belongs_to(host, stranger):
    own = channels.create(actor=host, title="ours", kind=Kind.GROUP_PUBLIC)
    with pytest.raises(DomainError) as refusal:
        channels.create(actor=stranger, title="theirs", kind=Kind.GROUP_PUBLIC, gid=own.group.gid)
    assert refusal.value.code == "unknown_group"
