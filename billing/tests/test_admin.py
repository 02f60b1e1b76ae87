import pytest
from django.test import Client

from billing import ledger
from core.models import User
from core.tests.staff import queries_for


@pytest.fixture
def desk(staff, client) -> Client:
    client.force_login(staff)
    return client


def top_up(user: User) -> None:
    bank, purse = ledger.house("bank"), ledger.account_of(user)
    ledger.transfer(key=f"for {user.uid}", source=bank, target=purse, amount=5, kind="top_up")


def test_it_shows_accounts_and_transfers_and_lets_nobody_change_them(desk, viewer):
    top_up(viewer)
    account = ledger.account_of(viewer)
    for model, row in (("account", account), ("transfer", account.received.get())):
        page = f"/admin/billing/{model}/{row.pk}/"
        assert desk.get(page + "change/").status_code == 200
        assert desk.post(page + "change/", {"balance": 9, "amount": 9}).status_code == 403
        assert desk.post(page + "delete/", {"post": "yes"}).status_code == 403
        assert desk.get(f"/admin/billing/{model}/add/").status_code == 403
    account.refresh_from_db()
    assert account.balance == 5


def test_it_tells_accounts_of_people_from_those_of_the_house(desk, viewer):
    top_up(viewer)
    for whose, names in (("people", ["Viewer"]), ("house", ["bank"])):
        found = desk.get("/admin/billing/account/", {"whose": whose}).context["cl"].queryset
        assert [str(account) for account in found] == names


def test_it_asks_as_often_for_thirty_transfers_as_for_three(desk):
    def make(rows: range) -> None:
        for number in rows:
            top_up(User.objects.create_user(f"person{number}"))

    pages = ("/admin/billing/account/", "/admin/billing/transfer/")
    make(range(3))
    few = [queries_for(desk, page) for page in pages]
    make(range(3, 30))
    assert [queries_for(desk, page) for page in pages] == few
