"""Many people who watch priced shows, written in bulk: what faults and benchmarks are tried on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from billing.ledger import BANK, house
from billing.models import Account, Holder, Transfer, TransferKind
from core import clock
from core.models import User
from rooms.flows import LEASE, ChannelState, StayState
from rooms.models import Channel, Role, Stay

AT_ONCE = 1000


@dataclass(frozen=True)
class Crowd:
    """`name` marks everything that belongs to it: crowds of one database do not mix."""

    name: str
    stays: int
    channels: int = 1
    coins: int = 10_000  # of each person
    poor: int = 0  # each so manieth has coins for `poor_minutes` only; 0: nobody
    poor_minutes: int = 3
    price: int = 10
    share: int = 70

    def coins_of(self, number: int) -> int:
        return self.price * self.poor_minutes if self.poor and number % self.poor == 0 else self.coins

    @transaction.atomic
    def come(self) -> datetime:
        """All of them are there, their first minute begins now; answers that moment."""
        now = clock.now()
        hosts = self._people("host", self.channels)
        viewers = self._people("viewer", self.stays)
        accounts = self._accounts([*hosts, *viewers])
        self._fund({accounts[viewer.pk]: self.coins_of(n) for n, viewer in enumerate(viewers)}, now)
        self._watch(viewers, self._channels(hosts, now), now)
        return now

    def stays_now(self):
        return Stay.objects.filter(connection=self.name)

    def show_life(self, now: datetime) -> None:
        """Every socket was heard at that moment."""
        here = self.stays_now().filter(state=StayState.UP)
        here.update(last_seen=now, deadline=now + LEASE)

    def _people(self, role: str, count: int) -> list[User]:
        names = [f"{self.name}-{role}-{n}" for n in range(count)]
        people = [User(username=name, uid=name, nick=name[:20]) for name in names]
        return User.objects.bulk_create(people, batch_size=AT_ONCE)

    def _accounts(self, people: list[User]) -> dict[int, int]:
        rows = [Account(owner=person, holder=Holder.PERSON) for person in people]
        return {row.owner_id: row.pk for row in Account.objects.bulk_create(rows, batch_size=AT_ONCE)}

    def _fund(self, coins: dict[int, int], now: datetime) -> None:
        bank, facts = house(BANK), {"kind": TransferKind.TOP_UP, "created_at": now}
        rows = [
            Transfer(key=f"{self.name}:{pk}", source=bank, target_id=pk, amount=amount, **facts)
            for pk, amount in coins.items()
            if amount
        ]
        Transfer.objects.bulk_create(rows, batch_size=AT_ONCE)
        for amount in set(coins.values()):
            Account.objects.filter(pk__in=[pk for pk, some in coins.items() if some == amount]).update(balance=amount)
        Account.objects.filter(pk=bank.pk).update(balance=bank.balance - sum(coins.values()))

    def _channels(self, hosts: list[User], now: datetime) -> list[Channel]:
        facts = {"state": ChannelState.LIVE, "since": now - timedelta(hours=1)}
        return Channel.objects.bulk_create([Channel(owner=host, title=host.username, **facts) for host in hosts])

    def _watch(self, viewers: list[User], channels: list[Channel], now: datetime) -> None:
        facts = {
            "role": Role.VIEWER,
            "connection": self.name,
            "state": StayState.UP,
            "since": now,
            "deadline": now + LEASE,
            "started_at": now,
            "last_seen": now,
            "price": self.price,
            "share": self.share,
            "metered_from": now,
            "next_minute_at": now,
        }
        rows = [
            Stay(channel=channels[n % len(channels)], user=viewer, person=f"u{viewer.pk}", **facts)
            for n, viewer in enumerate(viewers)
        ]
        Stay.objects.bulk_create(rows, batch_size=AT_ONCE)
