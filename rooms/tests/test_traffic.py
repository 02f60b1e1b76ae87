"""Bytes sent to people: counted once, and paid for by the gigabyte by whoever owns the channel."""

import csv
from functools import partial
from io import StringIO

import pytest
from django.test import Client

from billing import audit
from billing.ledger import INCOME, house
from billing.models import Minute, Outcome
from billing.prices import set_price
from billing.tests.worlds import coins_of, give
from core import clock
from core.actors import SYSTEM
from rooms.flows import StayState
from rooms.models import Broadcast, Reading, Stay
from rooms.services import stays, traffic
from rooms.services.traffic import GIGABYTE
from rooms.tasks import charge_minutes

pytestmark = pytest.mark.django_db


@pytest.fixture
def go_live(channel, host):
    """`go_live(3)`: the channel goes on the air at three coins a gigabyte; answers the show."""

    def begin(coins: int = 0) -> Broadcast:
        set_price(actor=SYSTEM, kind="gigabyte", value=coins, place=channel.cid)
        stay = stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
        stays.arrive(sid=stay.sid, connection="studio")
        return Broadcast.objects.get(channel=channel, ended_at=None)

    return begin


def end_show(channel, host):
    stays.leave(actor=host, cid=channel.cid, role="uploader")


@pytest.fixture
def watching(channel, viewer) -> Stay:
    return stays.join(actor=viewer, cid=channel.cid, connection="tab")


def bytes_of(stay: Stay) -> int:
    return Stay.objects.get(pk=stay.pk).bytes


def sent(stay: Stay, gigabytes: float, handle: int = 1) -> None:
    """The engine's counter of that handle stands there now."""
    traffic.read({handle: (stay.sid, round(gigabytes * GIGABYTE))})


def outcomes(show: Broadcast) -> list[tuple[str, int]]:
    rows = Minute.objects.filter(key__startswith=f"traffic:{show.pk}:")
    found = {int(row.key.rpartition(":")[2]): (row.outcome, row.amount) for row in rows}
    return [found[number] for number in range(len(rows))]


def test_a_counter_that_is_read_again_adds_only_what_is_new(watching):
    for count in (1000, 1000, 1700):
        traffic.read({7: (watching.sid, count)})
    assert bytes_of(watching) == 1700


def test_an_older_reading_that_comes_late_takes_nothing_back_and_adds_nothing(watching):
    for count in (1000, 400, 1000, 1100):
        traffic.read({7: (watching.sid, count)})
    assert bytes_of(watching) == 1100


def test_who_subscribes_again_or_meets_a_restarted_engine_is_counted_on(watching):
    traffic.read({7: (watching.sid, 1000)})
    traffic.read({8: (watching.sid, 300)})  # a handle of its own, from zero
    traffic.read({8: (watching.sid, 500), 7: (watching.sid, 1000)})
    assert bytes_of(watching) == 1500


def test_whatever_is_no_stay_of_ours_is_not_counted(watching):
    traffic.read({7: ("nobody", 1000), 8: (watching.sid, 10)})
    assert (bytes_of(watching), Reading.objects.count()) == (10, 1)


def test_readings_of_handles_that_are_gone_are_forgotten(watching, later):
    traffic.read({7: (watching.sid, 1000), 8: (watching.sid, 10)})
    later(minutes=61)
    traffic.read({8: (watching.sid, 10)})  # there still, and silent
    assert list(Reading.objects.values_list("handle", flat=True)) == [8]
    traffic.read({8: (watching.sid, 30)})
    assert bytes_of(watching) == 1030


@pytest.mark.django_db(transaction=True)
def test_eight_workers_who_read_the_same_counters_at_once_add_them_once(watching, together):
    counters = dict.fromkeys(range(20), (watching.sid, 1000))
    assert not [fault for fault in together([partial(traffic.read, counters)] * 8) if fault]
    traffic.read(counters)
    assert bytes_of(watching) == 20_000


def test_the_show_and_its_viewers_say_what_was_sent(go_live, watching, host, channel, staff):
    show = go_live()
    sent(watching, 1.25)
    show.refresh_from_db()
    assert show.bytes == 1_250_000_000
    page = Client()
    page.force_login(host)
    assert page.get(f"/api/v1/channels/{channel.cid}/shows/").json()["results"][0]["bytes"] == 1_250_000_000
    page.force_login(staff)
    for desk in ("stay", "broadcast"):
        assert "1.25 GB" in page.get(f"/admin/rooms/{desk}/").content.decode()


