"""Deliveries: at least once, tried again on a ladder, leased, in order, and no endpoint at another's cost."""

import json
import threading
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from standardwebhooks import Webhook as Verifier

from core import clock
from core.events import record
from core.models import Event
from core.retention import forget_events
from partners import courier, tasks
from partners.courier import Couriers, Pool
from partners.flows import LEASE, DeliveryState
from partners.models import Delivery, Webhook
from partners.services import deliveries, outbox
from partners.services.deliveries import GIVES_UP, JITTER, LADDER, LONGEST_ASKED, Due, Outcome
from partners.tests.receiver import Receiver

BASE = "/api/v1/webhooks/"


def happens(app, subject: str = "1", **data: object) -> None:
    record("transfer", subject=subject, realm=app.realm, **{"amount": 1, **data})


def kept() -> Delivery:
    return Delivery.objects.get()


def ids(them) -> list[str]:
    return [call.headers["webhook-id"] for call in them.calls]


@pytest.fixture
def no_jitter(monkeypatch):
    monkeypatch.setattr(deliveries, "JITTER", 0)


@pytest.fixture
def failing(them):
    """They answer 500."""
    them.answer = lambda call: (500, {}, b"")


def test_it_is_tried_again_on_a_ladder_of_75_hours_with_one_id_and_one_body(
    app, hook, them, beat, later, stopped, no_jitter, failing
) -> None:
    hook("transfer")
    happens(app)
    began = clock.now()
    beat()
    for tries, wait in enumerate(LADDER, start=1):
        assert kept().deadline == kept().since + timedelta(seconds=wait)
        later(seconds=wait - 1)
        beat()
        assert len(them.calls) == tries
        later(seconds=1)
        beat()
        assert len(them.calls) == tries + 1
    row = kept()
    assert (row.state, row.attempts, row.last_status, row.last_error) == ("failed", 12, 500, "HTTP 500")
    assert timedelta(hours=74) < clock.now() - began < timedelta(hours=76)
    assert (len(set(ids(them))), len({call.body for call in them.calls})) == (1, 1)
    later(days=1)
    beat()
    assert len(them.calls) == 12


def test_a_wait_is_a_little_longer_or_shorter_by_chance(app, hook, them, beat, stopped, failing) -> None:
    hook("transfer")
    for subject in range(20):
        happens(app, str(subject))
    outbox.fan_out()
    while Delivery.objects.filter(attempts=0).exists():
        beat()
    waits = [(row.deadline - row.since).total_seconds() for row in Delivery.objects.all()]
    assert len(set(waits)) > 1
    assert all(LADDER[0] * (1 - JITTER) <= wait <= LADDER[0] * (1 + JITTER) for wait in waits)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("60", 60),
        ("1", LADDER[0]),
        ("9999999999", LONGEST_ASKED),
        ("soon", LADDER[0]),
        ("-5", LADDER[0]),
        ("", LADDER[0]),
    ],
)
def test_what_they_ask_for_is_waited_within_reason(
    app, hook, them, beat, stopped, no_jitter, asked: str, wait: int
) -> None:
    them.answer = lambda call: (429, {"Retry-After": asked}, b"")
    hook("transfer")
    happens(app)
    beat()
    assert kept().deadline - kept().since == timedelta(seconds=wait)


