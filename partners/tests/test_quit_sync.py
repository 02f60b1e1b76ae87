"""Somebody leaves a group at one of their clients: what the others hear of it."""

import json

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from rest_framework.test import APIClient

from partners.tests.doors import door

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mine(maker) -> APIClient:
    client = APIClient()
    client.force_login(maker)
    return client


def choose(mine, app, mode: str) -> None:
    assert mine.patch(f"/api/v1/apps/{app.realm}/", {"quit_sync": mode}).json()["quit_sync"] == mode


def address(gid: str, platform: str) -> str:
    return f"/ws/chat/{gid.replace('@', '%40').replace('#', '%23')}/?platform={platform}"


def heard_at_the_web(app, gid: str, platform: str = "android", **fields: object) -> list[dict]:
    """What the page hears when the person leaves at the other client, said to a third socket last."""

    async def ask():
        how = {"bearer": app_sig, "origin": ""}
        async with door(address(gid, "web"), **how) as web, door(address(gid, platform), **how) as phone:
            await web.hears("chat.welcome"), await phone.hears("chat.welcome")
            await phone.asks("chat.leave", **fields)
            heard = []
            while not await web.receive_nothing(timeout=0.5):
                said = json.loads(await web.receive_from())
                heard += said if isinstance(said, list) else [said]
            return [frame for frame in heard if frame["type"] == "user.message"]

    app_sig = app.usersig("bob")
    return async_to_sync(ask)()


@pytest.fixture
def gid(app) -> str:
    return app.server("ann").post("/api/v1/channels/", {"title": "Ann's"}).json()["gid"]


@pytest.mark.parametrize("mode", ["synced", "independent"])
def test_IM_23_a_goodbye_at_the_phone_is_told_to_the_page_in_words_that_nobody_reads(app, mine, gid, mode) -> None:
    choose(mine, app, mode)
    (told,) = heard_at_the_web(app, gid)
    assert (told["from"], told["desc"], told["ext"]) == (None, "", "footlight.quit")
    assert json.loads(told["data"]) == {"gid": gid, "platform": "android", "mode": mode}


def test_IM_23_signing_out_at_the_phone_leaves_no_group(app, gid) -> None:
    assert heard_at_the_web(app, gid, quit=False) == []


def test_IM_23_leaving_a_member_group_over_rest_is_told_before_the_door_shuts(app, mine) -> None:
    choose(mine, app, "synced")
    made = (
        app.server("ann").post("/api/v1/groups/", {"title": "Circle", "type": "Public", "join_option": "free"}).json()
    )
    bob = app.client("bob")
    path = f"/api/v1/groups/{made['gid'].replace('#', '%23')}/"
    assert bob.post(path + "join/").json()["status"] == "joined"

    async def ask():

        async with door(address(made["gid"], "web"), bearer=sig, origin="") as web:
            await web.hears("chat.welcome")
            await sync_to_async(bob.post)(path + "quit/", {"platform": "ios"})
            return (await web.hears("user.message"))["data"]

    sig = app.usersig("bob")
    assert json.loads(async_to_sync(ask)())["platform"] == "ios"


def test_a_mode_that_is_none_is_refused(app, mine) -> None:
    assert mine.patch(f"/api/v1/apps/{app.realm}/", {"quit_sync": "sometimes"}).status_code == 400
