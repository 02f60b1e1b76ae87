"""What the rooms forget on their beat."""

import pytest

from core import clock
from rooms.models import Call, Seat, Stay
from rooms.services import seats
from rooms.tasks import forget_old
from rooms.tests.comings import on_air, watching

pytestmark = pytest.mark.django_db


@pytest.fixture
def over(host, viewer, stranger, channel) -> Stay:
    """A stay that has ended and one that has not, both with an address; a request that was refused, and a seat."""
    on_air(host, channel)
    stay = watching(viewer, channel)
    watching(stranger, channel)
    Stay.objects.update(address="192.0.2.1")
    seats.refuse(actor=host, rid=seats.ask(actor=viewer, cid=channel.cid).rid)
    seats.leave(actor=stranger, rid=seats.accept(actor=host, rid=seats.ask(actor=stranger, cid=channel.cid).rid).rid)
    Stay.objects.filter(pk=stay.pk).update(state="ended", ended_at=clock.now())
    return stay


def addresses() -> set[int]:
    return set(Stay.objects.exclude(address=None).values_list("pk", flat=True))


def test_addresses_of_ended_stays_go_after_their_days_and_the_stays_remain(over, later):
    later(days=29)
    assert forget_old() == 0
    later(days=2)
    assert forget_old() == 1
    assert addresses() == set(Stay.objects.exclude(pk=over.pk).values_list("pk", flat=True))


def test_requests_that_came_to_nothing_go_and_seats_that_were_taken_remain(over, viewer, host, channel, later):
    facts = {"channel": channel, "caller": viewer, "host": host, "kind": "video", "created_at": clock.now()}
    missed, talked = (Call.objects.create(state=state, **facts) for state in ("expired", "ended"))
    later(days=91)
    assert forget_old() == 3
    assert set(Seat.objects.values_list("state", flat=True)) == {"left"}
    assert set(Call.objects.values_list("pk", flat=True)) == {talked.pk}
    assert missed.pk != talked.pk


def test_no_days_at_all_means_for_good(over, later, settings):
    settings.ADDRESSES_KEEP_DAYS = settings.REQUESTS_KEEP_DAYS = 0
    later(days=4000)
    assert forget_old() == 0
