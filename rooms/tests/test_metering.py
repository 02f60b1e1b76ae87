"""Minutes watched and on the air: charged once, at their start, under the terms one came in with."""

from datetime import timedelta

import pytest

from billing import audit, minutes
from billing.ledger import INCOME, house
from billing.models import Account, Audit, Minute, Outcome, Price
from billing.prices import set_price
from billing.tests.worlds import coins_of, give
from core import clock
from core.actors import SYSTEM
from core.errors import InsufficientBalance, LoginRequired
from core.guests import new_guest
from rooms.flows import StayState
from rooms.models import Role, Stay
from rooms.services import leases, metering, rounds, stays
from rooms.tasks import charge_minutes, sweep_stays
from rooms.tests.crowd import Crowd

pytestmark = pytest.mark.django_db


def price(channel, coins, kind="play"):
    set_price(actor=SYSTEM, kind=kind, value=coins, place=channel.cid)


@pytest.fixture
def live(channel, host):
    """The channel on the air at 10 coins a minute."""
    price(channel, 10)
    stay = stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
    stays.arrive(sid=stay.sid, connection="studio")
    channel.refresh_from_db()
    return channel


def join(actor, channel, connection="tab"):
    return stays.join(actor=actor, cid=channel.cid, connection=connection)


@pytest.fixture
def pass_time(later):
    """Time goes on, and everybody's socket shows that it is there."""

    def move(seconds):
        later(seconds=seconds)
        Stay.objects.filter(state=StayState.UP).update(last_seen=clock.now(), deadline=clock.now() + timedelta(45))

    return move


def outcomes(stay):
    return list(Minute.objects.filter(subject=stay.sid).order_by("began_at").values_list("outcome", "amount", "reason"))


def test_pl2_the_first_minute_is_charged_at_its_start_and_shared(live, viewer, host):
    give(viewer, 100)
    stay = join(viewer, live)
    charge_minutes()
    assert outcomes(stay) == [(Outcome.CHARGED, 10, "")]
    assert (coins_of(viewer), coins_of(host), house(INCOME).balance) == (90, 7, 3)


def test_pl2_each_minute_once_however_often_the_beat_nudges(live, viewer, pass_time):
    give(viewer, 100)
    stay = join(viewer, live)
    for _ in range(3):
        charge_minutes(), charge_minutes()
        pass_time(60)
    assert [amount for _, amount, _ in outcomes(stay)] == [10, 10, 10]
    assert coins_of(viewer) == 70


def test_what_a_whole_number_leaves_over_goes_to_the_house(live, viewer, host):
    price(live, 7)
    give(viewer, 100)
    join(viewer, live)
    charge_minutes()
    assert (coins_of(host), house(INCOME).balance) == (4, 3)


def test_a_free_channel_writes_nothing(channel, viewer, pass_time):
    stay = join(viewer, channel)
    pass_time(120)
    charge_minutes()
    assert outcomes(stay) == []


def test_a_new_price_never_touches_a_running_stay(live, viewer, pass_time):
    give(viewer, 1000)
    running = join(viewer, live)
    price(live, 500)
    charge_minutes()
    pass_time(60)
    charge_minutes()
    assert [amount for _, amount, _ in outcomes(running)] == [10, 10]
    assert Price.objects.count() == 2


def test_a_call_that_hosts_and_channels_name_no_price_for_costs_what_the_house_says(live, viewer, host):
    set_price(actor=SYSTEM, kind="share", value=50, host=host)
    give(viewer, 100)
    join(viewer, live)
    charge_minutes()
    assert coins_of(host) == 5


def test_who_cannot_pay_the_first_minute_does_not_come_in(live, viewer):
    give(viewer, 9)
    with pytest.raises(InsufficientBalance) as refusal:
        join(viewer, live)
    assert refusal.value.detail == {"needed": 10, "balance": 9}


def test_when_the_coins_are_gone_the_stay_ends_in_the_same_moment_and_one_may_come_back(live, viewer, pass_time):
    give(viewer, 10)
    stay = join(viewer, live)
    charge_minutes()
    pass_time(60)
    charge_minutes()
    stay.refresh_from_db()
    assert (stay.state, stay.end_reason) == (StayState.ENDED, "no_balance")
    assert [outcome for outcome, *_ in outcomes(stay)] == [Outcome.CHARGED, Outcome.INSUFFICIENT]
    with pytest.raises(InsufficientBalance):
        join(viewer, live)
    give(viewer, 50)
    assert join(viewer, live).state == StayState.UP


