"""The ledger: what it moves, what it refuses, and what the database itself will not have."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.ledger import BANK, account_of, app_account, house, reverse, transfer
from billing.models import Account, Transfer
from core.errors import BadInput, DomainError, IllegalMove, InsufficientBalance
from core.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(viewer):
    return account_of(viewer)


def give(account, amount, key="a gift"):
    return transfer(key=key, source=house(BANK), target=account, amount=amount, kind="top_up")


def balance(account):
    return Account.objects.get(pk=account.pk).balance


def test_it_moves_coins_from_one_account_to_the_other(mine):
    give(mine, 30)
    assert (balance(mine), balance(house(BANK))) == (30, -30)


def test_it_moves_the_coins_of_one_key_once(mine):
    assert give(mine, 30).pk == give(mine, 30).pk
    assert balance(mine) == 30


@pytest.mark.parametrize("other", [{"amount": 31}, {"kind": "gift"}])
def test_a_key_that_stands_for_another_transfer_is_refused(mine, other):
    give(mine, 30)
    facts = {"key": "a gift", "source": house(BANK), "target": mine, "amount": 30, "kind": "top_up", **other}
    with pytest.raises(IllegalMove) as refusal:
        transfer(**facts)
    assert refusal.value.code == "key_reused"
    assert balance(mine) == 30


def test_it_refuses_to_go_below_zero_and_leaves_no_row(mine):
    give(mine, 30)
    with pytest.raises(InsufficientBalance):
        transfer(key="too much", source=mine, target=house(BANK), amount=31, kind="gift")
    assert not Transfer.objects.filter(key="too much").exists()


def test_an_app_never_mints(mine):
    with pytest.raises(InsufficientBalance):
        transfer(key="minted", source=app_account("app1"), target=mine, amount=1, kind="top_up")
    give(app_account("app1"), 5, key="funded")
    transfer(key="paid", source=app_account("app1"), target=mine, amount=5, kind="top_up")
    assert (balance(app_account("app1")), balance(mine)) == (0, 5)


@pytest.mark.parametrize("amount", [0, -1, 1.5, "10", "１０", True, None, float("nan"), 10**13])
def test_it_refuses_amounts_that_are_not_whole_coins(mine, amount):
    with pytest.raises(BadInput) as refusal:
        give(mine, amount)
    assert refusal.value.code == "bad_amount"


def test_a_mistake_is_put_right_by_the_opposite_transfer_once(mine):
    wrong = give(mine, 30)
    back = reverse(row=wrong, memo="wrong person")
    assert reverse(row=wrong) == back
    assert (back.reverses, balance(mine), Transfer.objects.count()) == (wrong, 0, 2)


def test_a_reversal_is_not_reversed(mine):
    with pytest.raises(IllegalMove):
        reverse(row=reverse(row=give(mine, 30)))


def test_what_is_spent_already_cannot_be_taken_back(mine):
    given = give(mine, 30)
    transfer(key="spent", source=mine, target=house("income"), amount=10, kind="gift")
    with pytest.raises(InsufficientBalance):
        reverse(row=given)
    assert balance(mine) == 20


def test_the_database_itself_refuses_debt(mine):
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=mine.pk).update(balance=-1)


def test_a_transfer_is_never_changed_and_never_deleted(mine):
    row = give(mine, 30)
    row.amount = 3000
    for attempt in (row.save, row.delete, Transfer.objects.all().delete, lambda: Transfer.objects.update(amount=1)):
        with pytest.raises(IllegalMove):
            attempt()


@pytest.mark.parametrize("table", ["billing_transfer", "billing_minute"])
@pytest.mark.parametrize("act", ["UPDATE {} SET amount = 1", "DELETE FROM {}"])
def test_not_even_by_hand_in_the_database(mine, viewer, table, act):
    give(mine, 30)
    from billing.tests.worlds import charged_minute

    charged_minute(viewer)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(table))


MOVES = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(-5, 60), st.integers(0, 12))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(moves=st.lists(MOVES, max_size=25))
def test_whatever_is_tried_the_sums_hold_and_nobody_owes(db, moves):
    """Random transfers, keys used again among them: the four sums of the audit."""
    from billing import audit

    accounts = [account_of(User.objects.get_or_create(username=f"p{n}")[0]) for n in range(4)] + [house(BANK)]
    for source, target, amount, key in moves:
        try:
            with transaction.atomic():
                transfer(key=f"k{key}", source=accounts[source], target=accounts[target], amount=amount, kind="gift")
        except (DomainError, IntegrityError):
            continue
    assert audit.differences() == []
