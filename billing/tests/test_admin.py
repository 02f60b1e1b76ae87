"""The staff pages of money, through the browser's door."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from billing import audit, ledger
from billing.admin.fields import CoinsField
from billing.models import Account, Audit, CoinPack, Gift, Minute, Payout, Price, Purchase, RedeemCode, Transfer
from billing.services import payouts, topups
from billing.tests.worlds import coins_of, give
from core import clock
from core.actors import SYSTEM
from core.models import AuditRow, User
from core.tests.staff import fields, queries_for

pytestmark = pytest.mark.django_db
DESK = "/admin/billing/"


@pytest.fixture
def desk(staff, client) -> Client:
    client.force_login(staff)
    return client


def act(desk: Client, model: str, row, verb: str, reason="because", **answers: object):
    """What a browser does: asks for the form, sends it back filled in."""
    page = f"{DESK}{model}/{row.pk}/{verb}/"
    form = desk.get(page).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    return desk.post(page, {**values, "reason": reason, **answers}, follow=True)


def said(answer) -> str:
    return " ".join(map(str, answer.context["messages"]))


def test_it_shows_accounts_transfers_and_minutes_and_lets_nobody_change_them(desk, viewer):
    give(viewer, 5)
    account = ledger.account_of(viewer)
    minute = Minute.objects.create(key="play:s:0", kind="play", began_at=clock.now(), created_at=clock.now())
    for model, row in (("account", account), ("transfer", account.received.get()), ("minute", minute)):
        page = f"{DESK}{model}/{row.pk}/"
        assert desk.get(page + "change/").status_code == 200
        assert desk.post(page + "change/", {"balance": 9, "amount": 9}).status_code == 403
        assert desk.post(page + "delete/", {"post": "yes"}).status_code == 403
        assert desk.get(f"{DESK}{model}/add/").status_code == 403
    assert coins_of(viewer) == 5


def test_it_tells_accounts_of_people_from_those_of_apps_and_of_the_house(desk, viewer):
    give(viewer, 5)
    ledger.app_account("shop")
    for whose, names in (("people", ["Viewer"]), ("apps", ["shop"]), ("house", ["bank"])):
        found = desk.get(DESK + "account/", {"whose": whose}).context["cl"].queryset
        assert [str(account) for account in found] == names


def test_staff_give_coins_with_a_reason_once_a_form(desk, viewer, staff):
    account = ledger.account_of(viewer)
    page = f"{DESK}account/{account.pk}/top_up/"
    key = desk.get(page).context["form"]["key"].value()
    for _ in range(2):
        desk.post(page, {"coins": 50, "reason": "a lost evening", "key": key})
    assert (coins_of(viewer), Transfer.objects.get().memo) == (50, "a lost evening")
    assert (row := AuditRow.objects.first()).verb == "top_up"
    assert row.reason == "a lost evening"
    assert row.asked == {"coins": 50, "key": "***"}
    assert act(desk, "account", account, "top_up", coins=7).status_code == 200
    assert coins_of(viewer) == 57


@pytest.mark.parametrize("coins", ["", "0", "-5", "1.5", "１０", "NaN", "1e3", str(10**13)])
def test_staff_cannot_give_what_is_no_number_of_coins(desk, viewer, coins):
    answer = act(desk, "account", ledger.account_of(viewer), "top_up", coins=coins)
    assert answer.context["form"].errors["coins"]
    assert not Transfer.objects.exists()


def test_coins_are_given_to_an_app_but_not_to_the_house(desk):
    app, bank = ledger.app_account("shop"), ledger.house("bank")
    act(desk, "account", app, "top_up", coins=500)
    assert Account.objects.get(pk=app.pk).balance == 500
    assert "not possible" in said(act(desk, "account", bank, "top_up", coins=500))


def test_without_a_reason_nothing_is_given(desk, viewer):
    act(desk, "account", ledger.account_of(viewer), "top_up", reason="", coins=5)
    assert coins_of(viewer) == 0


def test_an_account_shows_its_statement_and_gives_it_as_a_file(desk, viewer, host):
    give(viewer, 90)
    mine, other = ledger.account_of(viewer), ledger.account_of(host)
    ledger.transfer(key="g", source=mine, target=other, amount=30, kind="gift", memo="=1+1")
    page = desk.get(f"{DESK}account/{mine.pk}/change/").content.decode()
    assert re.search(r"-30</b>.*gift.*Host.*=1\+1", page, re.S)
    sheet = b"".join(desk.get(f"{DESK}account/{mine.pk}/export/").streaming_content).decode()
    assert "gift,-30,Host,'=1+1" in sheet
    give(host, 7)
    found = desk.get(DESK + "transfer/", {"account": mine.pk}).context["cl"].queryset
    assert {row.amount for row in found} == {30, 90}
    assert desk.get(DESK + "transfer/", {"account": "1 OR 1"}).status_code in (200, 302)


def test_a_gift_is_reversed_whole_and_once_and_both_sides_are_told(desk, viewer, host, channel, rose):
    from rooms.services import gifts

    give(viewer, 100)
    gifts.send(actor=viewer, cid=channel.cid, gift="rose", quantity=5, key="k")
    part = Transfer.objects.get(key__endswith=":host")
    act(desk, "transfer", part, "reverse", "sent by mistake")
    assert (coins_of(viewer), coins_of(host), audit.differences()) == (100, 0, [])
    assert set(Transfer.objects.filter(kind="reversal").values_list("memo", flat=True)) == {"sent by mistake"}
    for row in Transfer.objects.exclude(kind="top_up"):
        assert "not possible" in said(act(desk, "transfer", row, "reverse"))
    assert coins_of(viewer) == 100


def test_what_is_spent_already_is_not_reversed_nor_half_of_it(desk, viewer, host, stranger, channel, rose):
    from rooms.services import gifts

    give(viewer, 100)
    gifts.send(actor=viewer, cid=channel.cid, gift="rose", quantity=5, key="k")
    mine, other = ledger.account_of(host), ledger.account_of(stranger)
    ledger.transfer(key="spent", source=mine, target=other, amount=20, kind="gift")
    before = Transfer.objects.count()
    assert "35 coins" in said(act(desk, "transfer", Transfer.objects.get(key__endswith=":house"), "reverse"))
    assert (Transfer.objects.count(), coins_of(host), coins_of(viewer)) == (before, 15, 50)


def test_coins_of_a_payout_are_decided_at_its_own_desk(desk, host):
    give(host, 500)
    payouts.ask(actor=host, coins=200)
    assert "not possible" in said(act(desk, "transfer", Transfer.objects.get(kind="hold"), "reverse"))
    assert coins_of(host) == 300


def test_a_payout_is_paid_or_refused_once_with_a_reason(desk, host, staff):
    give(host, 1000)
    first = payouts.ask(actor=host, coins=300, note="IBAN")
    act(desk, "payout", first, "refuse", "no such account")
    first.refresh_from_db()
    assert (first.state, first.reason, first.decided_by, coins_of(host)) == ("refused", "no such account", staff, 1000)
    second = payouts.ask(actor=host, coins=400)
    act(desk, "payout", second, "approve", "sent on Friday")
    assert "not possible" in said(act(desk, "payout", second, "refuse"))
    assert (coins_of(host), ledger.house("held").balance, ledger.house("bank").balance) == (600, 0, -600)


def test_codes_come_as_a_file_once_and_the_list_shows_none_of_them(desk, staff):
    page = DESK + "redeemcode/make/"
    answer = desk.post(page, {"coins": 25, "count": 3, "until": "2030-01-31", "reason": "=HYPERLINK(1)"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    codes = [line.split(",")[0] for line in lines[1:]]
    assert (answer.headers["Content-Disposition"], len(codes)) == ('attachment; filename="codes.csv"', 3)
    assert lines[1].endswith(",25,2030-01-31,'=HYPERLINK(1)")
    assert {row.code for row in RedeemCode.objects.all()} == set(codes)
    assert RedeemCode.objects.first().expires_at.isoformat() == "2030-02-01T00:00:00+00:00"
    listed = desk.get(DESK + "redeemcode/").content.decode()
    row = RedeemCode.objects.first()
    one = desk.get(f"{DESK}redeemcode/{row.pk}/change/").content.decode()
    assert not [code for code in codes if code in listed + one]
    assert AuditRow.objects.get().who == staff


@pytest.mark.parametrize("wrong", [{"count": 501}, {"count": 0}, {"coins": 0}, {"coins": 2**31}, {"reason": ""}])
def test_codes_that_cannot_be_are_not_made(desk, wrong):
    answer = desk.post(DESK + "redeemcode/make/", {"coins": 5, "count": 5, "reason": "a fair", **wrong})
    assert answer.context["form"].errors
    assert not RedeemCode.objects.exists()


def test_a_price_is_set_at_its_level_and_the_one_before_becomes_history(desk, host, channel, staff):
    version = channel.version
    for value in (5, 8):
        desk.post(DESK + "price/add/", {"kind": "play", "place": channel.cid, "value": value})
    desk.post(DESK + "price/add/", {"kind": "play", "host": host.pk, "value": 3})
    desk.post(DESK + "price/add/", {"kind": "play", "value": 1})
    desk.post(DESK + "price/add/", {"kind": "share", "value": 60})
    now = {(row.value, row.replaced) for row in desk.get(DESK + "price/").context["cl"].queryset}
    assert now == {(5, True), (8, False), (3, False), (1, False), (60, False)}
    history = desk.get(DESK + "price/", {"now": "no"}).context["cl"].queryset
    assert [row.value for row in history] == [5]
    for level, values in (("house", {1, 60}), ("host", {3}), ("channel", {5, 8})):
        assert {row.value for row in desk.get(DESK + "price/", {"level": level}).context["cl"].queryset} == values
    channel.refresh_from_db()
    assert (channel.version, Price.objects.first().created_by) == (version + 2, staff)


@pytest.mark.parametrize(
    "wrong", [{"kind": "share", "value": 101}, {"value": -1}, {"kind": "nonsense"}, {"value": 10**7}]
)
def test_a_price_that_cannot_be_is_not_set(desk, wrong):
    assert desk.post(DESK + "price/add/", {"kind": "play", "value": 5, **wrong}).status_code == 200
    assert not Price.objects.exists()


def test_a_price_is_not_of_two_levels_and_never_changed(desk, host, channel):
    facts = {"kind": "play", "value": 5, "host": host.pk, "place": channel.cid}
    answer = desk.post(DESK + "price/add/", facts)
    assert list(answer.context["adminform"].form.errors) == ["place"]
    desk.post(DESK + "price/add/", {"kind": "play", "value": 5})
    row = Price.objects.get()
    assert desk.get(f"{DESK}price/{row.pk}/change/").status_code == 200
    assert desk.post(f"{DESK}price/{row.pk}/change/", {"value": 6}).status_code == 403


def test_the_catalogue_is_the_staffs(desk, client, rose):
    made = {"name": "Bouquet", "code": "bouquet", "icon": "💐", "price": 30, "effect": "banner", "position": 9}
    desk.post(DESK + "gift/add/", {**made, "active": "on"})
    shown = {gift["code"]: gift for gift in client.get("/api/v1/gifts/").json()}
    assert shown["bouquet"]["price"] == 30
    page = f"{DESK}gift/{rose.pk}/change/"
    desk.post(page, fields(desk.get(page), price="12", active=None))
    assert "rose" not in [gift["code"] for gift in client.get("/api/v1/gifts/").json()]
    assert desk.post(DESK + "gift/add/", {**made, "code": "free", "price": 0}).status_code == 200
    assert not Gift.objects.filter(code="free").exists()
    assert desk.post(f"{DESK}gift/{rose.pk}/delete/", {"post": "yes"}).status_code == 403


def test_packs_are_the_staffs_and_purchases_are_only_read(desk, viewer):
    desk.post(DESK + "coinpack/add/", {"coins": 100, "price": 99, "currency": "eur", "active": "on"})
    assert str(CoinPack.objects.get()) == "100 · 0.99 EUR"
    row = Purchase.objects.create(user=viewer, coins=1, price=1, currency="JPY", provider="x", created_at=clock.now())
    assert "1 JPY" in desk.get(f"{DESK}purchase/{row.pk}/change/").content.decode()
    assert desk.post(f"{DESK}purchase/{row.pk}/change/", {"state": "paid"}).status_code == 403


def test_staff_take_the_sums_and_clear_what_they_looked_into(desk, viewer, staff):
    give(viewer, 100)
    assert "agree" in said(desk.post(DESK + "audit/run/", {"reason": "before the weekend"}, follow=True))
    Account.objects.filter(owner=viewer).update(balance=101)
    assert "stands still" in said(desk.post(DESK + "audit/run/", {"reason": "odd"}, follow=True))
    passed, failed = Audit.objects.order_by("id")
    assert "entries" in desk.get(f"{DESK}audit/{failed.pk}/change/").content.decode()
    act(desk, "audit", failed, "clear", "a restore from backup")
    failed.refresh_from_db()
    assert failed.cleared_by == staff
    assert "not possible" in said(act(desk, "audit", passed, "clear"))
    assert desk.get(DESK + "audit/run/").status_code == 200
    assert Audit.objects.count() == 2


def test_waived_minutes_are_counted_by_reason(desk):
    for n, (outcome, reason, amount) in enumerate(
        [("waived", "outage", 0), ("waived", "outage", 0), ("waived", "off_air", 0), ("charged", "", 7)]
    ):
        facts = {"outcome": outcome, "reason": reason, "amount": amount, "began_at": clock.now()}
        Minute.objects.create(key=f"play:s:{n}", kind="play", created_at=clock.now(), **facts)

    def totals(**query):
        found = desk.get(DESK + "minute/", query).context["totals"]
        return [(row["reason"], row["minutes"], row["coins"]) for row in found]

    assert totals(kind="play") == [("", 1, 7), ("off_air", 1, 0), ("outage", 2, 0)]
    assert totals(reason="outage") == [("outage", 2, 0)]


def test_revenue_is_shown_by_day_and_kind_less_what_was_reversed(desk, viewer, staff, later):
    give(viewer, 100)
    income, mine = ledger.house("income"), ledger.account_of(viewer)
    gift = ledger.transfer(key="a", source=mine, target=income, amount=30, kind="gift")
    later(days=1)
    ledger.transfer(key="b", source=mine, target=income, amount=5, kind="upload")
    ledger.reverse(row=gift)
    page = desk.get(DESK + "transfer/revenue/")
    assert page.context["total"] == 5
    assert [total for _, total in page.context["kinds"]] == [5, 30, -30]
    later(days=40)
    assert desk.get(DESK + "transfer/revenue/").context["kinds"] == []


@pytest.mark.parametrize(
    "act_of", ["account/1/top_up/", "redeemcode/make/", "audit/run/", "transfer/1/reverse/", "transfer/revenue/"]
)
def test_whoever_is_no_staff_does_not_come_in_and_staff_without_the_right_do_not_act(client, viewer, act_of):
    client.force_login(viewer)
    give(viewer, 5)
    assert client.post(DESK + act_of, {"reason": "x"}).status_code == 302
    User.objects.filter(pk=viewer.pk).update(is_staff=True)
    assert client.post(DESK + act_of, {"reason": "x", "coins": 5, "count": 1, "key": "k"}).status_code in (302, 403)
    assert (coins_of(viewer), RedeemCode.objects.count(), Audit.objects.count()) == (5, 0, 0)


def make_rows(numbers: range) -> None:
    now = clock.now()
    for n in numbers:
        person = User.objects.create_user(f"person{n}")
        give(person, 500)
        payouts.ask(actor=person, coins=100)
        topups.make_codes(actor=SYSTEM, coins=1, count=1)
        RedeemCode.objects.filter(used_by=None).update(used_by=person, used_at=now)
        facts = {"user": person, "coins": 1, "price": 1, "currency": "USD", "provider": "local"}
        Purchase.objects.create(created_at=now, **facts)
        Price.objects.create(kind="play", host=person, value=n, created_by=person, created_at=now)
        payer = ledger.account_of(person)
        facts = {"key": f"play:x:{n}", "kind": "play", "payer": payer, "outcome": "waived"}
        Minute.objects.create(began_at=now, created_at=now, **facts)
        Audit.objects.create(passed=True, created_at=now, cleared_by=person)
        CoinPack.objects.create(coins=n + 1, price=1)


def test_it_asks_as_often_for_sixty_rows_as_for_ten(desk):
    names = ["account", "transfer", "payout", "redeemcode", "purchase", "price", "minute", "audit", "coinpack", "gift"]
    make_rows(range(10))
    few = {name: queries_for(desk, f"{DESK}{name}/") for name in names}
    make_rows(range(10, 60))
    assert {name: queries_for(desk, f"{DESK}{name}/") for name in names} == few


def test_coins_in_a_form_are_plain_digits():
    with pytest.raises(ValidationError):
        CoinsField().clean("１２")
    assert CoinsField().clean(" 12 ") == 12


def test_payouts_that_wait_are_one_click_away(desk, host):
    give(host, 500)
    row = payouts.ask(actor=host, coins=100)
    Payout.objects.filter(pk=row.pk).update(created_at=clock.now() - timedelta(days=3))
    page = desk.get(DESK + "payout/", {"state__exact": "asked"})
    assert [each.pk for each in page.context["cl"].queryset] == [row.pk]
