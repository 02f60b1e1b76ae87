"""Small worlds for tests of money."""

from billing import minutes
from billing.ledger import BANK, account_of, house, transfer
from billing.minutes import Due
from billing.models import Account
from core import clock
from core.models import User


def give(user: User, coins: int, key: str = "") -> None:
    key = key or f"given:{user.pk}:{coins}"
    transfer(key=key, source=house(BANK), target=account_of(user), amount=coins, kind="top_up")


def coins_of(user: User) -> int:
    return Account.objects.get(owner=user).balance


def charged_minute(user: User) -> None:
    give(user, 10)
    now = clock.now()
    minutes.settle([Due("play:s:0", "play", "s", now, account_of(user).pk, 10)], now)
