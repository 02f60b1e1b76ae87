"""A channel that costs something, at its socket and on its page."""

import json

import pytest
from asgiref.sync import async_to_sync
from channels.testing import WebsocketCommunicator
from django.test import Client

from billing.prices import set_price
from billing.tests.worlds import give
from config.asgi import application
from core.actors import SYSTEM
from rooms.services import stays

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def live(channel, host):
    """On the air at 10 coins a minute."""
    set_price(actor=SYSTEM, kind="play", value=10, place=channel.cid)
    stay = stays.go_on_air(actor=host, cid=channel.cid, connection="studio")
    stays.arrive(sid=stay.sid, connection="studio")
    return channel


def knock(channel, client: Client) -> tuple[dict, int | None]:
    """Opens the room's socket; answers its first frame and, where it closes then, its code."""

    async def ask():
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        headers = [(b"origin", b"http://127.0.0.1:8000"), (b"host", b"127.0.0.1:8000"), (b"cookie", cookie.encode())]
        door = WebsocketCommunicator(application, f"/ws/rooms/{channel.cid}/", headers=headers)
        await door.connect(timeout=10)
        first = json.loads(await door.receive_from(timeout=10))
        first = first[0] if isinstance(first, list) else first
        code = (await door.receive_output(timeout=10)).get("code") if first["type"] == "error" else None
        await door.disconnect()
        return first, code

    return async_to_sync(ask)()


def test_who_cannot_pay_is_told_what_it_needs_and_shown_out(live, viewer, client):
    give(viewer, 9)
    client.force_login(viewer)
    told, code = knock(live, client)
    assert (told["code"], told["needed"], told["balance"], code) == ("insufficient_balance", 10, 9, 4003)
    assert told["message"] == "That needs 10 coins, and you have 9."


def test_a_guest_is_told_the_price_and_asked_to_sign_in(live, client):
    told, code = knock(live, client)
    assert (told["code"], told["price"], code) == ("preview_over", 10, 4003)


def test_who_can_pay_comes_in_and_knows_what_they_have(live, viewer, client):
    give(viewer, 50)
    client.force_login(viewer)
    told, _ = knock(live, client)
    assert (told["type"], told["me"]["balance"], told["channel"]["price"]) == ("room.snapshot", 50, 10)


def test_a_guest_in_the_preview_has_no_balance(live, client):
    set_price(actor=SYSTEM, kind="preview", value=60, place=live.cid)
    told, _ = knock(live, client)
    assert (told["type"], told["me"]["balance"], told["channel"]["preview"]) == ("room.snapshot", None, 60)


def test_the_page_of_a_priced_channel_is_there_for_whoever_cannot_pay(live, viewer, client):
    assert client.get(f"/c/{live.cid}/").status_code == 200
    client.force_login(viewer)
    assert client.get(f"/c/{live.cid}/").status_code == 200
