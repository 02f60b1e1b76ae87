"""Gifts, prices and figures of a channel, through REST."""

import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing import audit, prices
from billing.models import Transfer
from billing.prices import set_price
from billing.tests.doors import API, post, told
from billing.tests.worlds import coins_of, give
from chat.models import Message
from core import clock
from core.actors import SYSTEM
from core.models import User
from rooms.models import Broadcast, GiftSent
from rooms.services import channels, stays
from rooms.tasks import charge_minutes, keep_figures

pytestmark = pytest.mark.django_db
NONSENSE = [0, -1, 1.5, 10.0, "10", "１０", True, None, 10**13, 10**40, [], {}]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_viewer(viewer):
    give(viewer, 1000)
    return signed_in(viewer)


@pytest.fixture
def as_host(host):
    return signed_in(host)


@pytest.fixture
def path(channel):
    """`path("gifts")` of the channel."""
    return lambda what: f"channels/{channel.cid}/{what}/"


def go_live(channel, host):
    stay = stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
    stays.arrive(sid=stay.sid, connection="studio")


def go_off(channel, host):
    stays.leave(actor=host, cid=channel.cid, role="uploader", connection="studio")


def test_a_gift_moves_coins_to_host_and_house_and_answers_what_is_left(as_viewer, path, viewer, host, rose):
    sent = post(as_viewer, path("gifts"), {"gift": "rose", "quantity": 3, "combo": "c1"})
    row = GiftSent.objects.get()
    assert (sent.status_code, sent.json()) == (201, {"id": row.pk, "coins": 30, "balance": 970})
    assert (coins_of(viewer), coins_of(host), row.income, row.combo) == (970, 21, 21, "c1")


def test_a_red_packet_is_of_any_number_of_coins(as_viewer, path, host):
    assert post(as_viewer, path("red-packets"), {"coins": 7, "words": "Bravo!"}).json()["coins"] == 7
    assert (coins_of(host), GiftSent.objects.get().words) == (4, "Bravo!")


@pytest.mark.parametrize("quantity", [*NONSENSE, 1000])
def test_a_gift_in_a_number_that_is_none_is_refused(as_viewer, path, viewer, rose, quantity):
    status, code = told(post(as_viewer, path("gifts"), {"gift": "rose", "quantity": quantity}))
    assert (status, code) in ((400, "bad_quantity"), (400, "bad_input"))
    assert (coins_of(viewer), GiftSent.objects.count()) == (1000, 0)


@pytest.mark.parametrize("coins", NONSENSE)
def test_a_red_packet_of_nonsense_is_refused(as_viewer, path, viewer, coins):
    status, code = told(post(as_viewer, path("red-packets"), {"coins": coins}))
    assert (status, code) in ((400, "bad_amount"), (400, "bad_input"))
    assert (coins_of(viewer), GiftSent.objects.count(), audit.differences()) == (1000, 0, [])


def test_gifts_that_cannot_be_given(as_viewer, as_host, client, path, host, rose):
    give(host, 100)
    assert told(post(as_viewer, path("gifts"), {"gift": "a house"})) == (400, "unknown_gift")
    assert told(post(as_host, path("gifts"), {"gift": "rose"})) == (403, "gift_to_oneself")
    assert told(post(client, path("gifts"), {"gift": "rose"})) == (401, "login_required")
    assert told(post(as_viewer, "channels/nowhere/gifts/", {"gift": "rose"})) == (404, "not_found")
    poor = post(as_viewer, path("gifts"), {"gift": "rose", "quantity": 101})
    assert told(poor) == (402, "insufficient_balance")
    assert (poor.json()["error"]["needed"], poor.json()["error"]["balance"]) == (1010, 1000)
    assert not Transfer.objects.exclude(kind="top_up").exists()


