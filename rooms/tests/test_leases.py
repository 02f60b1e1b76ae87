"""A renewal is more than a timestamp: it brings back what was given up, and tells what a lost signal did not."""

from functools import partial

import pytest

from core.errors import Full
from core.models import User
from rooms import selectors
from rooms.flows import ChannelState, StayState
from rooms.models import Channel, Role, Stay
from rooms.services import channels, leases, stays
from rooms.tasks import sweep_stays
from rooms.tests.comings import on_air

pytestmark = pytest.mark.django_db


def sign(stay, **change):
    return leases.Sign(**{"sid": stay.sid, "connection": stay.connection, **change})


def test_a_kick_that_was_lost_on_its_way_is_told_at_the_next_renewal(channel, host, viewer):
    stay = stays.join(actor=viewer, cid=channel.cid, connection="tab")
    stays.end(actor=host, sid=stay.sid)
    assert leases.renew(signs=[sign(stay)]) == {stay.sid: "removed"}


def test_a_tab_that_was_taken_over_learns_it_at_the_next_renewal(channel, viewer):
    older = stays.join(actor=viewer, cid=channel.cid, connection="tab")
    stays.join(actor=viewer, cid=channel.cid, connection="tab-2")
    assert leases.renew(signs=[sign(older)]) == {older.sid: "elsewhere"}


def test_a_stay_given_up_for_lost_comes_back_with_its_connection(channel, host, later):
    stay = on_air(host, channel)
    later(seconds=46)
    sweep_stays()
    assert Channel.objects.get(pk=channel.pk).state == ChannelState.LOST
    assert leases.renew(signs=[sign(stay)]) == {}
    stay.refresh_from_db()
    assert (stay.state, Channel.objects.get(pk=channel.pk).state) == (StayState.UP, ChannelState.LIVE)


def test_an_uploader_without_media_stays_lost_though_the_socket_lives(channel, host):
    stay = on_air(host, channel)
    stays.lose(sid=stay.sid, connection="studio")
    leases.renew(signs=[sign(stay, alive=False)])
    stay.refresh_from_db()
    assert stay.state == StayState.LOST


def test_a_host_who_returns_at_the_last_second_gets_time_to_set_up(channel, host, later):
    stay = on_air(host, channel)
    stays.lose(sid=stay.sid, connection="studio")
    later(seconds=29)
    stays.go_on_air(actor=host, cid=channel.cid, connection="studio-2")
    later(seconds=5)
    sweep_stays()
    assert stays.arrive(sid=stay.sid, connection="studio-2").state == StayState.UP


def test_a_tenth_guest_on_the_air_is_refused_and_the_owner_is_not(channel, host):
    channels.update(actor=host, cid=channel.cid, open_upload=True)
    guests = [User.objects.create_user(f"guest-{n}") for n in range(10)]
    for guest in guests[:9]:
        on_air(guest, channel, guest.uid)
    with pytest.raises(Full) as refusal:
        on_air(guests[9], channel)
    assert refusal.value.code == "seats_full"
    assert on_air(host, channel).state == StayState.UP


def test_going_on_the_air_takes_a_place(channel, host, viewer, stranger):
    channels.update(actor=host, cid=channel.cid, open_upload=True, max_people=1)
    on_air(viewer, channel)
    with pytest.raises(Full):
        on_air(stranger, channel)


def test_lists_and_rooms_count_the_same_viewers(channel, host, viewer, stranger):
    channels.update(actor=host, cid=channel.cid, open_upload=True)
    for person in (viewer, stranger):
        stays.join(actor=person, cid=channel.cid, connection=person.uid)
    on_air(viewer, channel)
    assert selectors.lobby(viewer).get(pk=channel.pk).watching == selectors.viewers(channel) == 1


@pytest.mark.django_db(transaction=True)
def test_a_full_hall_is_closed_while_everybody_renews(channel, host, together):
    people = User.objects.bulk_create([User(username=f"p{n}", uid=f"p{n}") for n in range(200)])
    held = [stays.join(actor=person, cid=channel.cid, connection="tab") for person in people]
    signs = [sign(stay) for stay in held]
    renewals = [partial(leases.renew, signs=signs)] * 3
    outcomes = together([*renewals, partial(channels.close, actor=host, cid=channel.cid), *renewals])
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert not Stay.objects.filter(role=Role.VIEWER).exclude(state=StayState.ENDED).exists()
