"""What the engine holds, whoever holds it."""

import asyncio

import pytest
import pytest_asyncio

from rooms.media.janus import Engine
from rooms.media.warden import Held, Warden, visit
from rooms.media.wire import Refused
from rooms.tests.media.browser import Guest, Host, until
from rooms.tests.media.real_janus import ADMIN_KEY, ADMIN_SECRET, API_SECRET, Janus

pytestmark = pytest.mark.asyncio


class Watchman:
    """Visits as the worker does, from a thread of its own."""

    def __init__(self, janus: Janus) -> None:
        self.janus, self.names = janus, {}

    async def visit(self, what):
        def go():
            with visit(self.janus.admin_url, secret=ADMIN_SECRET, names=self.names) as warden:
                return what(warden)

        return await asyncio.to_thread(go)

    async def held(self) -> dict[str, Held]:
        return {one.name: one for one in await self.visit(lambda warden: warden.held())}

    async def sent(self) -> dict[str, int]:
        held = await self.held()
        counted = await self.visit(lambda warden: warden.sent(list(held.values())))
        return {name: counted[one.handle] for name, one in held.items() if one.handle in counted}


@pytest.fixture
def watchman(janus: Janus) -> Watchman:
    return Watchman(janus)


@pytest_asyncio.fixture
async def watching(new_host, new_guest) -> tuple[Host, Guest]:
    anna, ben = new_host("anna"), new_guest("ben")
    await anna.go_live()
    ben.peer.watch(["anna"])
    await ben.next_offer(0)
    await ben.sees("0", "1")
    return anna, ben


async def test_it_sees_by_name_what_every_process_holds_and_how_much_was_sent_to_each(watching, janus, room, watchman):
    _, ben = watching
    other = Engine(janus.url, api_secret=API_SECRET, admin_key=ADMIN_KEY)
    await other.start()
    carl = Guest(other, room, "carl")
    carl.peer.watch(["anna"])
    await carl.next_offer(0)
    await carl.sees("0", "1")
    before = await watchman.sent()
    await ben.sees("0", "1")
    await carl.sees("0", "1")
    after = await watchman.sent()
    assert {"anna", "ben", "carl"} <= after.keys()
    assert after["ben"] > before["ben"] > 100
    assert after["carl"] > before["carl"] > 100
    assert after["anna"] == 0  # nothing is sent to whoever only sends
    await carl.leave()
    await other.stop()


async def test_what_it_detaches_has_no_media_any_more_and_nobody_else_notices(watching, new_guest, watchman):
    anna, ben = watching
    dora = new_guest("dora")
    dora.peer.watch(["anna"])
    await dora.next_offer(0)
    await dora.sees("0", "1")
    held = await watchman.held()
    assert await watchman.visit(lambda warden: warden.detach([held["ben"]])) == 1
    assert await watchman.visit(lambda warden: warden.detach([held["ben"]])) == 0  # gone already
    assert "ben" not in await watchman.held()
    await until(lambda: ben.events.downs, "ben's process hears of it")
    await dora.sees("0", "1")
    assert await watchman.visit(lambda warden: warden.detach([held["anna"]])) == 1
    await until(lambda: anna.events.downs, "the host's process hears of it")
    assert not {"ben", "anna"} & (await watchman.held()).keys()


async def test_a_process_and_the_warden_may_end_the_same_media_at_once(janus, engine, new_host, new_guest, watchman):
    anna = new_host("anna")
    await anna.go_live()
    for number in range(10):
        guest = new_guest(f"guest-{number}")
        guest.peer.watch(["anna"])
        await guest.next_offer(0)
        await until(lambda guest=guest: guest.events.ups, "up")
        held = (await watchman.held())[f"guest-{number}"]
        ending = asyncio.create_task(watchman.visit(lambda warden, held=held: warden.detach([held])))
        await asyncio.sleep(0.002 * number)
        guest.peer.close()
        await ending
    assert janus.alive
    assert not any(name.startswith("guest") for name in await watchman.held())


async def test_it_asks_for_the_names_of_new_handles_only(watching, watchman, monkeypatch):
    await watchman.held()
    asked = []
    real = Warden._infos
    monkeypatch.setattr(Warden, "_infos", lambda self, pairs, **more: asked.append(pairs) or real(self, pairs, **more))
    assert "ben" in await watchman.held()
    assert asked == [[]]


async def test_with_a_wrong_secret_it_is_refused(janus, engine):
    with pytest.raises(Refused), visit(janus.admin_url, secret="a guess", names={}) as warden:
        warden.held()
