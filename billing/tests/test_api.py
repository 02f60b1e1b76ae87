"""The REST door of coins: wallet, codes, statement, payouts."""

import pytest

from billing import audit
from billing.ledger import INCOME, account_of, house, transfer
from billing.models import CoinPack, Payout, Transfer
from billing.services import payouts, topups
from billing.tests.doors import API, post, told
from billing.tests.worlds import coins_of, give
from core.actors import SYSTEM

pytestmark = pytest.mark.django_db
NONSENSE = [0, -1, 1.5, 10.0, "10", "１０", True, None, 10**13, 10**40, [], {}, "NaN"]


def code_for(coins=50, **facts) -> str:
    return topups.make_codes(actor=SYSTEM, coins=coins, count=1, **facts)[0].code


def test_a_wallet_shows_what_one_has_earned_asked_for_and_could_buy(as_host, host, viewer):
    give(host, 500), give(viewer, 100)
    transfer(key="g", source=account_of(viewer), target=account_of(host), amount=70, kind="gift")
    pack = CoinPack.objects.create(coins=100, price=199, currency="EUR")
    CoinPack.objects.create(coins=1, price=1, active=False)
    payout = payouts.ask(actor=host, coins=200, note="IBAN")
    shape = as_host.get(API + "wallet/").json()
    assert (shape["balance"], shape["earned"]) == (370, 70)
    assert (shape["payout"]["id"], shape["payout"]["coins"], shape["payout"]["state"]) == (payout.pk, 200, "asked")
    assert shape["packs"] == [{"id": pack.pk, "coins": 100, "price": 199, "currency": "EUR"}]


def test_a_new_person_has_an_empty_wallet_and_a_guest_none(as_viewer, client):
    assert as_viewer.get(API + "wallet/").json() == {"balance": 0, "earned": 0, "payout": None, "packs": []}
    for path in ("wallet/", "transfers/", "transfers/export/", "payouts/"):
        assert told(client.get(API + path)) == (401, "login_required")


def test_a_code_is_redeemed_once_however_it_is_typed(as_viewer, viewer):
    code = code_for(50)
    typed = f" {code.lower().replace('-', ' ')} "
    assert post(as_viewer, "wallet/redeem/", {"code": typed}).json()["balance"] == 50
    assert told(post(as_viewer, "wallet/redeem/", {"code": code})) == (409, "code_used")
    assert coins_of(viewer) == 50


def test_codes_that_are_unknown_or_out_of_date_are_refused(as_viewer, later):
    from core import clock

    old = code_for(50, expires_at=clock.now())
    later(seconds=1)
    assert told(post(as_viewer, "wallet/redeem/", {"code": old})) == (409, "code_expired")
    assert told(post(as_viewer, "wallet/redeem/", {"code": "AAAA-AAAA"})) == (400, "unknown_code")
    assert told(post(as_viewer, "wallet/redeem/", {})) == (400, "bad_input")
    assert not Transfer.objects.exists()


def test_a_statement_is_seen_from_ones_own_side(as_viewer, viewer, host):
    give(viewer, 100)
    transfer(key="g", source=account_of(viewer), target=account_of(host), amount=30, kind="gift", memo="for the cello")
    rows = as_viewer.get(API + "transfers/").json()["results"]
    assert [(row["kind"], row["coins"], row["memo"]) for row in rows] == [
        ("gift", -30, "for the cello"),
        ("top_up", 100, ""),
    ]
    assert (rows[0]["with"]["uid"], rows[1]["with"]) == ("host", None)
    assert [row["kind"] for row in as_viewer.get(API + "transfers/", {"kind": "gift"}).json()["results"]] == ["gift"]
    assert as_viewer.get(API + "transfers/", {"kind": "nonsense"}).json()["results"] == []


def test_a_statement_asks_as_often_for_fifty_transfers_as_for_five(as_viewer, viewer, django_assert_max_num_queries):
    for n in range(50):
        give(viewer, 1, key=f"t{n}")
    with django_assert_max_num_queries(5):
        assert len(as_viewer.get(API + "transfers/", {"page_size": 50}).json()["results"]) == 50


def test_the_file_holds_the_whole_statement_and_no_formula(as_viewer, viewer, host):
    host.nick = "=cmd|' /C calc'!A0"
    host.save()
    give(viewer, 700)
    for n in range(600):
        memo = "@SUM(1)" if n == 0 else f"gift {n}"
        transfer(key=f"g{n}", source=account_of(viewer), target=account_of(host), amount=1, kind="gift", memo=memo)
    answer = as_viewer.get(API + "transfers/export/", headers={"Accept": "text/csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="transfers.csv"'
    assert (len(lines), lines[0]) == (602, "id,at,kind,coins,with,memo")
    cells = [cell.strip('"') for line in lines for cell in line.split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@")) or (cell.startswith("-") and cell != "-1")]


def test_a_payout_is_held_and_one_waits_at_a_time(as_host, host):
    give(host, 1000)
    asked = post(as_host, "payouts/", {"coins": 300, "note": "IBAN 1"})
    assert (asked.status_code, asked.json()["state"], coins_of(host)) == (201, "asked", 700)
    assert told(post(as_host, "payouts/", {"coins": 300})) == (409, "payout_waits")
    assert [row["note"] for row in as_host.get(API + "payouts/").json()["results"]] == ["IBAN 1"]
    payouts.refuse(actor=SYSTEM, row=Payout.objects.get(), reason="no such account")
    assert coins_of(host) == 1000
    assert as_host.get(API + "payouts/").json()["results"][0]["reason"] == "no such account"


def test_a_payout_of_more_than_one_has_or_less_than_is_paid_is_refused(as_host, host):
    give(host, 1000)
    assert told(post(as_host, "payouts/", {"coins": 1001})) == (402, "insufficient_balance")
    assert told(post(as_host, "payouts/", {"coins": 99})) == (409, "too_little")
    assert (coins_of(host), Payout.objects.count()) == (1000, 0)


@pytest.mark.parametrize("coins", NONSENSE)
def test_a_payout_of_nonsense_is_refused(as_host, host, coins):
    give(host, 1000)
    assert told(post(as_host, "payouts/", {"coins": coins}))[0] == 400
    assert (coins_of(host), Payout.objects.count()) == (1000, 0)


@pytest.mark.parametrize("body", ['{"coins": NaN}', '{"coins": Infinity}', '{"coins": 1e400}', '{"coins"', "[]", '"x"'])
def test_bodies_that_are_no_such_thing_are_refused(as_host, host, body):
    give(host, 1000)
    assert told(post(as_host, "payouts/", body))[0] == 400
    assert audit.differences() == []
    assert coins_of(host) == 1000


def test_the_catalogue_shows_what_is_offered(client, rose):
    rose.active = False
    rose.save()
    rows = client.get(API + "gifts/").json()
    assert "rose" not in [row["code"] for row in rows]
    rose.active = True
    rose.save()
    shape = next(row for row in client.get(API + "gifts/").json() if row["code"] == "rose")
    assert shape == {"code": "rose", "name": "Rose", "icon": "🌹", "price": 10, "effect": "none"}


def test_the_house_account_is_nobodys_statement(as_viewer, viewer):
    give(viewer, 10)
    transfer(key="x", source=account_of(viewer), target=house(INCOME), amount=10, kind="gift")
    assert as_viewer.get(API + "transfers/").json()["results"][0]["with"] is None
