"""Staff at work in a real Chromium: what the control room shows is really there, and what it does is really done."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.chromium import Browser, go_live, plays
from tests.house import House, rows

pytestmark = pytest.mark.walk


def test_staff_sees_a_show_unseen_and_stops_it_with_a_reason(
    start: Callable[..., Browser], channel: dict, running: House
) -> None:
    studio = start("host").open(f"/studio/{channel['cid']}/")
    go_live(studio)
    desk = start("staff").open("/admin/")
    room = desk.locator(".rooms li").filter(has_text=channel["title"]).first
    expect(room).to_contain_text("live")

    desk.locator("#now a.act", has_text="Live wall").click()
    show = desk.locator(f".show[data-cid='{channel['cid']}']")
    show.scroll_into_view_if_needed()
    expect(show.locator("video")).to_have_count(1)
    assert plays(desk)
    assert desk.evaluate("document.querySelector('video[data-feed]').videoWidth") >= 320
    expect(studio.locator("#stage [data-show=viewers]")).to_have_text("0")
    stays = """SELECT s.role FROM rooms_stay s JOIN rooms_channel c ON c.id = s.channel_id WHERE c.cid = ?"""
    assert rows(running, stays, channel["cid"]) == [("uploader",)]

    act(desk, show, "Freeze", "Look at rule 4")
    expect(show.locator("[data-word]")).to_have_text("Frozen")
    expect(studio.locator("#house-told")).to_contain_text("Look at rule 4")
    act(desk, show, "Let the show go on", "It is fine")
    expect(show.locator("[data-word]")).to_be_empty()
    assert plays(desk)

    act(desk, show, "Stop the show", "Enough for tonight")
    expect(studio.locator("#house-told")).to_contain_text("Enough for tonight")
    expect(studio.locator("#studio")).to_have_attribute("data-status", "ready")
    expect(show).to_have_count(0)


def act(desk: Page, show: Locator, label: str, reason: str) -> None:
    show.get_by_role("link", name=label).click()
    desk.locator("[name=reason]").fill(reason)
    desk.get_by_role("button", name=label).click()
    desk.wait_for_url("**/live/")
