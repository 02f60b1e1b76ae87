"""The page in a frame: who may show it, and what a guest finds there."""

import json
import re

import pytest
from django.conf import settings
from django.test import Client

from core import guests
from partners.services import apps
from rooms.services import channels

SHOP, BLOG = "https://shop.example", "https://blog.example"


@pytest.fixture
def app(make_app):
    return make_app(origins=[SHOP])


@pytest.fixture
def make_channel(app):
    def make(**fields: object) -> str:
        return app.server("ann").post("/api/v1/channels/", {"title": "Ann's", **fields}).json()["cid"]

    return make


def framed_by(answer) -> list[str]:
    policy = answer.headers["Content-Security-Policy"]
    return re.search(r"frame-ancestors ([^;]+)", policy)[1].split()


def page_of(answer) -> dict:
    return json.loads(re.search(r'<script id="page" type="application/json">(.*?)</script>', answer.text)[1])


def test_IM_27_pages_of_the_app_may_show_its_channel_and_others_may_not(client, make_channel) -> None:
    answer = client.get(f"/embed/{make_channel()}/")
    assert answer.status_code == 200
    assert framed_by(answer) == ["'self'", *settings.SITE_ORIGINS, SHOP]
    assert "X-Frame-Options" not in answer.headers
    assert page_of(answer)["origins"] == [*settings.SITE_ORIGINS, SHOP]


def test_the_watch_page_itself_is_shown_in_no_frame(client, make_channel) -> None:
    answer = client.get(f"/c/{make_channel()}/")
    assert framed_by(answer) == ["'none'"]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_channel_of_the_site_is_shown_by_the_site_and_by_its_owners_apps(client, channel, host, app) -> None:
    assert framed_by(client.get(f"/embed/{channel.cid}/")) == ["'self'", *settings.SITE_ORIGINS]
    apps.create(actor=host, name="Blog", origins=[BLOG])
    assert framed_by(client.get(f"/embed/{channel.cid}/"))[-1] == BLOG


def test_nobody_shows_the_channels_of_an_app_that_is_switched_off(client, make_channel, app, maker) -> None:
    cid = make_channel()
    apps.disable(actor=maker, app_id=app.realm)
    assert SHOP not in framed_by(client.get(f"/embed/{cid}/"))


def test_it_knows_nobody_by_a_cookie_and_leaves_none(channel, viewer) -> None:
    browser = Client()
    browser.force_login(viewer)
    before = set(browser.cookies)
    answer = browser.get(f"/embed/{channel.cid}/")
    assert "Sign in to join the conversation." in answer.text
    assert set(browser.cookies) == before
    assert guests.from_ticket(page_of(answer)["ticket"])
    assert "guest" not in Client().get(f"/embed/{channel.cid}/").cookies


def test_a_show_for_signed_in_people_says_so_and_tells_no_more(client, make_channel) -> None:
    page = page_of(client.get(f"/embed/{make_channel(kind='LOGIN_PUBLIC')}/"))
    assert (page["gate"], page["gid"], page["snapshot"]) == ("login", None, None)


def test_a_show_for_some_looks_like_one_that_is_not_there(client, make_channel, app) -> None:
    hidden = make_channel(kind="LOGIN_SPECIFY", specify=["bob"])
    assert client.get(f"/embed/{hidden}/").status_code == client.get("/embed/nothing/").status_code == 404
    there, nothing = (client.get(f"/embed/{cid}/?app={app.realm}") for cid in (hidden, "nothing"))
    assert there.status_code == nothing.status_code == 200
    assert framed_by(there)[-1] == framed_by(nothing)[-1] == SHOP

    def shown(answer, cid: str) -> str:
        same = re.sub(r'nonce="[^"]+"|"ticket": "[^"]+"|data-now="\d+"|csrf\w+" value="\w+"', "", answer.text)
        return same.replace(cid, "")

    assert shown(there, hidden) == shown(nothing, "nothing")


def test_its_light_its_language_and_its_chat_are_the_pages_choice(client, make_channel) -> None:
    cid = make_channel()
    answer = client.get(f"/embed/{cid}/?theme=dark&language=zh-hans&chat=off").text
    assert 'data-theme="dark"' in answer
    assert '<html lang="zh-hans"' in answer
    assert "embed-side" not in answer
    assert "data-theme" not in client.get(f"/embed/{cid}/?theme=pink&language=tlh").text


def test_a_channel_without_a_chat_is_shown_too(client, host) -> None:
    silent = channels.create(actor=host, title="Silent", with_group=False)
    assert page_of(client.get(f"/embed/{silent.cid}/"))["gid"] is None
