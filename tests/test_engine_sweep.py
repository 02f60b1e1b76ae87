"""Out of coins, and the server process hears nothing any more: the media end all the same."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from rooms.media.warden import Held, visit
from tests.chromium import Browser, decoded, go_live, plays
from tests.coins import have, move_minutes
from tests.house import House, Person, rows, until

pytestmark = pytest.mark.walk
PRICE = 10
WITHIN = 10  # seconds from the end of the stay to the end of its media


class Engine:
    """What Janus itself says it holds, and has sent, by the name of each connection."""

    def __init__(self, house: House) -> None:
        lines = [(house.data / name).read_text().splitlines() for name in ("env", "run/env")]
        facts = dict(line.split("=", 1) for some in lines for line in some)
        self.url, self.secret, self.names = facts["JANUS_ADMIN_URL"], facts["JANUS_ADMIN_SECRET"], {}

    def held(self) -> dict[str, Held]:
        with visit(self.url, secret=self.secret, names=self.names) as warden:
            return {one.name: one for one in warden.held()}

    def sent(self, name: str) -> int:
        with visit(self.url, secret=self.secret, names=self.names) as warden:
            (one,) = [one for one in warden.held() if one.name == name]
            return warden.sent([one])[one.handle]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One of its own: nobody else is to notice that its server is stopped."""
    one = House(tmp_path_factory.mktemp("frozen") / "data")
    try:
        yield one.wait_until_ready()
    finally:
        one.end()


@pytest.fixture
def start(playwright: Playwright, house: House, tmp_path: Path) -> Iterator[Callable[[str], Browser]]:
    started: list[Browser] = []

    def begin(name: str) -> Browser:
        started.append(Browser(playwright, house, tmp_path / f"profile-{name}").sign_in(name))
        return started[-1]

    yield begin
    for one in started:
        one.close()


@pytest.fixture
def frozen(house: House) -> Iterator[Callable[[], None]]:
    """`frozen()`: every server process stops in the middle of what it does, its sockets open. Worker, beat and engine
    go on."""
    pids = house.pids("config.asgi:application")
    assert pids
    yield lambda: [os.kill(pid, signal.SIGSTOP) for pid in pids]
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    assert until(house.answers, 30)


def ended_at(house: House, sid: str) -> str:
    query = "SELECT ended_at FROM rooms_stay WHERE sid = ? AND end_reason = 'no_balance'"
    return next((at for (at,) in rows(house, query, sid)), "")


def test_who_runs_out_of_coins_is_hung_up_though_their_server_is_frozen(
    house: House, start: Callable[[str], Browser], frozen: Callable[[], None]
) -> None:
    host, viewer = Person.known(house, "host"), Person.known(house, "viewer")
    channel = host.api("POST", "channels/", title="A walk").json()
    assert host.api("PATCH", f"channels/{channel['cid']}/prices/", play=PRICE).status_code == 200
    go_live(start("host").open(f"/studio/{channel['cid']}/"))
    have(viewer, host, PRICE)
    page = start("viewer").open(f"/c/{channel['cid']}/")
    assert plays(page)
    stays = rows(house, "SELECT sid, role FROM rooms_stay WHERE state = 'up' ORDER BY role")
    (sending, _), (watching, _) = stays
    engine, mine, theirs = Engine(house), f"stay:{watching}", f"stay:{sending}"
    assert engine.held().keys() >= {mine, theirs}
    first = engine.sent(mine)
    assert until(lambda: engine.sent(mine) > first > 0, 5)
    counted = "SELECT bytes FROM rooms_stay WHERE sid = ?"
    assert until(lambda: rows(house, counted, watching)[0][0] > 0, 25)
    assert rows(house, counted, watching)[0][0] <= engine.sent(mine)

    frozen()
    move_minutes(house, channel, 60)
    assert until(lambda: ended_at(house, watching), 20), "the worker ends the stay"
    ended = datetime.fromisoformat(ended_at(house, watching)).replace(tzinfo=UTC)
    assert until(lambda: mine not in engine.held(), WITHIN)
    took = (datetime.now(UTC) - ended).total_seconds()
    assert took < WITHIN
    assert theirs in engine.held()
    page.wait_for_timeout(500)  # what is still in its buffers
    frames = decoded(page)["frames"]
    assert not until(lambda: decoded(page)["frames"] > frames + 1, 3)
