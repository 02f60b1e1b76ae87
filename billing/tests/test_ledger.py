import pytest
from django.db import IntegrityError, transaction

from billing.ledger import account_of, house, transfer
from billing.models import Account, Transfer
from core.errors import BadInput, InsufficientBalance
from core.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer():
    return account_of(User.objects.create_user("viewer"))


def give(viewer, amount, key="gift"):
    return transfer(key=key, source=house("bank"), target=viewer, amount=amount, kind="top_up")


def test_it_moves_coins_from_one_account_to_the_other(viewer):
    give(viewer, 30)
    viewer.refresh_from_db()
    assert (viewer.balance, house("bank").balance) == (30, -30)


def test_it_moves_the_coins_of_one_key_once(viewer):
    assert give(viewer, 30).pk == give(viewer, 30).pk
    viewer.refresh_from_db()
    assert viewer.balance == 30


def test_it_refuses_to_go_below_zero_and_leaves_no_row(viewer):
    give(viewer, 30)
    with pytest.raises(InsufficientBalance):
        transfer(key="too much", source=viewer, target=house("bank"), amount=31, kind="gift")
    assert not Transfer.objects.filter(key="too much").exists()


@pytest.mark.parametrize("amount", [0, -1, 1.5, "10", True, None])
def test_it_refuses_amounts_that_are_not_whole_coins(viewer, amount):
    with pytest.raises(BadInput):
        give(viewer, amount)


def test_the_database_itself_refuses_debt(viewer):
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=viewer.pk).update(balance=-1)