def test_whoever_may_not_watch_gives_nothing_and_learns_nothing(as_viewer, path, channel, host, rose):
    channels.update(actor=host, cid=channel.cid, kind="LOGIN_SPECIFY", specify=[])
    assert told(post(as_viewer, path("gifts"), {"gift": "rose"})) == (404, "not_found")
    for what in ("ranking", "prices", "shows"):
        assert told(as_viewer.get(API + path(what))) == (404, "not_found")


def test_the_ranking_of_a_show_a_day_and_a_week(as_viewer, path, channel, host, stranger, later, rose):
    give(stranger, 1000)
    now = clock.now()
    wednesday = (2 - now.weekday()) % 7
    later(seconds=(datetime(now.year, now.month, now.day, 12, tzinfo=UTC) - now).total_seconds())
    later(days=wednesday)
    go_live(channel, host)
    post(signed_in(stranger), path("red-packets"), {"coins": 200})
    go_off(channel, host)
    later(days=1)
    go_live(channel, host)
    post(as_viewer, path("gifts"), {"gift": "rose"})
    post(as_viewer, path("red-packets"), {"coins": 5})

    def ranked(span):
        return [(row["uid"], row["coins"], row["gifts"]) for row in as_viewer.get(API + path("ranking"), span).json()]

    assert ranked({}) == ranked({"span": "day"}) == [("viewer", 15, 2)]
    assert ranked({"span": "week"}) == [("stranger", 200, 1), ("viewer", 15, 2)]
    later(days=5)
    assert ranked({"span": "week"}) == []
    assert told(as_viewer.get(API + path("ranking"), {"span": "aeon"})) == (400, "bad_span")


def patch(client, path, body):
    return client.patch(API + path, json.dumps(body), "application/json")


def test_the_owner_sets_what_watching_costs_and_everybody_is_told(as_host, client, path, channel):
    version = channel.version
    changed = patch(as_host, path("prices"), {"play": 12, "preview": 30})
    assert changed.json() == {"play": 12, "preview": 30, "upload": 0, "call": None, "gigabyte": 0, "share": 70}
    shape = client.get(f"{API}channels/{channel.cid}/").json()
    assert (shape["price"], shape["preview"], shape["upload_price"]) == (12, 30, 0)
    assert shape["version"] == version + 1
    assert client.get(API + path("prices")).json()["play"] == 12
    assert patch(as_host, path("prices"), {"play": None}).json()["play"] == 0


def test_the_owner_says_what_a_private_call_costs_and_takes_none(as_host, client, path, channel):
    for price in (30, 0, None):
        assert patch(as_host, path("prices"), {"call": price}).json()["call"] == price
        assert client.get(f"{API}channels/{channel.cid}/").json()["call_price"] == price


def test_only_the_house_sets_the_other_prices(as_host, path, staff):
    for kind in ("upload", "gigabyte", "share"):
        assert told(patch(as_host, path("prices"), {kind: 1})) == (403, "price_of_house")
    wanted = {"upload": 2, "call": 9, "gigabyte": 4, "share": 80}
    assert patch(signed_in(staff), path("prices"), wanted).json() == {"play": 0, "preview": 0, **wanted}


@pytest.mark.parametrize("price", [-1, 1.5, "10", "１０", True, 10**7, [], 10**40])
def test_a_price_of_nonsense_is_refused_and_none_of_the_others_set(as_host, path, price):
    assert told(patch(as_host, path("prices"), {"play": price, "preview": 10}))[0] == 400
    assert as_host.get(API + path("prices")).json()["preview"] == 0


def test_others_set_no_price(as_viewer, client, path):
    assert told(patch(as_viewer, path("prices"), {"play": 1})) == (403, "not_allowed")
    assert told(patch(client, path("prices"), {"play": 1})) == (401, "login_required")
    assert told(patch(as_viewer, path("prices"), {"plai": 1})) == (400, "unknown_field")


