"""Whatever people, hosts, staff and the clock do, in whatever order: the sums hold and each minute has one row."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from billing import audit, ledger
from billing.models import Account, Minute, Outcome, Transfer
from billing.prices import set_price
from billing.services import topups
from core import clock
from core.actors import SYSTEM
from core.errors import DomainError
from core.models import User
from rooms.flows import LEASE, StayState
from rooms.models import Broadcast, GiftSent, Role, Stay
from rooms.services import channels, gifts, metering, stays, traffic
from rooms.services.traffic import GIGABYTE
from rooms.tasks import sweep_stays

PEOPLE, PLACES = st.integers(0, 2), st.integers(0, 1)
PRICES, SHARES = (10, 7), (7, 4)
SPENT = ("play", "upload", "gift", "red_packet", "traffic")


class Money(RuleBasedStateMachine):
    """Three people, and two channels with a price, one of them with a free preview. Nothing of it is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.keys = iter(range(10**6))
        self.counters: dict[int, dict[int, int]] = {}  # of each stay, the engine's as last read
        self.host = User.objects.create_user("mira")
        self.people = [User.objects.create_user(f"fan{n}") for n in range(3)]
        self.channels = [channels.create(actor=self.host, title="A show", with_group=False) for _ in PRICES]
        set_price(actor=SYSTEM, kind="gigabyte", value=2)
        for channel, price in zip(self.channels, PRICES, strict=True):
            set_price(actor=SYSTEM, kind="play", value=price, place=channel.cid)
            self.go_on_air(self.channels.index(channel))
        set_price(actor=SYSTEM, kind="preview", value=20, place=self.channels[1].cid)
        set_price(actor=SYSTEM, kind="upload", value=1)
        for who, coins in enumerate((28, 100, 12)):
            self.top_up(who, coins)
            self.join(who, who % 2, "a")

    def teardown(self) -> None:
        clock.offset = timedelta(0)
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @rule(who=PEOPLE, coins=st.integers(1, 60))
    def top_up(self, who, coins):
        topups.give(actor=SYSTEM, user=self.people[who], coins=coins, reason="why not", key=f"{next(self.keys)}")

    @rule(which=st.integers(0, 9))
    def reverse(self, which):
        for row in Transfer.objects.order_by("pk")[which : which + 1]:
            with suppress(DomainError):
                ledger.reverse(row=row)

    @rule(who=PEOPLE, place=PLACES, coins=st.integers(1, 20))
    def give(self, who, place, coins):
        with suppress(DomainError):
            facts = {"actor": self.people[who], "cid": self.channels[place].cid, "key": f"{next(self.keys)}"}
            gifts.send_red_packet(coins=coins, **facts)

    @rule(who=PEOPLE, place=PLACES, tab=st.sampled_from("ab"))
    def join(self, who, place, tab):
        with suppress(DomainError):
            stays.join(actor=self.people[who], cid=self.channels[place].cid, connection=tab)

    @rule(who=PEOPLE, place=PLACES)
    def leave(self, who, place):
        stays.leave(actor=self.people[who], cid=self.channels[place].cid, role=Role.VIEWER)

    @rule(which=st.integers(0, 9))
    def vanish(self, which):
        for stay in Stay.objects.exclude(state=StayState.ENDED).order_by("pk")[which : which + 1]:
            stays.lose(sid=stay.sid, connection=stay.connection)

    @rule(place=PLACES)
    def go_on_air(self, place):
        with suppress(DomainError):
            stay = stays.go_on_air(actor=self.host, cid=self.channels[place].cid, connection="studio")
            stays.arrive(sid=stay.sid, connection="studio")

    @rule(place=PLACES)
    def stop(self, place):
        channels.stop(actor=self.host, cid=self.channels[place].cid)

    @rule(seconds=st.sampled_from([1, 20, 59, 60, 61, 150, 1000]), heard=st.sampled_from([True, True, True, False]))
    def time_goes_on(self, seconds, heard):
        clock.offset += timedelta(seconds=seconds)
        if heard:
            now = clock.now()
            Stay.objects.filter(state=StayState.UP).update(last_seen=now, deadline=now + LEASE)

    @rule(which=st.integers(0, 9), handle=st.integers(0, 1), count=st.integers(0, 3 * GIGABYTE))
    def read_counter(self, which, handle, count):
        for stay in Stay.objects.order_by("pk")[which : which + 1]:
            traffic.read({2 * stay.pk + handle: (stay.sid, count)})
            known = self.counters.setdefault(stay.pk, {})
            known[handle] = max(count, known.get(handle, 0))

    @rule()
    def sweep(self):
        sweep_stays()

    @rule(times=st.integers(1, 3))
    def beat(self, times):
        now = clock.now()
        for _ in range(times):
            metering.charge_due(), traffic.charge_due()
        for show in Broadcast.objects.all():
            assert show.gigabytes == -(-show.bytes // GIGABYTE), "each gigabyte that has begun has its row"
        for stay in Stay.objects.exclude(metered_from=None):
            assert stay.minutes == _begun(stay, now), "each minute that has begun has its row"

    @invariant()
    def the_sums_hold(self):
        assert audit.differences() == []

    @invariant()
    def nobody_owes(self):
        assert not Account.objects.filter(owner__isnull=False, balance__lt=0).exists()

    @invariant()
    def what_was_spent_is_minutes_and_gifts(self):
        for person in (*self.people, self.host):
            spent = _sum(Transfer.objects.filter(source__owner=person, kind__in=SPENT), "amount")
            watched = _sum(Minute.objects.filter(payer__owner=person, outcome=Outcome.CHARGED), "amount")
            assert spent == watched + _sum(GiftSent.objects.filter(sender=person), "coins")

    @invariant()
    def the_host_has_the_share_of_each_minute_and_the_house_the_rest(self):
        for price, share in zip(PRICES, SHARES, strict=True):
            charged = Minute.objects.filter(kind="play", amount=price).count()
            assert charged == Transfer.objects.filter(kind="play", target__owner=self.host, amount=share).count()

    @invariant()
    def each_byte_is_counted_once(self):
        counted = dict(Stay.objects.filter(bytes__gt=0).values_list("pk", "bytes"))
        assert counted == {pk: sum(known.values()) for pk, known in self.counters.items() if any(known.values())}
        assert sum(counted.values()) == _sum(Broadcast.objects.all(), "bytes")

    @invariant()
    def gigabytes_are_numbered_without_holes(self):
        for show in Broadcast.objects.all():
            keys = Minute.objects.filter(key__startswith=f"traffic:{show.pk}:").values_list("key", flat=True)
            assert sorted(int(key.rpartition(":")[2]) for key in keys) == list(range(show.gigabytes))

    @invariant()
    def minutes_are_numbered_without_holes_and_none_is_early(self):
        for stay in Stay.objects.all():
            keys = Minute.objects.filter(subject=stay.sid).values_list("key", flat=True)
            assert sorted(int(key.rpartition(":")[2]) for key in keys) == list(range(stay.minutes))
        assert not Minute.objects.filter(began_at__gt=clock.now()).exists()


def _begun(stay: Stay, now) -> int:
    until = min(now, stay.ended_at - timedelta(microseconds=1)) if stay.ended_at else now
    return max((until - stay.metered_from) // timedelta(seconds=60) + 1, 0)


def _sum(rows, field: str) -> int:
    return rows.aggregate(total=Sum(field))["total"] or 0


@pytest.mark.django_db
def test_whatever_happens_the_sums_hold_and_each_minute_has_one_row():
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=slow)
    run_state_machine_as_test(Money, settings=how)
