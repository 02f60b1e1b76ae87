"""The main job, walked in a real Chromium: a host goes live, guests see, hear and read it, and nothing that breaks
on the way needs anybody's help."""

import os
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import LOUDEST, Browser, decoded, go_live, plays, stage
from tests.house import House, Person, rows, until

pytestmark = pytest.mark.walk


@pytest.fixture
def studio(start: Callable[..., Browser], channel: dict) -> Page:
    """The host's studio, on the air."""
    page = start("host").open(f"/studio/{channel['cid']}/")
    go_live(page)
    return page


@pytest.fixture
def seat(start: Callable[..., Browser], channel: dict) -> Page:
    """A guest's watch page."""
    return start().open(f"/c/{channel['cid']}/")


def show_of(house: House, channel: dict) -> list[tuple]:
    query = """SELECT b.id, b.ended_at IS NOT NULL FROM rooms_broadcast b
               JOIN rooms_channel c ON c.id = b.channel_id WHERE cid = ?"""
    return rows(house, query, channel["cid"])


def test_a_guest_sees_hears_and_reads_the_host(studio: Page, seat: Page, channel: dict, viewer: Person) -> None:
    stage(seat, "live")
    assert plays(seat)
    assert decoded(seat)["width"] * 9 == decoded(seat)["height"] * 16
    assert decoded(seat)["width"] >= 640  # a busy machine may send less than the camera's 1280
    assert seat.evaluate(LOUDEST) > 0.01
    expect(seat.locator("#stage [data-show=viewers]")).to_have_text("1")
    studio.locator("#say").fill("good evening from the stage")
    studio.locator("#say").press("Enter")
    line = seat.locator(".chat .say-host")
    expect(line).to_contain_text("good evening from the stage")
    expect(seat.locator(".composer")).to_contain_text("Sign in")
    expect(studio.locator("#stage [data-show=viewers]")).to_have_text("1")


def test_the_lobby_shows_the_live_channel_first(studio: Page, start: Callable[..., Browser], channel: dict) -> None:
    lobby = start().open("/")
    first = lobby.locator(".hero, .card").first
    expect(first).to_contain_text("Live")
    assert channel["cid"] in (first.locator("a").first.get_attribute("href") or "")


def test_a_signed_in_viewer_answers_from_a_phone(studio: Page, start: Callable[..., Browser], channel: dict) -> None:
    page = start("viewer", phone=True).open(f"/c/{channel['cid']}/")
    assert plays(page)
    page.locator("#say").fill("hello from the pocket")
    page.locator("#say").press("Enter")
    expect(studio.locator(".chat")).to_contain_text("hello from the pocket")


def test_a_dark_house_lights_up_by_itself(seat: Page, start: Callable[..., Browser], channel: dict) -> None:
    stage(seat, "offline")
    go_live(start("host").open(f"/studio/{channel['cid']}/"))
    stage(seat, "live")
    assert plays(seat)


def test_the_end_is_asked_for_twice_and_darkens_the_house(studio: Page, seat: Page) -> None:
    stage(seat, "live")
    studio.locator("[data-act=end]").click()
    studio.locator("[data-act=keep]").click()
    expect(studio.locator("#studio")).to_have_attribute("data-status", "live")
    studio.locator("[data-act=end]").click()
    studio.locator("[data-act=confirm-end]").click()
    stage(seat, "offline")
    expect(studio.locator("#studio")).to_have_attribute("data-status", "ready")


def test_a_reload_of_the_studio_continues_the_same_show(
    studio: Page, seat: Page, channel: dict, running: House
) -> None:
    assert plays(seat)
    before = show_of(running, channel)
    studio.on("dialog", lambda dialog: dialog.accept())
    studio.reload()
    studio.locator("#studio[data-status=live]").wait_for(timeout=20_000)
    assert plays(seat)
    assert show_of(running, channel) == before == [(before[0][0], 0)]


def test_a_killed_host_is_lost_at_once_and_off_the_air_when_the_watch_is_over(
    start: Callable[..., Browser], channel: dict, running: House
) -> None:
    host = start("host")
    go_live(host.open(f"/studio/{channel['cid']}/"))
    seat = start().open(f"/c/{channel['cid']}/")
    assert plays(seat)
    host.kill()
    stage(seat, "lost")
    rows(
        running,
        """UPDATE rooms_stay SET deadline = datetime('now', '-1 second') WHERE state = 'lost' AND channel_id =
           (SELECT id FROM rooms_channel WHERE cid = ?)""",
        channel["cid"],
    )
    stage(seat, "offline")
    assert show_of(running, channel)[0][1] == 1


