"""The control room: the live wall, and what staff does to a show or a channel of somebody else."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from billing.models import Minute
from core import clock
from core.errors import DomainError, IllegalMove, NotAllowed
from core.models import AuditRow, Event, User
from core.tests.staff import act, queries_for
from rooms import access, selectors
from rooms.flows import ChannelState, StayState
from rooms.models import Kind, Stay
from rooms.services import channels, control, entitlement, handover, metering, stays
from rooms.tests.test_admin import on_air

pytestmark = pytest.mark.django_db
LIVE = "/admin/rooms/channel/live/"


@pytest.fixture
def desk(staff, client) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def helper(db) -> User:
    """Staff who may look at channels and not at what is shown in them."""
    user = User.objects.create_user("helper", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=("view_channel", "change_channel")))
    return user


def told(kind: str) -> list[dict]:
    return [event.data for event in Event.objects.filter(name="host.told") if event.data["kind"] == kind]


# ---- The wall ----


def test_it_shows_every_show_on_the_air_and_no_other(desk, host, channel, viewer):
    on_air(channel)
    away = channels.create(actor=viewer, title="Nobody is here")
    page = desk.get(LIVE).content.decode()
    assert channel.cid in page
    assert away.cid not in page


def test_it_shows_the_wall_to_nobody_without_the_right(client, helper, viewer, channel):
    for person, status in ((helper, 403), (viewer, 302)):
        client.force_login(person)
        assert client.get(LIVE).status_code == status
    for person in (helper, viewer):
        with pytest.raises(NotAllowed):
            access.require_wall(person, channel)


def test_it_hangs_up_on_staff_who_lost_the_right_and_on_nobody_else(helper, staff, channel):
    names = {entitlement.of_wall(channel.cid, person) for person in (helper, staff)}
    assert entitlement.ended(names) == {entitlement.of_wall(channel.cid, helper)}
    helper.user_permissions.add(Permission.objects.get(codename="watch_channel"))
    assert entitlement.ended(names) == set()
    channels.close(actor=staff, cid=channel.cid)
    assert entitlement.ended(names) == names


def test_it_asks_as_often_for_twelve_shows_as_for_two(desk, host):
    def make(number: int) -> None:
        for _ in range(number):
            on_air(channels.create(actor=host, title="A show"))

    make(2)
    few = queries_for(desk, LIVE)
    make(9)
    assert queries_for(desk, LIVE) == few


# ---- Stop, freeze, tell ----


def test_it_stops_a_show_and_tells_the_host_why(desk, channel):
    stay = on_air(channel)
    answer = act(desk, f"/admin/rooms/channel/{channel.pk}/stop/?next={LIVE}")
    assert answer.request["PATH_INFO"] == LIVE
    stay.refresh_from_db()
    assert stay.state == StayState.ENDED
    assert [(one["cid"], one["text"]) for one in told("stopped")] == [(channel.cid, "rule 4")]
    row = AuditRow.objects.get()
    assert (row.verb, row.reason) == ("stop", "rule 4")


@pytest.mark.parametrize("there", ["//evil.example/", "https://evil.example/admin/", "/c/x/", "/admin\\@evil"])
def test_it_goes_back_to_nothing_but_a_staff_page(desk, channel, there):
    on_air(channel)
    answer = act(desk, f"/admin/rooms/channel/{channel.pk}/stop/?next={there}")
    assert answer.request["PATH_INFO"] == f"/admin/rooms/channel/{channel.pk}/change/"


def test_a_frozen_show_goes_on_and_nobody_sees_or_hears_it(desk, channel, host, viewer):
    on_air(channel)
    act(desk, f"/admin/rooms/channel/{channel.pk}/freeze/")
    channel.refresh_from_db()
    assert channel.state == ChannelState.LIVE
    assert selectors.kept_back(host, channel) == {"audio": True, "video": True}
    assert selectors.whole(channel)["frozen"]
    assert told("frozen")[0]["text"] == "rule 4"
    act(desk, f"/admin/rooms/channel/{channel.pk}/unfreeze/")
    channel.refresh_from_db()
    assert selectors.kept_back(host, channel) == {"audio": False, "video": False}
    assert told("unfrozen")


def test_freezing_tells_the_connection_that_carries_the_media(channel, staff, monkeypatch):
    stay, heard = on_air(channel), []
    monkeypatch.setattr("rooms.announce.signal", lambda topic, name, **data: heard.append((topic, name, data)))
    control.freeze(actor=staff, cid=channel.cid, reason="why")
    assert (f"stay.{stay.sid}", "held", {"audio": True, "video": True}) in heard


def test_a_minute_that_begins_while_it_is_frozen_costs_nothing(channel, viewer, staff, later):
    on_air(channel)
    stay = stays.join(actor=viewer, cid=channel.cid, connection="v")
    control.freeze(actor=staff, cid=channel.cid, reason="why")
    later(seconds=1)
    Stay.objects.filter(pk=stay.pk).update(price=5, metered_from=clock.now(), next_minute_at=clock.now())
    metering.charge_due()
    assert Minute.objects.get(subject=stay.sid).reason == "frozen"


def test_it_refuses_to_freeze_twice_or_by_somebody_else(channel, staff, host):
    on_air(channel)
    with pytest.raises(NotAllowed):
        control.freeze(actor=host, cid=channel.cid, reason="why")
    control.freeze(actor=staff, cid=channel.cid, reason="why")
    with pytest.raises(IllegalMove):
        control.freeze(actor=staff, cid=channel.cid, reason="why")


def test_a_word_to_the_host_reaches_the_host_alone(desk, channel, monkeypatch):
    heard = []
    monkeypatch.setattr("core.events._send", lambda topic, message: heard.append((topic, message)))
    act(desk, f"/admin/rooms/channel/{channel.pk}/tell/", text="Mind the microphone")
    (word,) = told("message")
    assert word["text"] == "Mind the microphone"


# ---- Channels ----


def test_another_host_gets_the_channel_and_its_chat(desk, channel, viewer, host):
    act(desk, f"/admin/rooms/channel/{channel.pk}/transfer/", uid="viewer")
    channel.refresh_from_db()
    assert (channel.owner, channel.group.owner) == (viewer, viewer)
    with pytest.raises(NotAllowed):
        channels.update(actor=host, cid=channel.cid, title="still mine")


def test_a_member_group_takes_the_new_host_in(staff, host, viewer):
    ours = channels.create(actor=host, title="ours", kind=Kind.GROUP_PUBLIC)
    handover.transfer(actor=staff, cid=ours.cid, uid="viewer")
    ours.group.refresh_from_db()
    assert ours.group.owner == viewer
    assert ours.group.memberships.get(user=host).role == "member"


def test_no_channel_changes_hands_while_its_show_runs(desk, channel, viewer, host):
    on_air(channel)
    for actor, code in ((host, "not_allowed"), (User.objects.get(username="staff"), "on_the_air")):
        with pytest.raises(DomainError) as refused:
            handover.transfer(actor=actor, cid=channel.cid, uid="viewer")
        assert refused.value.code == code
    channel.refresh_from_db()
    assert channel.owner == host


def test_it_shows_who_is_here_with_a_way_to_end_it(desk, channel, viewer):
    stay = stays.join(actor=viewer, cid=channel.cid, connection="v")
    page = desk.get(f"/admin/rooms/channel/{channel.pk}/change/").content.decode()
    assert f"/admin/rooms/stay/{stay.pk}/end/?next=/admin/rooms/channel/{channel.pk}/change/" in page


def test_the_timeline_pages_through_everything_that_happened(desk, channel):
    for number in range(60):
        Event.objects.create(name="a.b", subject=channel.cid, data={"n": number})
    Event.objects.create(name="of.the.chat", subject=channel.group.gid)
    Event.objects.create(name="of.another", subject="another")
    page = f"/admin/rooms/channel/{channel.pk}/timeline/"
    first = desk.get(page)
    names = [event.name for event, _ in first.context["events"]]
    assert len(names) == 50
    assert names[0] == "of.the.chat"
    second = desk.get(page, {"before": first.context["next"]})
    assert (
        len(second.context["events"])
        == Event.objects.count() - 1 - 50 - Event.objects.filter(subject="another").count() + 1
    )
    assert desk.get(page, {"before": "nonsense"}).status_code == 200
