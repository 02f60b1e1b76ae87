"""The same events many at once: nothing is made, let in, charged or added twice."""

from functools import partial

import pytest
from django.test import Client

from billing import audit
from billing.ledger import INCOME, house
from billing.models import Minute
from partners.tests.starrtc import Server
from rooms.models import Broadcast, Channel, Role, Stay
from rooms.tasks import charge_minutes, sweep_stays

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def servers(aec):
    """One for each call: a test client is one thread's."""
    return lambda: Server(aec.partner, client=Client())


def many(servers, count: int, action: str, **fields: object) -> list:
    return [partial(servers().say, action, **fields) for _ in range(count)]


def answers(found: list) -> list[tuple]:
    """How often each answer was given."""
    told = [(one["status"], one["data"]) for one in found if isinstance(one, dict)]
    return sorted((told.count(one), *one) for one in set(told))


def test_AEC_1_3b_of_creates_at_once_one_makes_it(servers, together) -> None:
    create = partial(many, servers, action="CREATE_CHANNEL_GLOBAL_PUBLIC", channelId="c1", roomId="r1")
    found = together([*create(6, userId="ann"), *create(6, userId="bob")])
    assert answers(found) == [(6, "0", 10023), (6, "1", "")]
    assert Channel.objects.count() == 1


def test_AEC_9_of_creates_that_reopen_at_once_all_find_it_open(aec, servers, together) -> None:
    aec.channel()
    aec.ok("CLOSE_CHANNEL", userId="ann", channelId="c1")
    found = together(many(servers, 8, "CREATE_CHANNEL_GLOBAL_PUBLIC", userId="ann", channelId="c1"))
    assert answers(found) == [(8, "1", "")]
    assert aec.row().state == "idle"


def test_AEC_10_closed_and_deleted_at_once_it_is_deleted(aec, servers, together) -> None:
    aec.live()
    ends = many(servers, 4, "CLOSE_CHANNEL", userId="ann", channelId="c1")
    ends += many(servers, 4, "DELETE_CHANNEL", userId="ann", channelId="c1")
    assert answers(together(ends)) == [(8, "1", "")]
    assert aec.row().state == "deleted"


def test_AEC_1_3c_AEC_11_at_the_last_places_as_many_come_in_as_there_are(aec, servers, together) -> None:
    aec.channel(conCurrentNumber="3")
    comings = [partial(servers().say, "USER_ONLINE", userId=f"p{n % 8}", channelId="c1", time="1") for n in range(16)]
    found = together(comings)
    assert Stay.objects.filter(role=Role.VIEWER).count() == 3
    assert answers(found) == [(6, "1", ""), (10, "0", 10080)]


def test_AEC_8_uploads_and_beats_at_once_charge_the_minute_once(aec, servers, later, together) -> None:
    house(INCOME)
    aec.give("ann", 100)
    aec.live(upload=10)
    for minute in (2, 3):
        later(seconds=60)
        told = many(servers, 6, "UPLOADER_UPLOADING", userId="ann", channelId="c1")
        assert answers(together([*told, charge_minutes, charge_minutes]))[0][:2] == (6, "1")
        assert (Minute.objects.count(), aec.coins("ann")) == (minute, 100 - 10 * minute)
    assert audit.differences() == []


def test_AEC_12_playings_and_beats_at_once_charge_and_add_once(aec, servers, later, together) -> None:
    house(INCOME)
    aec.give("bob", 25)
    aec.live(play=10)
    aec.ok("USER_ONLINE", userId="bob", channelId="c1", time="1")
    for minute, status in ((2, "1"), (3, "0")):
        later(seconds=60)
        told = many(servers, 6, "USER_PLAYING", userId="bob", channelId="c1", time=str(minute), discharge="100")
        found = together([*told, charge_minutes, sweep_stays, charge_minutes])
        assert {one["status"] for one in found if isinstance(one, dict)} == {status}
    stay = aec.stays(role=Role.VIEWER).get()
    assert (aec.coins("bob"), stay.end_reason) == (5, "no_balance")
    assert stay.bytes in (100, 200)  # the last minute's come with the word that was heard before the beat
    assert Broadcast.objects.get().bytes == stay.bytes
    assert audit.differences() == []


def test_AEC_7_AEC_13_goodbyes_and_words_at_once_leave_nobody_half_there(aec, servers, together) -> None:
    aec.live()
    facts = {"userId": "bob", "channelId": "c1"}
    aec.ok("USER_ONLINE", **facts, time="1")
    calls = many(servers, 4, "USER_OFFLINE", **facts, time="9", discharge="5")
    calls += many(servers, 4, "USER_PLAYING", **facts, time="8", discharge="7")
    calls += many(servers, 2, "UPLOADER_DISCONNECT", userId="ann", channelId="c1", ts="9")
    calls += many(servers, 2, "UPLOADER_UPLOADING", userId="ann", channelId="c1", ts="8")
    together(calls)
    assert aec.stays(role=Role.VIEWER).get().end_reason == "left"
    assert aec.row().state == "idle"
    assert aec.stays(role=Role.UPLOADER).get().end_reason == "left"
