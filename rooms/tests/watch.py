"""People who come, go, vanish and return, with every word about it late, doubled or lost: what holds of the watch."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core import clock
from core.flow import sweep
from core.models import Event, User
from rooms.flows import LEASE, WATCH, StayState
from rooms.models import Role, Stay
from rooms.services import channels, leases, stays

WHO = st.integers(0, 1)
BEAT, RENEWAL = 5, 15  # seconds between two sweeps, two signs of life
LATE = timedelta(seconds=2 * BEAT)  # that the sweep may take


@dataclass
class Truth:
    """Of one person: the socket that is open, and, where none is, what the house heard last."""

    sid: str = ""
    socket: str = ""  # the one that holds the stay, while it lives
    holder: str = ""  # the one that held it last
    sign: datetime | None = None
    goodbye: datetime | None = None  # when the house heard that the holder's socket closed


class Watch(RuleBasedStateMachine):
    """`services` are the verbs under test: ours, or a mutant's."""

    lose = staticmethod(stays.lose)
    expire = staticmethod(leases.expire)
    renew = staticmethod(leases.renew)

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        host = User.objects.create_user("mira")
        self.cid = channels.create(actor=host, title="A show", with_group=False).cid
        self.people = [User.objects.create_user(f"fan{n}") for n in range(2)]
        self.truths = [Truth() for _ in self.people]
        self.closes: list[tuple[int, str, str]] = []  # what is under way: whose, which stay, which socket
        self.names = (f"s{n}" for n in count())
        self.renewed = clock.now()

    def teardown(self) -> None:
        clock.offset = timedelta(0)
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @rule(who=WHO)
    def come(self, who):
        """In a new tab; one that was open is taken over, and its socket will close."""
        truth, socket = self.truths[who], next(self.names)
        if truth.socket:
            self.closes.append((who, truth.sid, truth.socket))
        stay = stays.join(actor=self.people[who], cid=self.cid, connection=socket)
        self.truths[who] = Truth(stay.sid, socket, socket, clock.now())

    @rule(who=WHO)
    def vanish(self, who):
        """The socket is dead; whether and when the house hears of it is another matter."""
        truth = self.truths[who]
        if truth.socket:
            self.closes.append((who, truth.sid, truth.socket))
            truth.socket = ""

    @rule(which=st.integers(0, 5), twice=st.booleans())
    def hear_of_a_close(self, which, twice):
        if which < len(self.closes):
            who, sid, socket = self.closes[which] if twice else self.closes.pop(which)
            self.lose(sid=sid, connection=socket)
            truth = self.truths[who]
            if truth.sid == sid and truth.holder == socket and not truth.goodbye:
                truth.goodbye = clock.now()

    @rule(who=WHO)
    def say_goodbye(self, who):
        truth = self.truths[who]
        if truth.socket:
            stays.leave(actor=self.people[who], cid=self.cid, role=Role.VIEWER, connection=truth.socket)
            self.truths[who] = Truth()

    @rule(beats=st.integers(1, 10), sweepers=st.integers(1, 3))
    def time_goes_on(self, beats, sweepers):
        for _ in range(beats):
            clock.offset += timedelta(seconds=BEAT)
            if clock.now() - self.renewed >= timedelta(seconds=RENEWAL):
                self.show_signs()
            for _ in range(sweepers):
                sweep(leases.overdue(), self.expire)

    @rule(who=WHO)
    def return_under_the_sweepers_hand(self, who):
        """It has looked who is overdue, and then somebody is back."""
        overdue = leases.overdue()
        self.come(who)
        sweep(overdue, self.expire)

    def show_signs(self):
        self.renewed = clock.now()
        here = [truth for truth in self.truths if truth.socket]
        self.renew(signs=[leases.Sign(truth.sid, truth.socket) for truth in here])
        for truth in here:
            truth.sign = self.renewed

    @invariant()
    def whoever_is_here_is_here(self):
        for truth in self.truths:
            if truth.socket:
                stay = Stay.objects.get(sid=truth.sid)
                assert (stay.state, stay.connection) == (StayState.UP, truth.socket)

    @invariant()
    def whoever_is_gone_is_waited_for_and_then_removed(self):
        now = clock.now()
        for truth in self.truths:
            if truth.sid and not truth.socket:
                ends = truth.sign + LEASE
                ends = min(truth.goodbye + WATCH, ends + WATCH) if truth.goodbye and truth.goodbye < ends else ends
                over = Stay.objects.get(sid=truth.sid).state == StayState.ENDED
                assert not (over and now < ends), "removed too early"
                assert not (not over and now > ends + LATE), "never removed"

    @invariant()
    def each_leaving_is_told_once(self):
        told = [event.data["stay"]["sid"] for event in Event.objects.filter(name="audience.left")]
        assert sorted(told) == sorted(Stay.objects.filter(state=StayState.ENDED).values_list("sid", flat=True))
