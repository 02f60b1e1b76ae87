"""Presence is a lease: joined, renewed, lost, swept."""

import pytest

from core import clock
from core.actors import SYSTEM, Guest
from core.errors import DomainError, Full, IllegalMove, LoginRequired, NotAllowed, NotFound
from core.guests import new_guest
from core.models import Event
from rooms import selectors
from rooms.flows import ChannelState, StayState
from rooms.models import Broadcast, Channel, Kind, Role, Stay
from rooms.services import channels, leases, stays
from rooms.tasks import sweep_stays
from rooms.tests.comings import on_air

pytestmark = pytest.mark.django_db


def join(actor, channel, tab="tab-1"):
    return stays.join(actor=actor, cid=channel.cid, connection=tab)


def state_of(channel):
    return Channel.objects.get(pk=channel.pk).state


def test_it_counts_a_guest_once_however_many_tabs(channel):
    guest = new_guest()
    first, second = join(guest, channel), join(guest, channel, "tab-2")
    assert first.pk == second.pk
    assert selectors.viewers(channel) == 1


def test_a_tab_that_was_taken_over_cannot_lose_the_stay(channel, viewer):
    stay = join(viewer, channel)
    join(viewer, channel, "tab-2")
    stays.lose(sid=stay.sid, connection="tab-1")
    stay.refresh_from_db()
    assert stay.state == StayState.UP


def test_an_explicit_goodbye_ends_the_stay_at_once(channel, viewer):
    stay = join(viewer, channel)
    stays.leave(actor=viewer, cid=channel.cid, role=Role.VIEWER)
    stays.leave(actor=viewer, cid=channel.cid, role=Role.VIEWER)
    stay.refresh_from_db()
    assert (stay.state, stay.end_reason) == (StayState.ENDED, "left")


def test_a_closed_socket_keeps_the_stay_for_thirty_seconds(channel, viewer, later):
    stay = join(viewer, channel)
    stays.lose(sid=stay.sid, connection="tab-1")
    assert selectors.viewers(channel) == 0
    later(seconds=29)
    sweep_stays()
    assert join(viewer, channel, "tab-2").pk == stay.pk
    assert selectors.viewers(channel) == 1


def test_it_ends_a_lost_stay_after_thirty_seconds_once(channel, viewer, later):
    stay = join(viewer, channel)
    stays.lose(sid=stay.sid, connection="tab-1")
    later(seconds=31)
    assert (sweep_stays(), sweep_stays()) == (1, 0)
    stay.refresh_from_db()
    assert (stay.state, stay.end_reason) == (StayState.ENDED, "timeout")
    assert join(viewer, channel).pk != stay.pk


def test_a_crashed_server_lets_the_lease_run_out(channel, viewer, later):
    stay = join(viewer, channel)
    later(seconds=46)
    sweep_stays()
    stay.refresh_from_db()
    assert stay.state == StayState.LOST
    sweep_stays()
    stay.refresh_from_db()
    assert stay.state == StayState.ENDED


def test_a_renewed_lease_is_not_swept(channel, viewer, later):
    stay = join(viewer, channel)
    later(seconds=40)
    leases.renew(signs=[leases.Sign(stay.sid, stay.connection)])
    later(seconds=40)
    assert sweep_stays() == 0
    stay.refresh_from_db()
    assert stay.state == StayState.UP


def test_a_sweep_that_read_before_the_renewal_does_nothing(channel, viewer, later):
    stay = join(viewer, channel)
    later(seconds=46)
    (overdue,) = leases.overdue()
    leases.renew(signs=[leases.Sign(stay.sid, stay.connection)])
    leases.expire(overdue)
    stay.refresh_from_db()
    assert stay.state == StayState.UP


def test_the_host_goes_live_when_media_flows(channel, host):
    stay = stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
    assert (stay.state, state_of(channel)) == (StayState.JOINING, ChannelState.IDLE)
    stays.arrive(sid=stay.sid, connection="studio")
    assert state_of(channel) == ChannelState.LIVE
    assert Broadcast.objects.filter(channel=channel, ended_at=None).count() == 1


def test_a_lost_host_who_returns_continues_the_same_show(channel, host, later):
    stay = on_air(host, channel)
    stays.lose(sid=stay.sid, connection="studio")
    assert state_of(channel) == ChannelState.LOST
    later(seconds=20)
    again = on_air(host, channel, "studio-2")
    assert (again.pk, state_of(channel)) == (stay.pk, ChannelState.LIVE)
    assert Broadcast.objects.filter(channel=channel).count() == 1


def test_a_lost_host_is_off_the_air_after_thirty_seconds(channel, host, later):
    stay = on_air(host, channel)
    stays.lose(sid=stay.sid, connection="studio")
    later(seconds=29)
    sweep_stays()
    assert state_of(channel) == ChannelState.LOST
    later(seconds=2)
    sweep_stays()
    assert state_of(channel) == ChannelState.IDLE
    assert Broadcast.objects.get(channel=channel).ended_at is not None


def test_the_channel_stays_live_while_another_is_up(channel, host, viewer):
    channels.set_uploader(actor=host, cid=channel.cid, uid=viewer.uid)
    mine = on_air(host, channel)
    on_air(viewer, channel, "guest-tab")
    stays.lose(sid=mine.sid, connection="studio")
    assert state_of(channel) == ChannelState.LIVE


