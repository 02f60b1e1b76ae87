"""A call with a key is made once, whoever sends it again, and whatever breaks in between."""

from datetime import timedelta

import pytest
from django.test import Client

from billing.models import Transfer
from billing.tests.doors import post, told
from billing.tests.worlds import coins_of, give
from core import clock
from core.models import KeyedCall
from core.tasks import forget_calls

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_viewer(viewer):
    client = Client()
    client.force_login(viewer)
    return client


@pytest.fixture
def red(as_viewer, channel):
    """`red(coins, key)` sends a red packet."""
    return lambda coins, key="k": post(as_viewer, f"channels/{channel.cid}/red-packets/", {"coins": coins}, key)


def test_the_same_call_again_is_given_the_first_answer(red, viewer):
    give(viewer, 100)
    first, again = red(30), red(30)
    assert (again.status_code, again.json()) == (first.status_code, first.json()) == (201, first.json())
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert coins_of(viewer) == 70


def test_the_same_key_with_another_body_is_refused(red, viewer):
    give(viewer, 100)
    red(30)
    assert told(red(31)) == (422, "key_reused")
    assert coins_of(viewer) == 70


def test_the_order_of_fields_makes_no_other_body(as_viewer, channel, viewer):
    give(viewer, 100)
    path = f"channels/{channel.cid}/red-packets/"
    for body in ({"coins": 5, "words": "hi"}, {"words": "hi", "coins": 5}):
        assert post(as_viewer, path, body, "k").status_code == 201
    assert coins_of(viewer) == 95


def test_a_key_is_good_for_one_person_and_one_path(red, as_viewer, viewer, channel, stranger, rose):
    give(viewer, 100), give(stranger, 100)
    red(30)
    assert post(as_viewer, f"channels/{channel.cid}/gifts/", {"gift": "rose"}, "k").status_code == 201
    other = Client()
    other.force_login(stranger)
    assert post(other, f"channels/{channel.cid}/red-packets/", {"coins": 1}, "k").status_code == 201
    assert (coins_of(viewer), coins_of(stranger)) == (60, 99)


def test_a_refusal_is_not_kept_so_that_the_call_succeeds_after_a_top_up(red, viewer):
    assert told(red(30)) == (402, "insufficient_balance")
    give(viewer, 100)
    assert red(30).status_code == 201
    assert coins_of(viewer) == 70


@pytest.mark.parametrize(("key", "code"), [(None, "idempotency_key_missing"), ("x" * 65, "bad_idempotency_key")])
def test_without_a_good_key_nothing_moves(red, viewer, key, code):
    give(viewer, 100)
    assert told(red(30, key)) == (400, code)
    assert coins_of(viewer) == 100


def test_a_key_of_odd_letters_is_refused(as_viewer, channel):
    assert told(post(as_viewer, f"channels/{channel.cid}/red-packets/", {"coins": 1}, "a b")) == (
        400,
        "bad_idempotency_key",
    )


def test_a_guest_leaves_no_row(client, channel):
    assert told(post(client, f"channels/{channel.cid}/red-packets/", {"coins": 1})) == (401, "login_required")
    assert not KeyedCall.objects.exists()


def test_while_the_first_is_under_way_the_second_is_told_so_and_a_dead_one_is_taken_over(red, viewer, later):
    give(viewer, 100)
    red(30)
    KeyedCall.objects.update(status=None, answer=None)  # its process died after the coins moved
    assert told(red(30)) == (409, "in_flight")
    later(seconds=61)
    assert red(30).status_code == 201
    assert red(30).headers["Idempotent-Replayed"] == "true"
    assert coins_of(viewer) == 70


def test_a_lost_row_moves_nothing_twice_nor_for_another_body(red, viewer):
    give(viewer, 100)
    first = red(30)
    KeyedCall.objects.all().delete()
    assert red(30).json()["id"] == first.json()["id"]
    KeyedCall.objects.all().delete()
    assert told(red(31)) == (422, "key_reused")
    assert coins_of(viewer) == 70


def test_after_a_day_the_answer_is_forgotten_and_the_coins_still_move_once(red, viewer, later):
    give(viewer, 100)
    red(30)
    later(hours=23)
    assert forget_calls() == 0
    later(hours=2)
    red(30)
    assert KeyedCall.objects.get().created_at > clock.now() - timedelta(minutes=1)
    later(hours=25)
    assert forget_calls() == 1
    assert coins_of(viewer) == 70


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_one_moves_coins(viewer, channel, together):
    give(viewer, 100)

    def send():
        client = Client()
        client.force_login(viewer)
        return post(client, f"channels/{channel.cid}/red-packets/", {"coins": 30}, "k")

    answers = together([send] * 8)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert sum(answer.status_code == 201 and "Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert coins_of(viewer) == 70
    assert Transfer.objects.filter(kind="red_packet").count() == 2


def test_a_fault_of_ours_leaves_the_key_free(red, viewer, monkeypatch):
    give(viewer, 100)
    monkeypatch.setattr("rooms.services.gifts.amount_of", None)
    with pytest.raises(TypeError):
        red(30)
    monkeypatch.undo()
    assert red(30).status_code == 201


def test_an_address_that_is_longer_than_any_is_refused_like_one_that_leads_nowhere(viewer):
    client = Client()
    client.force_login(viewer)
    answer = client.post(f"/api/v1/channels/{'x' * 300}/gifts/", {}, headers={"Idempotency-Key": "1"})
    assert answer.status_code in (400, 404)
