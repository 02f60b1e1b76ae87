"""A socket that was opened with a UserSig lasts as long as that does."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from core import clock, credentials
from core.models import User
from core.threads import in_database, later

WARNED = 60  # seconds before the end
LONGEST_WAIT = 24 * 3600  # seconds; what lasts for longer is looked at again then


class Vouched:
    """`warn` is called with the seconds that are left, `end` when none are."""

    def __init__(self, warn: Callable[[int], None], end: Callable[[], None]) -> None:
        self._warn, self._end = warn, end
        self._until: datetime | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def by(self, usersig: str, *, same: User | None = None) -> User:
        """Whom it vouches for, from now until its end. Raises LoginRequired; NotAllowed, also `other_person` where that
        is somebody else than `same`."""
        person, now = await in_database(lambda: (credentials.identify(usersig, same=same), clock.now()))
        self._until = person.until
        self._wait((person.until - now).total_seconds())
        return person.user

    def forget(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _wait(self, left: float) -> None:
        self._call_in(min(max(left - WARNED, 0), LONGEST_WAIT), lambda: later(self._look()))

    def _call_in(self, seconds: float, what: Callable[[], None]) -> None:
        self.forget()
        self._timer = asyncio.get_running_loop().call_later(seconds, what)

    async def _look(self) -> None:
        left = (self._until - await in_database(clock.now)).total_seconds()
        if left > WARNED + 1:
            self._wait(left)
            return
        self._warn(max(round(left), 0))
        self._call_in(max(left, 0), self._end)