def test_twenty_stays_of_a_payer_with_coins_for_one_minute(host, viewer, django_capture_on_commit_callbacks):
    from rooms.services import channels

    give(viewer, 10)
    rows = []
    for n in range(20):
        channel = channels.create(actor=host, title=f"Show {n}", with_group=False)
        price(channel, 10)
        stay = stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
        stays.arrive(sid=stay.sid, connection="studio")
        rows.append(join(viewer, channel))
    charge_minutes()
    ends = Stay.objects.filter(pk__in=[row.pk for row in rows]).values_list("state", flat=True)
    assert sorted(ends) == [StayState.ENDED] * 19 + [StayState.UP]
    assert (coins_of(viewer), audit.differences()) == (0, [])


def test_minutes_begun_off_the_air_or_lost_are_waived_and_their_numbers_run_on(live, viewer, host, pass_time, later):
    give(viewer, 100)
    stay = join(viewer, live)
    charge_minutes()
    uploader = Stay.objects.get(role=Role.UPLOADER)
    stays.lose(sid=uploader.sid, connection="studio")
    pass_time(60)
    charge_minutes()
    stays.arrive(sid=uploader.sid, connection="studio")
    pass_time(60)
    charge_minutes()
    stays.lose(sid=stay.sid, connection="tab")
    later(seconds=29)
    leases.renew(signs=[])
    later(seconds=31)
    Stay.objects.filter(pk=stay.pk).update(deadline=clock.now() + timedelta(30))
    charge_minutes()
    assert outcomes(stay) == [
        (Outcome.CHARGED, 10, ""),
        (Outcome.WAIVED, 0, "off_air"),
        (Outcome.CHARGED, 10, ""),
        (Outcome.WAIVED, 0, "not_here"),
    ]
    keys = Minute.objects.order_by("key").values_list("key", flat=True)
    assert list(keys) == [f"play:{stay.sid}:{n}" for n in range(4)]


def test_who_leaves_pays_for_the_minutes_begun_and_for_no_other(live, viewer, pass_time):
    give(viewer, 100)
    stay = join(viewer, live)
    pass_time(61)
    stays.leave(actor=viewer, cid=live.cid, role=Role.VIEWER)
    pass_time(600)
    charge_minutes(), charge_minutes()
    assert [amount for _, amount, _ in outcomes(stay)] == [10, 10]
    assert Stay.objects.get(pk=stay.pk).next_minute_at is None


def test_a_minute_begun_while_lost_is_waived_though_the_stay_is_over_by_the_beat(live, viewer, later, pass_time):
    give(viewer, 100)
    stay = join(viewer, live)
    charge_minutes()
    pass_time(45)
    stays.lose(sid=stay.sid, connection="tab")
    later(seconds=30)  # the second minute begins meanwhile
    sweep_stays()
    charge_minutes()
    assert Stay.objects.get(pk=stay.pk).end_reason == "timeout"
    assert outcomes(stay)[1:] == [(Outcome.WAIVED, 0, "not_here")]


def test_a_goodbye_of_somebody_who_was_lost_pays_for_no_minute_begun_while_lost(live, viewer, later, pass_time):
    give(viewer, 100)
    stay = join(viewer, live)
    charge_minutes()
    pass_time(45)
    stays.lose(sid=stay.sid, connection="tab")
    later(seconds=20)
    stays.leave(actor=viewer, cid=live.cid, role=Role.VIEWER)
    charge_minutes()
    assert outcomes(stay)[1:] == [(Outcome.WAIVED, 0, "not_here")]


def test_a_goodbye_is_a_sign_of_life_for_the_minute_it_ends(live, viewer, later):
    give(viewer, 100)
    stay = join(viewer, live)
    charge_minutes()
    later(seconds=61)  # nothing was heard of them since they came
    Stay.objects.filter(pk=stay.pk).update(last_seen=clock.now() - timedelta(seconds=10))
    stays.leave(actor=viewer, cid=live.cid, role=Role.VIEWER)
    charge_minutes()
    assert outcomes(stay)[1:] == [(Outcome.CHARGED, 10, "")]


def test_the_preview_is_free_once_a_person_and_show(live, viewer, pass_time):
    price(live, 30, kind="preview")
    stay = join(viewer, live)  # without a coin
    charge_minutes()
    assert outcomes(stay) == []
    stays.leave(actor=viewer, cid=live.cid, role=Role.VIEWER)
    pass_time(31)
    with pytest.raises(InsufficientBalance):
        join(viewer, live)
    give(viewer, 100)
    again = join(viewer, live)
    charge_minutes()
    assert outcomes(again) == [(Outcome.CHARGED, 10, "")]