def test_they_may_ask_for_a_date(app, hook, them, beat, stopped, no_jitter) -> None:
    date = (clock.now() + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    them.answer = lambda call: (503, {"Retry-After": date}, b"")
    hook("transfer")
    happens(app)
    beat()
    assert timedelta(seconds=88) < kept().deadline - kept().since <= timedelta(seconds=90)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_is_a_success(app, hook, them, beat, status: int) -> None:
    them.answer = lambda call: (status, {}, b"")
    hook("transfer")
    happens(app)
    beat()
    assert (kept().state, kept().last_status) == ("delivered", status)


@pytest.mark.parametrize("status", [301, 302, 304, 400, 401, 404, 500, 503])
def test_anything_else_is_none_and_no_redirect_is_followed(app, hook, them, beat, status: int) -> None:
    them.answer = lambda call: (status, {"Location": them.url + "elsewhere"}, b"")
    hook("transfer")
    happens(app)
    beat()
    assert (kept().state, kept().last_status, len(them.calls)) == ("waiting", status, 1)


def test_gone_switches_it_off_at_once_and_tells_its_owner(
    app, hook, them, beat, maker, django_capture_on_commit_callbacks
) -> None:
    maker.email = "maker@example.org"
    maker.save()
    them.answer = lambda call: (410, {}, b"")
    made = hook("transfer")
    with Receiver() as others:
        hook("webhook.disabled", url=others.url)
        happens(app)
        with django_capture_on_commit_callbacks(execute=True):
            beat()
        beat()
        assert json.loads(others.calls[0].body)["data"]["webhook"]["id"] == made["id"]
    shown = app.server().get(f"{BASE}{made['id']}/").json()
    assert (shown["status"], shown["off_reason"]) == ("disabled", "gone")
    assert made["url"] in mail.outbox[0].body
    happens(app)
    beat()
    assert len(them.calls) == 1


def test_five_days_of_failure_switch_it_off(app, hook, them, beat, later, failing) -> None:
    wid = hook("transfer")["id"]
    happens(app, "1")
    beat()
    later(seconds=GIVES_UP.total_seconds() - 60)
    happens(app, "2")
    beat()
    assert Webhook.objects.get(wid=wid).status == "active"
    later(minutes=2)
    happens(app, "3")
    for _ in range(3):
        beat()
    assert (Webhook.objects.get().status, Webhook.objects.get().off_reason) == ("disabled", "failing")


def test_one_success_in_between_begins_the_five_days_anew(app, hook, them, beat, later, failing) -> None:
    hook("transfer")
    happens(app, "1")
    beat()
    later(days=4)
    them.answer = lambda call: (200, {}, b"")
    beat()
    assert Webhook.objects.get().failing_since is None
    them.answer = lambda call: (500, {}, b"")
    later(days=2)
    happens(app, "2")
    beat()
    assert Webhook.objects.get().status == "active"


def test_what_waited_for_an_endpoint_that_was_off_is_sent_when_it_is_on_again(
    app, hook, them, beat, later, failing
) -> None:
    wid = hook("transfer")["id"]
    happens(app)
    beat()
    app.server().patch(f"{BASE}{wid}/", {"status": "paused"})
    later(minutes=5)
    beat()
    assert len(them.calls) == 1
    them.answer = lambda call: (200, {}, b"")
    app.server().patch(f"{BASE}{wid}/", {"status": "active"})
    beat()
    assert kept().state == "delivered"


def test_a_worker_that_dies_in_the_midst_leaves_a_lease_and_loses_nothing(
    app, hook, them, beat, later, monkeypatch
) -> None:
    hook("transfer")
    happens(app)

    class Killed(BaseException):
        pass

    def killed(row):
        courier_call(row)  # it reached them, and nobody wrote it down
        raise Killed

    courier_call = courier.call
    monkeypatch.setattr(courier, "call", killed)
    with pytest.raises(Killed):
        beat()
    assert kept().state == DeliveryState.SENDING
    monkeypatch.setattr(courier, "call", courier_call)
    later(seconds=LEASE.total_seconds() - 1)
    beat()
    assert len(them.calls) == 1
    later(seconds=1)
    beat()
    first, again = them.calls
    assert (first.headers["webhook-id"], first.body) == (again.headers["webhook-id"], again.body)
    assert (kept().state, kept().attempts) == ("delivered", 2)


def test_a_late_word_about_a_try_that_somebody_else_took_over_is_not_heard(app, hook, them, later) -> None:
    hook("transfer")
    happens(app)
    outbox.fan_out()
    late = deliveries.take(webhook=Webhook.objects.get().pk)
    later(seconds=LEASE.total_seconds())
    second = deliveries.take(webhook=Webhook.objects.get().pk)
    deliveries.settle(row=second, outcome=Outcome(True, 5, 200))
    deliveries.settle(row=late, outcome=Outcome(False, 60_000, error="ReadTimeout"))
    assert (kept().state, Webhook.objects.get().failing_since) == ("delivered", None)


def test_a_beat_that_runs_twice_tells_nothing_twice(app, hook, them, beat) -> None:
    hook("transfer")
    happens(app)
    for _ in range(3):
        beat()
    assert len(them.calls) == 1


def test_those_of_one_subject_go_in_their_order(app, hook, them, beat) -> None:
    hook("transfer")
    for number in range(12):
        happens(app, str(number % 2), amount=number)
    beat()
    told = [json.loads(call.body) for call in them.calls]
    for subject in ("0", "1"):
        amounts = [one["data"]["amount"] for one in told if one["subject"] == subject]
        assert amounts == sorted(amounts)
        assert len(amounts) == 6


def test_the_second_of_a_subject_waits_for_the_first_try_of_the_first_and_no_longer(app, hook) -> None:
    hook("transfer")
    for number in range(2):
        happens(app, amount=number)
    happens(app, "other")
    outbox.fan_out()
    pk = Webhook.objects.get().pk
    first, beside = deliveries.take(webhook=pk), deliveries.take(webhook=pk)
    assert [json.loads(row.body)["subject"] for row in (first, beside)] == ["1", "other"]
    deliveries.settle(row=beside, outcome=Outcome(True, 5, 200))
    assert deliveries.take(webhook=pk) is None
    deliveries.settle(row=first, outcome=Outcome(False, 5, 500))
    assert json.loads(deliveries.take(webhook=pk).body)["data"]["amount"] == 1


def test_an_endpoint_is_called_twice_at_a_time_at_most_and_once_while_it_fails(app, hook) -> None:
    hook("transfer")
    for subject in "abcd":
        happens(app, subject)
    outbox.fan_out()
    pk = Webhook.objects.get().pk
    held = [row for row in (deliveries.take(webhook=pk) for _ in range(4)) if row]
    assert len(held) == 2
    for row in held:
        deliveries.settle(row=row, outcome=Outcome(False, 5, 500))
    assert [bool(deliveries.take(webhook=pk)) for _ in range(2)] == [True, False]


def test_an_event_that_cannot_be_said_holds_up_no_other(app, hook, them, beat) -> None:
    hook(shape="agora")
    record("audience.joined", subject="x", realm=app.realm, nonsense=True)
    hook("transfer")
    happens(app)
    beat()
    assert len(them.calls) == 1
    assert not Event.objects.filter(fanned_out=False).exists()


def test_old_deliveries_and_old_events_are_forgotten(app, hook, them, beat, later, settings) -> None:
    hook("transfer")
    happens(app)
    beat()
    assert tasks.forget_deliveries() == 0
    later(days=settings.WEBHOOK_KEEP_DAYS + 1)
    assert tasks.forget_deliveries() == 1


def test_events_are_kept_for_a_while_and_longer_where_nobody_fanned_them_out(app, hook, beat) -> None:
    happens(app, "old")
    beat()
    happens(app, "waits")
    Event.objects.update(created_at=clock.now() - timedelta(days=31))
    happens(app, "new")
    assert forget_events() == 1
    assert set(Event.objects.values_list("subject", flat=True)) >= {"waits", "new"}


def test_a_restored_house_tells_nothing_twice(app, hook, them, beat) -> None:
    """What waited in the backup may have gone out from the house that it was taken from."""
    hook("transfer")
    happens(app, "queued")
    outbox.fan_out()
    happens(app, "not yet queued")
    deliveries.on_restored(taken_at=clock.now(), last_event=Event.objects.latest("pk").pk)
    happens(app, "after")
    beat()
    assert len(them.calls) == 1
    assert dict(Delivery.objects.values_list("subject", "state")) == {"queued": "failed", "after": "delivered"}


def test_many_that_wait_for_one_endpoint_hide_no_other(app, hook) -> None:
    dead, well = (Webhook.objects.get(wid=hook("transfer")["id"]) for _ in range(2))
    for subject in range(5):
        happens(app, str(subject))
    outbox.fan_out()
    Webhook.objects.filter(pk=dead.pk).update(failing_since=clock.now())
    well.deliveries.filter(subject__gt="0").delete()
    assert deliveries.due() == [Due(well.pk, False), Due(dead.pk, True)]


@pytest.fixture
def threads(monkeypatch):
    """The task with the pool it has in a worker. `threads()` waits until all lanes are done."""
    made = Couriers(lambda: Pool(courier.THREADS))
    monkeypatch.setattr(tasks, "couriers", made)

    def wait(seconds: float = 20) -> None:
        ends = time.monotonic() + seconds
        while made._lanes.total() and time.monotonic() < ends:
            threading.Event().wait(0.02)
        assert not made._lanes.total()

    yield wait
    wait()
    if made._pool:
        made._pool.shutdown()


@pytest.mark.django_db(transaction=True)
def test_dead_endpoints_delay_nobody_else(make_app, threads, monkeypatch) -> None:
    release = threading.Event()
    dead = lambda call: (release.wait(15), (500, {}, b""))[1]  # noqa: E731
    with Receiver(dead) as grave, Receiver() as alive:
        for number in range(6):
            app = make_app(f"Dead {number}")
            app.server().post(BASE, {"url": grave.url, "events": ["transfer"]})
            for subject in "abc":
                happens(app, subject)
        tasks.tell_webhooks()
        app = make_app("Live")
        secret = app.server().post(BASE, {"url": alive.url, "events": ["transfer"]}).json()["secret"]
        for subject in range(10):
            happens(app, str(subject))
        began = time.monotonic()
        tasks.tell_webhooks()
        while len(alive.calls) < 10 and time.monotonic() < began + 10:
            threading.Event().wait(0.02)
        took = time.monotonic() - began
        release.set()
        threads()
    Verifier(secret).verify(alive.calls[0].body, alive.calls[0].headers)
    assert (len(alive.calls), len(set(ids(alive)))) == (10, 10)
    assert took < 2
    assert Delivery.objects.filter(webhook__partner=app.row).exclude(state="delivered").count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_send_each_message_once(app, hook, them, together, threads) -> None:
    hook("transfer")
    for subject in range(30):
        happens(app, str(subject))
    together([tasks.tell_webhooks] * 3)
    threads()
    while Delivery.objects.exclude(state="delivered").exists():
        tasks.tell_webhooks()
        threads()
    assert sorted(ids(them)) == sorted(Delivery.objects.values_list("mid", flat=True))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_an_event_that_commits_after_a_later_one_is_not_passed_by(app, hook, them, beat) -> None:
    hook("transfer")
    begun, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            happens(app, "slow")
            begun.set()
            finish.wait(10)
        connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    begun.wait(10)
    happens(app, "quick")
    beat()
    finish.set()
    writer.join()
    beat()
    assert [json.loads(call.body)["subject"] for call in them.calls] == ["quick", "slow"]
