"""Private calls, walked in a real Chromium: from the ring to the show's return, and when somebody vanishes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.chromium import Browser, go_live, plays, stage
from tests.house import House, Person, rows, until

pytestmark = pytest.mark.walk
PRICE = 30
FRAMES = """(side) => {
  const video = document.querySelector(`#call video[data-side=${side}]`);
  return video?.srcObject ? video.getVideoPlaybackQuality().totalVideoFrames : 0;
}"""


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture
def start(playwright: Playwright, running: House, tmp_path: Path) -> Iterator[Callable[..., Browser]]:
    """`start("host")`: a browser of one's own, signed in; `start()`: a guest's. None may have met an error."""
    started: list[Browser] = []

    def begin(name: str = "", **options: bool) -> Browser:
        one = Browser(playwright, running, tmp_path / f"profile-{len(started)}", **options)
        started.append(one)
        return one.sign_in(name) if name else one

    yield begin
    faults = [fault for one in started for fault in one.faults if "status of 4" not in fault]  # refused in words
    for one in started:
        one.close()
    assert not faults


@pytest.fixture
def called(host: Person, channel: dict) -> dict:
    """The channel takes private calls."""
    answer = host.api("PATCH", f"channels/{channel['cid']}/prices/", call=PRICE)
    assert answer.status_code == 200, answer.text
    return channel


@pytest.fixture
def studio(start: Callable[..., Browser], called: dict) -> Page:
    """The host's studio, on the air."""
    page = start("host").open(f"/studio/{called['cid']}/")
    go_live(page)
    return page


@pytest.fixture
def third(start: Callable[..., Browser], called: dict) -> Page:
    """A guest who only watches."""
    return start().open(f"/c/{called['cid']}/")


def ask(page: Page) -> None:
    """The dialog before it rings, once camera and microphone are there."""
    stage(page, "live")
    page.locator(".about-acts [data-act=call]").click()
    page.locator("#call-ask [data-act=ring]:enabled").wait_for(timeout=20_000)


def ring(page: Page) -> None:
    ask(page)
    page.locator("#call-ask [data-act=ring]").click()


def call_is(page: Page, state: str, within: float = 20) -> None:
    page.locator(f"#call[data-state={state}]").wait_for(timeout=within * 1000)


def sees(page: Page, side: str = "far", within: float = 20) -> bool:
    """New frames of that side are decoded now."""
    before = page.evaluate(FRAMES, side)

    def moved() -> bool:
        page.wait_for_timeout(100)  # lets playwright's own loop turn
        return page.evaluate(FRAMES, side) > before + 5

    return until(moved, within)


def call_row(house: House, channel: dict, *names: str) -> tuple:
    query = f"""SELECT {", ".join(names)} FROM rooms_call WHERE channel_id =
                (SELECT id FROM rooms_channel WHERE cid = ?) ORDER BY id DESC LIMIT 1"""
    return rows(house, query, channel["cid"])[0]


def end_the_wait(house: House, channel: dict) -> None:
    """The 30 seconds for whoever was lost from the call are over now."""
    mine = "channel_id = (SELECT id FROM rooms_channel WHERE cid = ?)"
    lost = f"SELECT 1 FROM rooms_stay WHERE role = 'call' AND state = 'lost' AND {mine}"
    assert until(lambda: bool(rows(house, lost, channel["cid"])), 20)
    past = f"UPDATE rooms_stay SET deadline = datetime('now', '-1 second') WHERE state = 'lost' AND {mine}"
    rows(house, past, channel["cid"])


def test_call1_call2_call7_call10_call13_call14_call15_a_call_from_the_ring_to_the_shows_return(
    running: House, start: Callable[..., Browser], called: dict, studio: Page, third: Page
) -> None:
    stage(third, "live")
    seat = start("viewer").open(f"/c/{called['cid']}/")
    ask(seat)
    expect(seat.locator("#call-ask .facts")).to_contain_text(str(PRICE))
    seat.locator("#call-ask [data-act=ring]").click()
    for page in (seat, studio):
        call_is(page, "live")
        assert sees(page, "far")
        assert sees(page, "near")
    stage(third, "away")
    expect(third.locator("#stage .overlay:visible")).to_contain_text("private call")
    assert third.locator("video[data-feed]").count() == 0
    assert call_row(running, called, "state") == ("talking",)
    assert rows(running, "SELECT state FROM rooms_channel WHERE cid = ?", called["cid"]) == [("away",)]

    seat.locator("[data-act=call-hang-up]").click()
    call_is(seat, "ended")
    expect(seat.locator("#call .facts:visible")).to_contain_text(f"1 minute at {PRICE}")
    stage(third, "live", within=8)
    assert plays(third)
    studio.locator("#studio[data-status=live]").wait_for(timeout=8000)
    expect(studio.locator("[data-notice]")).to_contain_text("hung up")
    seat.locator("[data-act=call-back]").click()
    stage(seat, "live")
    assert plays(seat)