def test_a_gigabyte_is_charged_to_the_owner_when_it_begins_and_once(go_live, watching, host):
    show = go_live(3)
    give(host, 100)
    for gigabytes, charged in ((0.001, 1), (0.9, 1), (1, 1), (1.001, 2), (4.5, 5)):
        sent(watching, gigabytes)
        charge_minutes(), charge_minutes()
        assert outcomes(show) == [(Outcome.CHARGED, 3)] * charged
    assert (coins_of(host), house(INCOME).balance) == (85, 15)
    assert audit.differences() == []


def test_what_all_its_viewers_got_is_added_up(go_live, watching, stranger, channel, host):
    show = go_live(3)
    give(host, 100)
    other = stays.join(actor=stranger, cid=channel.cid, connection="tab")
    traffic.read({1: (watching.sid, 600_000_000), 2: (other.sid, 600_000_000)})
    charge_minutes()
    assert len(outcomes(show)) == 2


def test_without_a_price_nothing_is_written(go_live, watching):
    sent(watching, 3)
    charge_minutes()
    show = go_live()
    sent(watching, 9)
    charge_minutes()
    assert outcomes(show) == []


def test_a_new_price_counts_from_the_next_show(go_live, watching, host, channel):
    first = go_live(3)
    give(host, 100)
    set_price(actor=SYSTEM, kind="gigabyte", value=50, place=channel.cid)
    sent(watching, 0.5)
    charge_minutes()
    assert outcomes(first) == [(Outcome.CHARGED, 3)]
    end_show(channel, host)
    second = go_live(7)
    sent(watching, 0.6)
    charge_minutes()
    assert outcomes(second) == [(Outcome.CHARGED, 7)]


def test_what_is_counted_after_the_end_is_still_the_shows(go_live, watching, host, channel):
    show = go_live(3)
    give(host, 100)
    end_show(channel, host)
    traffic.add_bytes([(watching, 2_000_000_001)], clock.now())
    charge_minutes()
    assert len(outcomes(show)) == 3


def test_an_owner_without_coins_owes_nothing_and_the_show_goes_on(go_live, watching, host, channel):
    show = go_live(3)
    give(host, 7)
    sent(watching, 3.5)
    charge_minutes()
    assert outcomes(show) == [(Outcome.CHARGED, 3)] * 2 + [(Outcome.INSUFFICIENT, 0)] * 2
    assert coins_of(host) == 1
    channel.refresh_from_db()
    assert (channel.state, Stay.objects.filter(state=StayState.UP).count()) == ("live", 2)
    give(host, 100)
    sent(watching, 4.5)
    charge_minutes()
    assert outcomes(show)[4:] == [(Outcome.CHARGED, 3)]  # what could not be paid for is not asked for again
    assert audit.differences() == []


def test_while_an_audit_has_halted_billing_bytes_are_counted_and_charged_afterwards(go_live, watching, host, staff):
    show = go_live(3)
    give(host, 100)
    row = audit.Audit.objects.create(passed=False, created_at=clock.now())
    sent(watching, 1.5)
    charge_minutes()
    assert (outcomes(show), bytes_of(watching)) == ([], 1_500_000_000)
    audit.clear(actor=staff, row=row)
    charge_minutes()
    assert len(outcomes(show)) == 2


def test_a_flood_of_gigabytes_is_settled_all_of_it(go_live, watching, host, monkeypatch):
    monkeypatch.setattr(traffic, "MOST", 4)
    show = go_live(1)
    give(host, 100)
    sent(watching, 11)
    charge_minutes()
    assert len(outcomes(show)) == 11


def test_the_owner_finds_it_in_the_statement_and_staff_among_the_minutes(go_live, watching, host, channel, staff):
    go_live(3)
    give(host, 100)
    sent(watching, 1.5)
    charge_minutes()
    page = Client()
    page.force_login(host)
    lines = page.get("/api/v1/transfers/", {"kind": "traffic"}).json()["results"]
    assert [(line["coins"], line["with"], line["memo"]) for line in lines] == [(-3, None, channel.cid)] * 2
    text = page.get("/api/v1/transfers/export/")
    rows = list(csv.DictReader(StringIO(b"".join(text.streaming_content).decode())))
    assert [row["kind"] for row in rows] == ["traffic", "traffic", "top_up"]
    page.force_login(staff)
    assert "traffic" in page.get("/admin/billing/minute/").content.decode()


def test_staff_set_the_price_at_their_desk(staff, channel, go_live, host):
    page = Client()
    page.force_login(staff)
    page.post("/admin/billing/price/add/", {"kind": "gigabyte", "value": "6", "place": "", "host": host.pk})
    end_show(channel, host)
    stay = stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
    stays.arrive(sid=stay.sid, connection="studio")
    assert Broadcast.objects.get().gigabyte == 6