def test_an_uploader_who_never_sends_gives_up_after_thirty_seconds(channel, host, later):
    stay = stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
    later(seconds=31)
    sweep_stays()
    stay.refresh_from_db()
    assert (stay.state, stay.end_reason) == (StayState.ENDED, "gave_up")


def test_a_person_on_the_air_is_not_counted_as_a_viewer(channel, host, viewer):
    channels.set_uploader(actor=host, cid=channel.cid, uid=viewer.uid)
    join(viewer, channel)
    on_air(viewer, channel)
    assert selectors.viewers(channel) == 0


def test_the_show_keeps_its_most_viewers(channel, host):
    from rooms.services import shows

    on_air(host, channel)
    guests = [new_guest() for _ in range(3)]
    for guest in guests:
        join(guest, channel)
    shows.count_viewers(cid=channel.cid)
    for guest in guests:
        stays.leave(actor=guest, cid=channel.cid, role=Role.VIEWER)
    shows.count_viewers(cid=channel.cid)
    assert Broadcast.objects.get(channel=channel).peak == 3


def test_a_full_channel_refuses_and_a_goodbye_frees_the_place(channel, host):
    channels.update(actor=host, cid=channel.cid, max_people=2)
    first, second, third = new_guest(), new_guest(), new_guest()
    join(first, channel), join(second, channel)
    with pytest.raises(Full):
        join(third, channel)
    stays.leave(actor=first, cid=channel.cid, role=Role.VIEWER)
    assert join(third, channel).state == StayState.UP


def test_a_lost_person_keeps_the_place(channel, host):
    channels.update(actor=host, cid=channel.cid, max_people=1)
    stay = join(new_guest(), channel)
    stays.lose(sid=stay.sid, connection="tab-1")
    with pytest.raises(Full):
        join(new_guest(), channel)


def test_the_owner_gets_into_a_full_channel(channel, host):
    channels.update(actor=host, cid=channel.cid, max_people=1)
    join(new_guest(), channel)
    assert join(host, channel).state == StayState.UP


def test_only_those_with_the_right_go_on_the_air(channel, viewer):
    with pytest.raises(LoginRequired):
        on_air(new_guest(), channel)
    with pytest.raises(NotAllowed):
        on_air(viewer, channel)


def test_a_closed_channel_takes_nobody(channel, host, viewer):
    channels.close(actor=host, cid=channel.cid)
    with pytest.raises(IllegalMove) as refusal:
        join(viewer, channel)
    assert refusal.value.code == "channel_closed"


def test_a_deleted_channel_is_not_there(channel, host, viewer):
    channels.delete(actor=host, cid=channel.cid)
    with pytest.raises(NotFound):
        join(viewer, channel)


def test_closing_ends_every_stay_and_the_show(channel, host, viewer):
    on_air(host, channel)
    join(viewer, channel)
    channels.close(actor=host, cid=channel.cid)
    assert not Stay.objects.exclude(state=StayState.ENDED).exists()
    assert not Broadcast.objects.filter(ended_at=None).exists()
    assert state_of(channel) == ChannelState.CLOSED


def test_stopping_sends_the_host_off_the_air_and_keeps_the_audience(channel, host, viewer):
    on_air(host, channel)
    join(viewer, channel)
    channels.stop(actor=host, cid=channel.cid)
    assert (state_of(channel), selectors.viewers(channel)) == (ChannelState.IDLE, 1)


def test_taking_the_right_away_cuts_the_upload(channel, host, viewer):
    channels.set_uploader(actor=host, cid=channel.cid, uid=viewer.uid)
    stay = on_air(viewer, channel)
    channels.unset_uploader(actor=host, cid=channel.cid, uid=viewer.uid)
    stay.refresh_from_db()
    assert (stay.state, stay.end_reason) == (StayState.ENDED, "right_taken")
    assert state_of(channel) == ChannelState.IDLE


def test_a_stricter_kind_sends_strangers_away(channel, host, viewer):
    guest = Guest(key="a" * 32)
    join(guest, channel), join(viewer, channel)
    channels.update(actor=host, cid=channel.cid, kind=Kind.LOGIN_PUBLIC)
    assert list(selectors.open_stays(channel).values_list("user", flat=True)) == [viewer.pk]


def test_every_change_of_the_channel_leaves_one_event(channel, host):
    on_air(host, channel)
    channels.stop(actor=host, cid=channel.cid)
    states = [e.data["channel"]["state"] for e in Event.objects.filter(name="channel.changed").order_by("id")]
    assert states == ["idle", "live", "idle"]


def test_nobody_but_the_host_ends_a_stay(channel, viewer, stranger):
    stay = join(viewer, channel)
    with pytest.raises(DomainError):
        stays.end(actor=stranger, sid=stay.sid)
    assert stays.end(actor=SYSTEM, sid=stay.sid).state == StayState.ENDED


def test_the_clock_is_the_databases(later):
    before = clock.now()
    later(minutes=5)
    assert 299 < (clock.now() - before).total_seconds() < 310
