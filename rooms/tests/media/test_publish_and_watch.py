import pytest

pytestmark = pytest.mark.asyncio


async def test_it_shows_a_host_to_a_guest(new_host, new_guest):
    anna, ben = new_host("anna"), new_guest("ben")
    await anna.go_live()
    ben.peer.watch(["anna"])
    lines = await ben.next_offer(0)
    assert [(line.feed, line.kind) for line in lines] == [("anna", "audio"), ("anna", "video")]
    await ben.sees(*(line.mid for line in lines))
    assert ben.events.ups == 1
    assert not ben.events.failed
