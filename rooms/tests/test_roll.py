"""What is told of comings and goings is true, whatever happens in whatever order: nobody leaves who did not join, none
joins twice, and whoever was not told to have left is there."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core import clock
from core.errors import DomainError
from core.flow import sweep
from core.models import Event, User
from rooms import announce, roll
from rooms.flows import OPEN
from rooms.models import Role, Stay
from rooms.services import bans, channels, leases, stays
from rooms.tests.test_watch import RUNS

WHO = st.integers(0, 2)
ROLES = st.sampled_from([Role.VIEWER, Role.UPLOADER])
NAMES = {Role.VIEWER: "audience", Role.UPLOADER: "uploader"}


class Comings(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.people = [User.objects.create_user(f"p{n}", realm="1234567890") for n in range(3)]
        self.host = self.people[0]
        self.channel = channels.create(actor=self.host, title="A show", with_group=False, open_upload=True)
        self.cid = self.channel.cid

    def teardown(self) -> None:
        clock.offset = timedelta(0)
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    def tries(self, verb, **fields) -> None:
        try:
            with transaction.atomic():
                verb(**fields)
        except DomainError:
            pass

    @rule(who=WHO, tab=st.sampled_from("ab"))
    def join(self, who, tab):
        self.tries(stays.join, actor=self.people[who], cid=self.cid, connection=tab)

    @rule(who=WHO, tab=st.sampled_from("ab"))
    def go_on_air(self, who, tab):
        self.tries(stays.go_on_air, actor=self.people[who], cid=self.cid, connection=tab)

    @rule(who=WHO, role=ROLES, verb=st.sampled_from([stays.arrive, stays.lose]))
    def hear(self, who, role, verb):
        stay = Stay.objects.filter(user=self.people[who], role=role, state__in=OPEN).first()
        if stay:
            self.tries(verb, sid=stay.sid, connection=stay.connection)

    @rule(who=WHO, role=ROLES)
    def leave(self, who, role):
        self.tries(stays.leave, actor=self.people[who], cid=self.cid, role=role)

    @rule(who=st.integers(1, 2))
    def ban(self, who):
        self.tries(bans.add, actor=self.host, cid=self.cid, uid=self.people[who].uid, time=0)

    @rule()
    def close(self):
        self.tries(channels.close, actor=self.host, cid=self.cid)

    @rule()
    def reopen(self):
        self.tries(channels.reopen, actor=self.host, cid=self.cid)

    @rule(seconds=st.sampled_from([5, 31, 50]))
    def time_goes_by(self, seconds):
        clock.offset += timedelta(seconds=seconds)
        sweep(leases.overdue(), leases.expire)

    @invariant()
    def what_is_told_is_the_truth(self):
        here: dict[tuple[str, str], str] = {}
        gone: set[str] = set()
        told = Event.objects.filter(subject=self.cid, name__regex="^(audience|uploader)[.]").order_by("id")
        for number, event in enumerate(told, start=1):
            part, _, verb = event.name.partition(".")
            sid, uid = event.data["stay"]["sid"], event.data["stay"]["person"]["uid"]
            assert event.data["seq"] == number
            if verb == "joined":
                assert (part, uid) not in here
                assert sid not in gone
                here[part, uid] = sid
            elif verb == "left":
                assert here.pop((part, uid)) == sid
                gone.add(sid)
            else:
                assert here[part, uid] == sid
            assert event.data["also"] == (len([1 for _, one in here if one == uid]) > (verb != "left"))
            assert event.data["others"] == any(one != uid for _, one in here)
        open_stays = Stay.objects.filter(channel__cid=self.cid, state__in=OPEN).select_related("user")
        assert here == {(NAMES[stay.role], stay.user.uid): stay.sid for stay in open_stays}


@pytest.mark.django_db
def test_what_is_told_of_comings_and_goings_is_the_truth():
    run_state_machine_as_test(Comings, settings=RUNS)


def tell_nobody(channel, stays_, reason, role):
    """A hall that is emptied and says nothing of it."""


def number_all_alike(channel, many):
    return 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("place", "verb", "mutant"),
    [(announce, "stays_ended", tell_nobody), (roll, "_numbers", number_all_alike)],
)
def test_what_is_not_the_truth_is_found_out(monkeypatch, place, verb, mutant):
    monkeypatch.setattr(place, verb, mutant)
    with pytest.raises((AssertionError, KeyError)):
        run_state_machine_as_test(Comings, settings=RUNS)
