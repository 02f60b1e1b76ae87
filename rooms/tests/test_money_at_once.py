"""Everything that moves coins and stays of the same people, side by side: nobody waits for ever, nothing is lost."""

from functools import partial

import pytest

from billing import audit
from billing.ledger import INCOME, house
from billing.models import Gift, Minute
from billing.services import topups
from core import clock
from core.actors import SYSTEM
from core.models import User
from rooms.models import Channel, GiftSent, Role, Stay
from rooms.services import gifts, leases, metering, stays
from rooms.services.leases import Sign
from rooms.tests.crowd import Crowd

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rose(db) -> Gift:
    return Gift.objects.create(code="rose-7", name="A rose", icon="rose", price=7)


def test_minutes_gifts_top_ups_joins_leaves_and_leases_of_the_same_people(rose, together):
    """A deadlock would raise: PostgreSQL ends one of the two. The house's account is older than the people's."""
    house(INCOME)
    Crowd("people", stays=24, channels=3).come()
    people = list(User.objects.filter(uid__contains="viewer").order_by("pk"))
    channels = list(Channel.objects.order_by("pk"))
    signs = [Sign(stay.sid, stay.connection) for stay in Stay.objects.all()]
    calls = [metering.charge_due] * 4 + [partial(leases.renew, signs=signs)] * 4
    for n, person in enumerate(people[:12]):
        there, elsewhere = channels[n % 3].cid, channels[(n + 1) % 3].cid
        calls.append(partial(gifts.send, actor=person, cid=elsewhere, gift=rose.code, key=f"{n}"))
        calls.append(partial(topups.give, actor=SYSTEM, user=person, coins=5, reason="sorry", key=f"{n}"))
        calls.append(partial(stays.join, actor=person, cid=elsewhere, connection=f"{n}"))
        calls.append(partial(stays.leave, actor=person, cid=there, role=Role.VIEWER))
    assert not [refusal for refusal in together(calls) if isinstance(refusal, Exception)]
    metering.charge_due()
    assert Stay.objects.filter(next_minute_at__lte=clock.now()).count() == 0
    assert Minute.objects.filter(subject__in=[sign.sid for sign in signs]).count() == 24
    assert (GiftSent.objects.count(), audit.differences()) == (12, [])


def test_a_gift_of_one_key_sent_ten_times_at_once_is_sent_once(rose, together):
    Crowd("people", stays=1).come()
    person, channel = User.objects.get(uid="people-viewer-0"), Channel.objects.get()
    sent = together([partial(gifts.send, actor=person, cid=channel.cid, gift=rose.code, key="tap")] * 10)
    assert len({row.pk for row in sent}) == 1
    assert audit.differences() == []
