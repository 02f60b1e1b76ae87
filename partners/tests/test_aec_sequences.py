"""Any sequence of events, with repeats and in any order: never a fault, a debt, a minute paid twice, a wrong count."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from billing import audit
from billing.models import Account, Minute
from billing.prices import set_price
from core import clock
from core.actors import SYSTEM
from partners.aec.actions import ACTIONS, PREFIX
from rooms.flows import OPEN, StayState
from rooms.models import Broadcast, Channel, Role, Stay
from rooms.tasks import charge_minutes, sweep_stays

pytestmark = pytest.mark.django_db

PEOPLE = ("ann", "bob", "cat", "")
ROOMS = ("c1", "c2")
LIVE = sorted(name.removeprefix(PREFIX) for name in ACTIONS if name.startswith(PREFIX))
USUAL = ("USER_ONLINE", "USER_PLAYING", "USER_OFFLINE", "UPLOADER_UPLOADING", "UPLOADER_DISCONNECT")


class Centre(RuleBasedStateMachine):
    """`aec` is given by the test, which undoes everything between the examples."""

    @initialize(play=st.sampled_from([0, 10]), upload=st.sampled_from([0, 10]))
    def open(self, play: int, upload: int) -> None:
        self.sent: list[tuple[str, dict]] = []
        self.moment = 1_000
        for uid in ("ann", "bob", "cat"):
            self.aec.give(uid, 35)
        for name in ROOMS:
            channel = self.aec.channel(name, roomId=f"r-{name}", conCurrentNumber="2")
            for kind, value in (("play", play), ("upload", upload)):
                set_price(actor=SYSTEM, kind=kind, value=value, place=channel.cid)

    @rule(action=st.sampled_from([*LIVE, *USUAL * 4]), who=st.sampled_from(PEOPLE), where=st.sampled_from(ROOMS))
    def say(self, action: str, who: str, where: str) -> None:
        self.moment += 1
        more = {"specify": "bob", "groupId": "none", "roomId": f"r-{where}", "conCurrentNumber": "2"}
        facts = {"userId": who, "channelId": where, "time": str(self.moment), "discharge": "100"}
        self.sent.append((action, {**more, **facts} if "CREATE" in action else facts))
        self._tell(*self.sent[-1])

    @rule(back=st.integers(1, 8))
    def say_again(self, back: int) -> None:
        if self.sent:
            self._tell(*self.sent[-min(back, len(self.sent))])

    @rule(seconds=st.sampled_from([1, 30, 60, 61, 200]))
    def wait(self, seconds: int) -> None:
        self.later(seconds=seconds)

    @rule()
    def beat(self) -> None:
        charge_minutes()
        sweep_stays()

    def _tell(self, action: str, facts: dict) -> None:
        answer = self.aec.say(action, **facts)
        assert (answer["status"], type(answer["data"])) in {("0", int), ("1", str), ("1", dict)}

    @invariant()
    def nobody_owes_and_no_minute_is_paid_twice(self) -> None:
        assert not Account.objects.filter(owner__isnull=False, balance__lt=0).exists()
        assert not Minute.objects.values("subject", "began_at").annotate(n=Count("id")).filter(n__gt=1).exists()

    @invariant()
    def there_are_as_many_as_are_let_in(self) -> None:
        for channel in Channel.objects.exclude(max_people=0):
            people = Stay.objects.filter(channel=channel, state__in=OPEN).exclude(user=channel.owner_id)
            assert people.values("person").distinct().count() <= 2
            up = Stay.objects.filter(channel=channel, role=Role.UPLOADER, state=StayState.UP).exists()
            assert (channel.state == "live") == up
            assert not up or channel.broadcasts.filter(ended_at=None).count() == 1

    @invariant()
    def each_byte_is_counted_once(self) -> None:
        sums = [sum(rows.values_list("bytes", flat=True)) for rows in (Stay.objects.all(), Broadcast.objects.all())]
        assert sums[1] <= sums[0] <= 100 * len([facts for _, facts in self.sent if "discharge" in facts])


def test_AEC_0_to_AEC_19_any_sequence_of_events_leaves_things_right(aec, later) -> None:
    class Undone(Centre):
        def __init__(self) -> None:
            super().__init__()
            self.aec, self.later = aec, later
            self.block = transaction.atomic()
            self.block.__enter__()

        def teardown(self) -> None:
            assert audit.differences() == []
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)
            clock.offset = timedelta(0)

    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=4, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