def test_the_lobby_asks_as_often_for_thirty_priced_channels_as_for_three(client, host):
    def make(numbers):
        for n in numbers:
            row = channels.create(actor=host, title=f"Show {n}", with_group=False)
            set_price(actor=SYSTEM, kind="play", value=n + 1, place=row.cid)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            shown = client.get(API + "channels/", {"page_size": 50}).json()["results"]
        assert sorted(row["price"] for row in shown) == [n + 1 for n in range(len(shown))]
        return len(queries)

    make(range(3))
    few = asked()
    make(range(3, 30))
    assert asked() == few


def test_a_price_is_of_the_place_else_of_the_host_else_of_the_house(host, channel):
    other = channels.create(actor=host, title="Another", with_group=False)
    set_price(actor=SYSTEM, kind="play", value=1)
    set_price(actor=SYSTEM, kind="play", value=2, host=host)
    set_price(actor=SYSTEM, kind="play", value=3, place=channel.cid)
    found = prices.of_places([(host.pk, channel.cid), (host.pk, other.cid), (None, "elsewhere")])
    assert [found[place]["play"] for place in (channel.cid, other.cid, "elsewhere")] == [3, 2, 1]


@pytest.fixture
def a_show(channel, host, viewer, as_viewer, path, rose):
    """On the air at 10 a minute: one viewer pays a minute, says two things and gives two roses; then the host stops."""
    set_price(actor=SYSTEM, kind="play", value=10, place=channel.cid)
    go_live(channel, host)
    stays.join(actor=viewer, cid=channel.cid, connection="tab")
    charge_minutes()
    for text in ("Bravo", "Encore"):
        facts = {"payload": {"text": text}, "kind": "text", "created_at": clock.now()}
        Message.objects.create(group=channel.group, sender=viewer, **facts)
    post(as_viewer, path("gifts"), {"gift": "rose", "quantity": 2})
    return channel


FIGURES = {"messages": 2, "gifts": 1, "income": 21}


def shows_of(client, path) -> list[dict]:
    return client.get(API + path("shows")).json()["results"]


def test_a_running_show_is_counted_live(a_show, as_host, path):
    (show,) = shows_of(as_host, path)
    assert {name: show[name] for name in FIGURES} == FIGURES
    assert show["ended_at"] is None


def test_a_past_show_keeps_its_figures(a_show, as_host, path, host, later, django_capture_on_commit_callbacks):
    later(seconds=30)
    with django_capture_on_commit_callbacks(execute=True):
        go_off(a_show, host)
    Message.objects.all().delete()  # forgotten after their time
    (show,) = shows_of(as_host, path)
    assert {name: show[name] for name in FIGURES} == FIGURES
    assert show["seconds"] in (30, 31)
    (best,) = show["supporters"]
    assert (best["uid"], best["coins"], best["gifts"]) == ("viewer", 20, 1)


def test_what_is_settled_after_the_end_is_counted_too(a_show, as_host, path, host, later):
    later(seconds=61)
    go_off(a_show, host)
    charge_minutes()
    assert keep_figures() == 1
    assert shows_of(as_host, path)[0]["income"] == coins_of(host)
    later(minutes=11)
    assert keep_figures() == 0


def test_shows_are_the_hosts_business(a_show, as_viewer, client, path):
    assert told(as_viewer.get(API + path("shows"))) == (403, "not_allowed")
    assert told(client.get(API + path("shows"))) == (401, "login_required")


def test_shows_ask_as_often_for_twenty_as_for_two(as_host, path, channel, viewer, host):
    def make(many):
        for _ in range(many):
            show = Broadcast.objects.create(channel=channel, started_at=clock.now(), ended_at=clock.now())
            facts = {"channel": channel, "show": show, "sender": viewer, "host": host, "coins": 5, "income": 3}
            GiftSent.objects.create(key=f"k{show.pk}", kind="gift", created_at=clock.now(), **facts)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert all(row["supporters"] for row in shows_of(as_host, path))
        return len(queries)

    make(2)
    few = asked()
    make(18)
    assert asked() == few
