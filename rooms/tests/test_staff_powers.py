"""Staff power that is given and taken away while sockets of that person are open."""

from urllib.parse import quote

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission
from django.test import Client

from conftest import person
from core.models import User
from core.tests.staff import fields
from partners.tests.doors import cookie_of, door

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
MUTE = {"uid": "viewer", "seconds": 60, "reason": "noise"}


@pytest.fixture
def helper(db) -> User:
    """Of the staff, for chats and the wall alone."""
    helper = person("helper")
    User.objects.filter(pk=helper.pk).update(is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=("change_group", "watch_channel")))
    return helper


@pytest.fixture
def at_chat(channel):
    """`await at_chat(user)`: their socket of the channel's chat."""

    @sync_to_async
    def knock(user: User):
        return door(f"/ws/chat/{quote(channel.group.gid)}/", cookie=cookie_of(user))

    return knock


@sync_to_async
def change(staff: User, user: User, **changes: object) -> None:
    """By a superuser, on the person's page."""
    desk, page = Client(), f"/admin/core/user/{user.pk}/change/"
    desk.force_login(staff)
    assert desk.post(page, fields(desk.get(page), **changes)).status_code == 302


async def test_who_is_of_the_staff_no_more_rules_and_hears_nothing_at_an_open_chat(at_chat, helper, staff, viewer):
    async with await at_chat(helper) as chat:
        assert (await chat.hears("chat.welcome"))["me"]["moderator"]
        assert (await chat.asks("chat.mute", **MUTE))["type"] == "reply"
        await change(staff, helper, is_staff=False)
        assert not (await chat.hears("chat.welcome"))["me"]["moderator"]
        assert (await chat.asks("chat.mute", **MUTE))["code"] == "not_allowed"


@pytest.mark.parametrize("taken", ["staff", "right"])
async def test_power_that_went_unsaid_is_gone_all_the_same(at_chat, helper, viewer, taken):
    async with await at_chat(helper) as chat:
        assert (await chat.asks("chat.mute", **MUTE))["type"] == "reply"
        if taken == "right":
            await helper.user_permissions.aclear()
        else:
            await User.objects.filter(pk=helper.pk).aupdate(is_staff=False)
        assert (await chat.asks("chat.mute", **MUTE))["code"] == "not_allowed"


async def test_who_may_watch_the_wall_no_more_is_shown_out(channel, helper, staff):
    cookie = await sync_to_async(cookie_of)(helper)
    async with door(f"/ws/rooms/{channel.cid}/?as=staff", cookie=cookie) as wall:
        await wall.hears("room.snapshot")
        await change(staff, helper, user_permissions=[])
        assert await wall.closes() == 4003


async def test_power_that_is_given_counts_at_once(at_chat, viewer, helper, staff):
    async with await at_chat(viewer) as chat:
        assert not (await chat.hears("chat.welcome"))["me"]["moderator"]
        await change(staff, viewer, is_staff=True, is_superuser=True)
        assert (await chat.hears("chat.welcome"))["me"]["moderator"]
        assert (await chat.asks("chat.mute", **MUTE | {"uid": "host"}))["type"] == "reply"


async def test_but_not_without_the_second_step_where_it_is_asked_for(at_chat, viewer, staff, settings):
    async with await at_chat(viewer) as chat:
        await chat.hears("chat.welcome")
        await change(staff, viewer, is_staff=True, is_superuser=True)
        await chat.hears("chat.welcome")
        settings.STAFF_MFA_REQUIRED = True
        assert (await chat.asks("chat.mute", **MUTE | {"uid": "host"}))["code"] == "not_allowed"