def test_after_the_preview_a_guest_is_asked_to_sign_in(live, pass_time):
    price(live, 30, kind="preview")
    guest = new_guest()
    stay = join(guest, live)
    pass_time(31)
    charge_minutes()
    stay.refresh_from_db()
    assert (stay.state, stay.end_reason) == (StayState.ENDED, "preview_over")
    with pytest.raises(LoginRequired) as refusal:
        join(guest, live)
    assert refusal.value.code == "preview_over"


def test_the_host_does_not_pay_for_their_own_show_as_viewer_and_pays_for_the_air(channel, host, pass_time):
    price(channel, 10), price(channel, 2, kind="upload")
    give(host, 100)
    stay = stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
    stays.arrive(sid=stay.sid, connection="studio")
    join(host, channel)
    pass_time(1)
    charge_minutes()
    pass_time(60)
    charge_minutes()
    assert (coins_of(host), house(INCOME).balance) == (98, 2)


def test_a_host_without_coins_is_off_the_air(channel, host, pass_time):
    price(channel, 2, kind="upload")
    give(host, 2)
    stay = stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
    stays.arrive(sid=stay.sid, connection="studio")
    for _ in range(3):
        charge_minutes()
        pass_time(60)
    stay.refresh_from_db()
    channel.refresh_from_db()
    assert (stay.end_reason, channel.state) == ("no_balance", "idle")


def test_after_an_outage_ten_minutes_are_charged_and_the_rest_is_waived(live, viewer, later):
    give(viewer, 1000)
    stay = join(viewer, live)
    later(seconds=60 * 30 + 1)
    Stay.objects.update(last_seen=clock.now())
    charge_minutes()
    charged = [amount for _, amount, _ in outcomes(stay) if amount]
    reasons = {reason for outcome, _, reason in outcomes(stay) if outcome == Outcome.WAIVED}
    assert (len(charged), len(outcomes(stay)), reasons) == (11, 31, {"outage"})  # ten late ones, and the present one


def test_nobody_is_cut_for_a_debt_made_by_our_outage(live, viewer, later):
    give(viewer, 30)
    stay = join(viewer, live)
    later(seconds=60 * 5 + 1)
    Stay.objects.update(last_seen=clock.now())
    charge_minutes()
    reasons = [(outcome, reason) for outcome, _, reason in outcomes(stay)]
    assert reasons[:3] == [(Outcome.CHARGED, "")] * 3
    assert reasons[3:5] == [(Outcome.WAIVED, "late_and_short")] * 2
    assert reasons[5] == (Outcome.INSUFFICIENT, "")  # the present minute: it is that one that cannot be paid


def test_late_minutes_without_a_sign_of_life_are_waived(live, viewer, later):
    give(viewer, 1000)
    stay = join(viewer, live)
    later(seconds=60 * 4 + 1)  # nobody's socket was heard meanwhile
    charge_minutes()
    assert [reason for _, _, reason in outcomes(stay)][1:] == ["not_here"] * 4


def test_a_failed_audit_halts_billing_until_staff_clear_it(live, viewer, staff):
    give(viewer, 100)
    stay = join(viewer, live)
    Account.objects.filter(owner=viewer).update(balance=5000)
    row = audit.run()
    assert not row.passed
    assert {finding["check"] for finding in row.findings} == {"account", "whole"}
    charge_minutes()
    assert outcomes(stay) == []
    Account.objects.filter(owner=viewer).update(balance=100)
    audit.clear(actor=staff, row=row)
    charge_minutes()
    assert outcomes(stay) == [(Outcome.CHARGED, 10, "")]
    assert audit.run().passed
    assert Audit.objects.count() == 2
    assert not minutes.halted()


def test_stays_that_ended_before_their_next_minute_do_not_hold_up_the_others(live, viewer, later, monkeypatch):
    monkeypatch.setattr(rounds, "BATCH", 2)
    Crowd("gone", stays=5).come()
    metering.charge_due()
    Stay.objects.filter(connection="gone").update(state=StayState.ENDED, ended_at=clock.now(), end_reason="left")
    later(seconds=61)  # their next minute would have begun, and it is the turn of two batches of them first
    give(viewer, 100)
    stay = join(viewer, live)
    charge_minutes()
    assert outcomes(stay) == [(Outcome.CHARGED, 10, "")]


def test_it_asks_the_database_as_often_for_forty_stays_as_for_four(live, host, django_assert_max_num_queries):
    from core.models import User

    for n in range(40):
        person = User.objects.create_user(f"fan{n}")
        give(person, 100)
        join(person, live)
    with django_assert_max_num_queries(32):
        metering.charge_due()
    assert Minute.objects.count() == 40
