"""Sockets of an app's people and of its guests: opened by what they bring, open as long as that is good."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import Client

from core import clock, guests
from core.models import User
from core.tests.staff import fields
from partners.models import Partner
from partners.services import apps
from partners.tests.doors import cookie_of, door

pytestmark = pytest.mark.django_db(transaction=True)
SHOP = "https://shop.example"


@pytest.fixture
def app(make_app):
    return make_app(origins=[SHOP])


@pytest.fixture
def place(app) -> dict:
    """An open channel of the app, with chat."""
    return app.server("ann").post("/api/v1/channels/", {"title": "Ann's"}).json()


@pytest.fixture
def chat(place) -> str:
    return "/ws/chat/" + place["gid"].replace("@", "%40").replace("#", "%23") + "/"


@pytest.fixture
def room(place) -> str:
    return f"/ws/rooms/{place['cid']}/"


def by(sig: str) -> dict:
    """As a page brings it."""
    return {"origin": SHOP, "offered": ("footlight", f"usersig.{sig}")}


async def signed(app, uid: str, **options: object) -> str:
    return await sync_to_async(app.usersig)(uid, **options)


def who(path: str, first: str, **how: object) -> str | None:
    """The uid that the place takes one for."""

    async def ask():
        async with door(path, **how) as one:
            return (await one.hears(first))["me"]["uid"]

    return async_to_sync(ask)()


@pytest.mark.parametrize(("place_", "first"), [("chat", "chat.welcome"), ("room", "room.snapshot")])
def test_CALL_4_a_usersig_opens_both_sockets_as_header_and_as_subprotocol(app, request, place_, first) -> None:
    path, sig = request.getfixturevalue(place_), app.usersig("bob")
    assert who(path, first, **by(sig)) == "bob"
    assert who(path, first, bearer=sig, origin="") == "bob"


def test_the_subprotocol_that_is_answered_is_ours_and_not_the_token(app, chat) -> None:
    async def ask():
        async with door(chat, **by(await signed(app, "bob"))) as one:
            return one.taken

    assert async_to_sync(ask)() == "footlight"


@pytest.mark.parametrize(
    ("sig", "code"),
    [
        ({"lasts": -1}, "usersig_expired"),
        ({"key": "0" * 64}, "usersig_forged"),
        ({"app_id": "1"}, "usersig_forged"),
    ],
)
def test_IM_16_a_usersig_that_is_not_good_is_told_why_and_closed_with_4001(app, chat, room, sig, code) -> None:
    async def ask(path: str):
        async with door(path, **by(await signed(app, "bob", **sig))) as one:
            return (await one.hears("error"))["code"], await one.closes()

    assert async_to_sync(ask)(chat) == async_to_sync(ask)(room) == (code, 4001)


def test_nonsense_is_told_so_and_another_apps_people_find_nothing(app, other_app, chat) -> None:
    async def ask(sig: str):
        async with door(chat, **by(sig)) as one:
            return (await one.hears("error"))["code"], await one.closes()

    assert async_to_sync(ask)("nonsense") == ("usersig_malformed", 4001)
    assert async_to_sync(ask)(other_app.usersig("bob")) == ("not_found", 4003)


def test_CALL_4_it_is_warned_of_its_end_and_goes_on_under_a_fresh_one(app, chat) -> None:
    async def ask():
        async with door(chat, **by(await signed(app, "bob", lasts=2))) as one:
            warned = await one.hears("auth.expiring")
            renewed = await one.asks("auth.renew", usersig=await signed(app, "bob", lasts=3600))
            await one.receive_nothing(timeout=2.5)  # past the end of the first
            return warned["in"], renewed["type"], (await one.asks("chat.send", text="still here"))["type"]

    left, *answers = async_to_sync(ask)()
    assert left in (1, 2)
    assert answers == ["reply", "reply"]


def test_CALL_4_what_is_not_renewed_ends_with_4001(app, chat) -> None:
    async def ask():
        async with door(chat, **by(await signed(app, "bob", lasts=2))) as one:
            await one.hears("auth.expiring")
            return await one.closes(within=4)

    assert async_to_sync(ask)() == 4001


def test_CALL_4_nobody_goes_on_under_the_name_of_another(app, chat) -> None:
    async def ask():
        async with door(chat, **by(await signed(app, "bob"))) as one:
            await one.hears("chat.welcome")
            wrong = [await signed(app, "eve"), await signed(app, "bob", lasts=-1), "x"]
            return [(await one.asks("auth.renew", usersig=sig))["code"] for sig in wrong]

    assert async_to_sync(ask)() == ["other_person", "usersig_expired", "usersig_malformed"]


def test_a_socket_lasts_no_longer_than_its_app(app, chat) -> None:
    Partner.objects.update(expires_at=clock.now() + timedelta(seconds=2))

    async def ask():
        async with door(chat, **by(await signed(app, "bob"))) as one:
            await one.hears("auth.expiring")
            return await one.closes(within=4)

    assert async_to_sync(ask)() == 4001


def test_pages_of_an_app_and_programs_come_without_their_cookies(chat, viewer) -> None:
    mine = cookie_of(viewer)
    assert who(chat, "chat.welcome", cookie=mine) == "viewer"
    assert who(chat, "chat.welcome", cookie=mine, origin=SHOP) is None
    assert who(chat, "chat.welcome", cookie=mine, origin="") is None


def test_a_page_from_elsewhere_is_not_answered(chat, app) -> None:
    async def ask(origin: str):
        async with door(chat, origin=origin, offered=("footlight", f"usersig.{await signed(app, 'bob')}")) as one:
            return one.connected

    assert async_to_sync(ask)("https://elsewhere.example") is False
    assert async_to_sync(ask)(SHOP + ".elsewhere.example") is False
    assert async_to_sync(ask)("null") is False


def test_pages_of_an_app_that_is_switched_off_are_pages_from_elsewhere(app, maker, chat) -> None:
    apps.disable(actor=maker, app_id=app.realm)

    async def ask():
        async with door(chat, origin=SHOP) as one:
            return one.connected

    assert async_to_sync(ask)() is False


def test_a_guests_ticket_is_one_guest_wherever_it_is_shown_and_counts_before_a_cookie(room, viewer) -> None:
    ticket = guests.to_ticket(guests.new_guest())

    async def ask(**how):
        async with door(room, offered=("footlight", f"ticket.{ticket}"), **how) as one:
            me = (await one.hears("room.snapshot"))["me"]
            return me["uid"], me["sid"]

    first, again = async_to_sync(ask)(origin=SHOP), async_to_sync(ask)(cookie=cookie_of(viewer))
    assert first == again
    assert first[0] is None


def test_a_forged_ticket_is_a_new_guest(room) -> None:
    async def ask():
        async with door(room, origin=SHOP, offered=("footlight", "ticket.abc.def.ghi")) as one:
            return (await one.hears("room.snapshot"))["me"]["uid"]

    assert async_to_sync(ask)() is None


def test_IM_10_an_app_that_is_switched_off_takes_its_peoples_sockets_along(app, other_app, maker, chat, room) -> None:
    theirs = other_app.server("eve").post("/api/v1/channels/", {"title": "Eve's"}).json()

    async def ask():
        sig, eve = by(await signed(app, "bob")), await signed(other_app, "eve")
        async with (
            door(chat, **sig) as talks,
            door(room, **sig) as there,
            door("/ws/me/", **sig) as alone,
            door(f"/ws/rooms/{theirs['cid']}/", bearer=eve, origin="") as other,
        ):
            await talks.hears("chat.welcome"), await there.hears("room.snapshot"), await alone.hears("me.welcome")
            await other.hears("room.snapshot")
            await sync_to_async(apps.disable)(actor=maker, app_id=app.realm)
            codes = [await one.closes(within=5) for one in (talks, there, alone)]
            return codes, (await other.asks("ping"))["type"]

    assert async_to_sync(ask)() == ([4001, 4001, 4001], "reply")


def test_an_app_that_is_switched_off_while_somebody_knocks_lets_them_in_no_more(app, maker, chat, monkeypatch) -> None:
    """The word to its sockets came just before this one listened."""
    from core.consumers import SocketConsumer

    join = SocketConsumer.join

    async def late(self, topic: str) -> None:
        if topic.startswith("realm."):
            await sync_to_async(apps.disable)(actor=maker, app_id=app.realm)
        await join(self, topic)

    monkeypatch.setattr(SocketConsumer, "join", late)

    async def ask():
        async with door(chat, **by(await signed(app, "bob"))) as one:
            return await one.closes(within=5)

    assert async_to_sync(ask)() == 4001


def test_who_is_switched_off_by_staff_is_shown_out_and_stays_out(app, chat, staff) -> None:
    app.client("bob").get("/api/v1/users/me/")
    bob = User.objects.get(realm=app.realm, uid="bob")
    desk = Client()
    desk.force_login(staff)

    async def ask():
        async with door(chat, **by(await signed(app, "bob"))) as one:
            await one.hears("chat.welcome")
            await sync_to_async(switch_off)(desk, bob)
            shown_out = await one.closes(within=5)
        async with door(chat, **by(await signed(app, "bob"))) as again:
            return shown_out, (await again.hears("error"))["code"], await again.closes()

    assert async_to_sync(ask)() == (4001, "signed_off", 4001)


def switch_off(desk: Client, person: User) -> None:
    """As staff does it on their page."""
    address = f"/admin/core/user/{person.pk}/change/"
    sent = fields(desk.get(address))
    del sent["is_active"]
    assert desk.post(address, sent).status_code == 302
