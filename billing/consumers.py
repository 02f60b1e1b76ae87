"""The person's own socket: what concerns nobody but them."""

from billing.models import Account
from core.consumers import SocketConsumer
from core.errors import LoginRequired
from core.threads import in_database


class MeConsumer(SocketConsumer):
    """`ws/me/`: hears, and says nothing."""

    async def opened(self) -> None:
        await self.require_entry()
        await self.join_own_topic()
        await self.tell_all()

    async def require_entry(self) -> None:
        if not self.actor.pk:
            raise LoginRequired()

    async def tell_all(self, **marks: object) -> None:
        self.push("me.welcome", uid=self.actor.uid, balance=await in_database(self._balance), **marks)

    def _balance(self) -> int:
        return Account.objects.filter(owner_id=self.actor.pk).values_list("balance", flat=True).first() or 0