def test_going_live_in_a_second_tab_tells_the_older_one(
    start: Callable[..., Browser], seat: Page, channel: dict, running: House
) -> None:
    older = start("host").open(f"/studio/{channel['cid']}/")
    go_live(older)
    newer = start("host").open(f"/studio/{channel['cid']}/")
    newer.locator("[data-act=go-live-here]:visible").click()
    newer.locator("#studio[data-status=live]").wait_for(timeout=20_000)
    older.locator("#stage[data-stage=elsewhere]").wait_for(timeout=20_000)
    assert plays(seat)
    assert len(show_of(running, channel)) == 1


def test_a_login_channel_asks_a_guest_to_sign_in(host: Person, start: Callable[..., Browser]) -> None:
    channel = host.api("POST", "channels/", title="For members of the house", kind="LOGIN_PUBLIC").json()
    go_live(start("host").open(f"/studio/{channel['cid']}/"))
    guest = start().open(f"/c/{channel['cid']}/")
    stage(guest, "login")
    assert decoded(guest)["frames"] == 0
    viewer = start("viewer").open(f"/c/{channel['cid']}/")
    assert plays(viewer)


def test_a_full_house_says_so_and_lets_the_next_one_in(
    studio: Page, seat: Page, host: Person, start: Callable[..., Browser], channel: dict
) -> None:
    stage(seat, "live")
    host.api("PATCH", f"channels/{channel['cid']}/", max_people=2)  # the host and one guest
    late = start().open(f"/c/{channel['cid']}/")
    stage(late, "full")
    host.api("PATCH", f"channels/{channel['cid']}/", max_people=3)
    stage(late, "live", within=30)
    assert plays(late)


def test_an_engine_that_dies_comes_back_with_everybody(studio: Page, seat: Page, running: House) -> None:
    assert plays(seat)
    dead = running.pids("janus -F")
    os.kill(min(dead), signal.SIGKILL)
    assert until(lambda: bool(running.pids("janus -F") - dead), 15)
    assert plays(seat, within=20)
    stage(seat, "live")
    studio.locator("#studio[data-status=live]").wait_for(timeout=15_000)


def test_a_guest_who_opens_a_second_tab_may_take_the_place_back(seat: Page, start: Callable[..., Browser]) -> None:
    stage(seat, "offline")
    second = seat.context.new_page()
    second.goto(seat.url)
    stage(seat, "elsewhere")
    seat.locator("[data-act=watch-here]:visible").click()
    stage(seat, "offline")
    stage(second, "elsewhere")


def test_a_refused_camera_is_explained_with_a_way_on(start: Callable[..., Browser], channel: dict) -> None:
    page = start("host", devices=False).open(f"/studio/{channel['cid']}/")
    page.locator("#stage[data-stage=denied], #stage[data-stage=missing]").wait_for(timeout=20_000)
    expect(page.locator("[data-act=try-again]:visible").first).to_be_visible()
    assert page.locator("[data-act=go-live]").first.is_disabled()


def test_an_unknown_channel_is_a_page_of_ours(start: Callable[..., Browser]) -> None:
    page = start().open("/c/nothing/")
    expect(page.locator("h1, h2").first).to_be_visible()
    assert page.locator("a[href='/']").count() >= 1


def test_closing_the_channel_tells_those_who_watch(studio: Page, seat: Page, host: Person, channel: dict) -> None:
    stage(seat, "live")
    host.api("POST", f"channels/{channel['cid']}/close/")
    stage(seat, "closed")
    assert until(lambda: studio.locator("#stage[data-stage=channel_closed]").count() == 1, 10)


def test_a_redis_that_dies_hurts_no_picture(studio: Page, seat: Page, running: House) -> None:
    assert plays(seat)
    before = decoded(seat)["feed"]
    os.kill(min(running.pids("redis-server")), signal.SIGKILL)
    studio.locator("#say").fill("still with you")
    assert until(lambda: _said(studio, "still with you"), 20)
    expect(seat.locator(".chat")).to_contain_text("still with you", timeout=20_000)
    assert plays(seat)
    assert decoded(seat)["feed"] == before
    stage(seat, "live")


def _said(page: Page, text: str) -> bool:
    """Says it (again) until it stands in the chat."""
    if page.locator(".chat").get_by_text(text).count():
        return True
    page.locator("#say").fill(text)
    page.locator("#say").press("Enter")
    page.wait_for_timeout(1000)
    return False
