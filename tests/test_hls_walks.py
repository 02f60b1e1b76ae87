"""HLS in a real Chromium: whoever WebRTC does not reach is moved there by themselves, and back where it does."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Browser, go_live, plays
from tests.house import House, Person, rows, until

pytestmark = pytest.mark.walk
MIXED = """() => { const video = document.querySelector(".stage-mix video");
  return [video.getVideoPlaybackQuality().totalVideoFrames, video.muted]; }"""


@pytest.fixture
def on_air(start: Callable[..., Browser], channel: dict) -> Page:
    """The host's studio on the air."""
    studio = start("host").open(f"/studio/{channel['cid']}/")
    go_live(studio)
    return studio


def watches_hls(page: Page) -> bool:
    """The mixed picture is what is seen, it is heard, and new frames of it are decoded."""
    page.locator("#stage[data-mixed][data-stage=live]").wait_for(timeout=60_000)
    before, muted = page.evaluate(MIXED)

    def moved() -> bool:
        page.wait_for_timeout(100)
        return page.evaluate(MIXED)[0] > before + 5

    return not muted and until(moved, 30)


def test_whoever_has_no_udp_is_moved_to_hls_and_is_one_viewer_until_the_show_ends(
    on_air: Page, start: Callable[..., Browser], channel: dict, running: House
) -> None:
    page = start(udp=False, devices=False).open(f"/c/{channel['cid']}/")
    assert watches_hls(page)
    expect(page.locator("[data-act=delay]")).to_contain_text("behind")
    expect(on_air.locator("#stage [data-show=viewers]")).to_have_text("1")
    stays = """SELECT s.origin, s.state FROM rooms_stay s JOIN rooms_channel c ON c.id = s.channel_id
               WHERE c.cid = ? AND s.role = 'viewer'"""
    assert rows(running, stays, channel["cid"]) == [("socket", "up")]
    Person.known(running, "host").api("POST", f"channels/{channel['cid']}/stop/")
    page.locator("#stage[data-stage=offline]:not([data-mixed])").wait_for(timeout=30_000)


def test_where_the_host_wants_it_viewers_begin_with_hls_and_may_go_to_the_fast_way(
    on_air: Page, start: Callable[..., Browser], channel: dict, host: Person
) -> None:
    host.api("PATCH", f"channels/{channel['cid']}/", delivery="hls")
    page = start(devices=False).open(f"/c/{channel['cid']}/")
    assert watches_hls(page)
    assert page.locator(".tile[data-picture] video").count() == 1  # that of the mix: nothing else was asked for
    page.locator("[data-act=delay]").click()
    page.locator("[data-way=webrtc]").click()
    page.locator("#stage[data-delivery=webrtc][data-stage=live]:not([data-mixed])").wait_for(timeout=60_000)
    assert plays(page)
    expect(page.locator("[data-act=delay]")).to_contain_text("under a second")
