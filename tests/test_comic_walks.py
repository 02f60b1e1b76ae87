"""The co-mic through its real doors: guests come on stage in a real Chromium and a third viewer really sees and hears
them; the words on the sockets come in their order; whoever vanishes is waited for and then missed."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.chromium import AUTOPLAY, DECODED, DESK, FAKE_DEVICES, PHONE, QUIET, Browser, go_live, stage
from tests.house import House, Person, Talk, rows, until

pytestmark = pytest.mark.walk

KEEP_LINES = """window.lines = []; window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...how) { super(...how); lines.push(this); }
}"""
PACKETS = """async (feed) => {
  const [track] = document.querySelector(`audio[data-feed="${feed}"]`)?.srcObject?.getTracks() ?? [];
  for (const line of lines.filter(({connectionState}) => connectionState === "connected"))
    for (const report of (await line.getStats()).values())
      if (report.type === "inbound-rtp" && report.trackIdentifier === track?.id) return report.packetsReceived;
  return 0;
}"""
LOUDEST_OF = """async (feed) => {
  const context = new AudioContext(), analyser = context.createAnalyser(), data = new Float32Array(2048);
  context.createMediaStreamSource(document.querySelector(`audio[data-feed="${feed}"]`).srcObject).connect(analyser);
  let loudest = 0;
  for (const end = performance.now() + 2500; performance.now() < end && loudest < 0.01;) {
    analyser.getFloatTimeDomainData(data);
    loudest = Math.max(loudest, ...data);
    await new Promise(requestAnimationFrame);
  }
  return loudest;
}"""
TILES = ".stage-view:not(.stage-mix)"  # the other shows what comes over HLS
BUSY_S = 4  # a busy machine shows things late; alone it is well below a second
AGO = "datetime('now', '-1 second')"


class Crowd:
    """Everybody in one Chromium, each with cookies and storage of their own: ten browsers would be too many for a
    small machine. Whoever is to be killed, or has no camera, comes `alone` in a browser of their own."""

    def __init__(self, playwright: Playwright, house: House, scratch: Callable[[str], Path]) -> None:
        self._playwright, self._house, self._scratch = playwright, house, scratch
        self._shared = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--headless=new", *QUIET, *AUTOPLAY, *FAKE_DEVICES]
        )
        self._alone: list[Browser] = []
        self.faults: list[str] = []

    def comes(self, name: str, path: str, *, phone: bool = False) -> Page:
        origin = f"http://127.0.0.1:{self._house.port}"
        context = self._shared.new_context(base_url=origin, **(PHONE if phone else DESK))
        context.grant_permissions(["camera", "microphone"])
        context.add_init_script(KEEP_LINES)
        if name:
            cookies = Person.known(self._house, name).http.cookies
            context.add_cookies([{"name": c, "value": v, "url": origin} for c, v in cookies.items()])
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{name}: {error}"))
        page.on("console", lambda said: said.type == "error" and self.faults.append(f"{name}: {said.text}"))
        page.goto(path)
        return page

    def alone(self, name: str, path: str, **options: bool) -> tuple[Browser, Page]:
        browser = Browser(self._playwright, self._house, self._scratch("profile"), **options).sign_in(name)
        self._alone.append(browser)
        return browser, browser.open(path)

    def close(self) -> None:
        self.faults += [fault for one in self._alone for fault in one.faults]
        for one in self._alone:
            one.close()
        self._shared.close()


@dataclass(frozen=True)
class Evening:
    """One show for the whole file: the host's studio, a viewer's page, and a third person's who only watches."""

    crowd: Crowd
    channel: dict
    studio: Page
    viewer: Page
    third: Page

    @property
    def path(self) -> str:
        return f"/c/{self.channel['cid']}/"


@pytest.fixture(scope="module")
def whole_evening(running: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """None of its people may have met an error on a page."""
    with sync_playwright() as playwright:
        crowd = Crowd(playwright, running, tmp_path_factory.mktemp)
        channel = Person.known(running, "host").api("POST", "channels/", title="A walk on stage").json()
        studio = crowd.comes("host", f"/studio/{channel['cid']}/")
        studio.locator("#quality").select_option("360")  # a small machine has to show it many times
        go_live(studio)
        viewer, third = (crowd.comes(name, f"/c/{channel['cid']}/") for name in ("viewer", ""))
        stage(third, "live")
        yield Evening(crowd, channel, studio, viewer, third)
        crowd.close()
    assert not crowd.faults


@pytest.fixture
def evening(whole_evening: Evening, host: Person) -> Evening:
    """With nobody on the mic and no word left over."""
    path = f"channels/{whole_evening.channel['cid']}/seats/"
    seats = host.api("GET", path).json()
    for seat in seats["users"]:
        host.api("POST", f"seats/{seat['rid']}/remove/")
    for seat in seats["waiting"]:
        host.api("POST", f"seats/{seat['rid']}/{'refuse' if seat['state'] == 'asked' else 'cancel'}/")
    for page in (whole_evening.studio, whole_evening.viewer):
        expect(page.locator(".tile[data-feed]:not([data-own]), .tile[data-own], .ask")).to_have_count(
            0 if page is whole_evening.studio else 1
        )
        page.evaluate("document.getElementById('toasts').replaceChildren()")
    return whole_evening


def raises_hand(page: Page, *, voice: bool = False) -> None:
    page.locator(".about [data-act=comic]").click()
    page.locator(f"#comic [data-way={'voice' if voice else 'video'}]").click()
    page.locator("#comic [data-act=comic-go]:enabled").click()
    expect(page.locator("#comic-note")).to_contain_text("to answer")


def accepts(studio: Page, nick: str) -> None:
    studio.locator(".ask", has_text=nick).locator("[data-act=ask-accept]").click()


def comes_on_stage(page: Page, studio: Page, nick: str, **how: bool) -> None:
    raises_hand(page, **how)
    accepts(studio, nick)
    expect(page.locator(".tile[data-own]")).to_be_visible()


def feeds(page: Page) -> dict[str, int]:
    """What is really decoded: frames by feed, one's own picture aside."""
    return {one["feed"]: one["frames"] for one in page.evaluate(DECODED) if one["feed"] != "own"}


def plays_all(page: Page, count: int, within: float = 20) -> bool:
    """That many feeds, and new frames of every one of them."""
    seen: dict[str, int] = {}

    def moved() -> bool:
        page.wait_for_timeout(100)  # lets playwright's own loop turn
        now = feeds(page)
        for feed, frames in now.items():
            seen.setdefault(feed, frames)
        return len(now) == count and all(frames > seen[feed] + 3 for feed, frames in now.items())

    return until(moved, within)


def feed_of(page: Page, nick: str) -> str:
    return page.locator(".tile", has_text=nick).get_attribute("data-feed") or ""


def hears_packets(page: Page, feed: str, ms: int = 900) -> int:
    before = page.evaluate(PACKETS, feed)
    page.wait_for_timeout(ms)
    return page.evaluate(PACKETS, feed) - before


def test_mic2_mic3_mic7_a_hand_is_raised_seen_by_the_host_alone_and_taken_down(evening: Evening) -> None:
    viewer, studio = evening.viewer, evening.studio
    viewer.locator(".about [data-act=comic]").click()
    expect(viewer.locator("#comic video")).to_be_visible()
    viewer.keyboard.press("Escape")
    expect(viewer.locator("#comic")).to_be_hidden()
    raises_hand(viewer, voice=True)
    ask = studio.locator(".ask")
    expect(ask).to_contain_text("asks to join with voice")
    expect(studio.locator("[data-show=asks]")).to_have_text("1")
    expect(viewer.locator(".ask")).to_have_count(0)
    viewer.locator("[data-act=comic-cancel]").click()
    expect(ask).to_have_count(0)
    expect(studio.locator("[data-show=asks]")).to_be_empty()
    expect(viewer.locator("#comic-note")).to_be_hidden()
    expect(viewer.locator(".about [data-act=comic]")).to_have_text("Join in")


def test_mic6_mic8_both_pages_say_that_time_ran_out_or_that_it_was_refused(evening: Evening, running: House) -> None:
    viewer, studio = evening.viewer, evening.studio
    raises_hand(viewer)
    expect(studio.locator(".ask")).to_have_count(1)
    rows(running, f"UPDATE rooms_seat SET deadline={AGO} WHERE state='asked'")
    expect(viewer.locator("#toasts")).to_contain_text("did not answer in time")
    expect(studio.locator(".ask")).to_have_count(0)
    raises_hand(viewer)
    studio.locator("[data-act=ask-refuse]").click()
    expect(viewer.locator("#toasts")).to_contain_text("cannot take you on stage now")
    expect(studio.locator(".ask")).to_have_count(0)


def test_mic5_mic11_mic13_a_third_viewer_decodes_host_and_guest(evening: Evening) -> None:
    studio, viewer, third = evening.studio, evening.viewer, evening.third
    comes_on_stage(viewer, studio, "Jun")
    assert plays_all(third, 2)
    assert plays_all(viewer, 1), "the guest sees the host, and their own picture goes no way round"
    assert plays_all(studio, 1), "the host sees the guest"
    expect(third.locator(TILES)).to_have_attribute("data-layout", "2")
    expect(third.locator("#seated")).to_contain_text("Jun")
    guest = feed_of(third, "Jun")
    assert third.evaluate(LOUDEST_OF, guest) > 0.01
    assert studio.evaluate(LOUDEST_OF, feed_of(studio, "Jun")) > 0.01
    # The host mutes: nothing goes through the engine, whatever the guest's page does.
    studio.locator("[data-act=hold-mic]").click()
    expect(viewer.locator("[data-own] .tile-held")).to_contain_text("Muted by the host")
    expect(viewer.locator("[data-own] [data-act=own-mic]")).to_be_disabled()
    expect(third.locator(".tile", has_text="Jun").locator(".tile-muted")).to_be_visible()
    assert until(lambda: hears_packets(third, guest, 300) == 0, 5)
    assert (hears_packets(third, guest), third.evaluate(LOUDEST_OF, guest) < 0.01) == (0, True)
    studio.locator("[data-act=hold-mic]").click()
    assert until(lambda: hears_packets(third, guest, 300) > 0, 5)
    viewer.locator("[data-own] [data-act=own-leave]").click()
    left = time.monotonic()
    third.locator(f'.tile[data-feed="{guest}"]').wait_for(state="detached", timeout=20_000)
    assert time.monotonic() - left < 1 + BUSY_S
    expect(viewer.locator(".tile[data-own]")).to_have_count(0)
    expect(studio.locator("#toasts")).to_contain_text("Jun has left the stage")
    expect(third.locator(TILES)).to_have_attribute("data-layout", "1")
    assert plays_all(viewer, 1)


def test_mic4_mic10_the_host_opens_a_guest_holds_moves_and_removes_them(evening: Evening) -> None:
    viewer, studio = evening.viewer, evening.studio
    comes_on_stage(viewer, studio, "Jun", voice=True)
    held = viewer.locator("[data-own] .tile-held")
    expect(studio.locator(".ask")).to_contain_text("seat 1")
    studio.locator(".ask-name").click()
    sheet = studio.locator("#seat-sheet")
    expect(sheet).to_contain_text("Seat 1: Jun")
    sheet.locator("[data-lock=video]").click()
    expect(held).to_contain_text("Camera held")
    sheet.locator("select").select_option("4")
    expect(studio.locator(".ask")).to_contain_text("seat 4")
    expect(held).to_be_hidden()
    viewer.locator("[data-own] [data-act=own-camera]").click()  # who came with a voice may be seen later
    assert plays_all(evening.third, 2)
    studio.locator(".place-button").nth(0).click()
    sheet.locator("[data-lock=video]").click()
    studio.keyboard.press("Escape")
    studio.locator(".ask-name").click()
    sheet.locator("[data-act=seat-remove]").click()
    expect(viewer.locator("#toasts")).to_contain_text("has taken your seat back")
    expect(viewer.locator(".tile[data-own]")).to_have_count(0)
    stage(viewer, "live")
    expect(studio.locator(".ask")).to_have_count(0)


def test_mic14_the_subject_says_how_the_guests_stand(evening: Evening, host: Person) -> None:
    comes_on_stage(evening.viewer, evening.studio, "Jun")
    for category, layout in (("market", "spotlight"), ("classroom", "strip"), ("", "2")):
        host.api("PATCH", f"channels/{evening.channel['cid']}/", title="By subject", category=category)
        for page in (evening.viewer, evening.studio, evening.third):
            expect(page.locator(TILES)).to_have_attribute("data-layout", layout)


def test_mic9_a_guest_is_asked_to_sign_in_and_a_missing_camera_is_explained(evening: Evening) -> None:
    assert "/accounts/login/" in (evening.third.locator(".about a", has_text="Join in").get_attribute("href") or "")
    _, rival = evening.crowd.alone("rival", evening.path, devices=False)
    rival.locator(".about [data-act=comic]").click()
    check = rival.locator(".comic-check")
    expect(check).to_have_attribute("data-check", "problem")
    expect(check).to_contain_text("No camera or microphone was found")
    expect(rival.locator("[data-act=comic-again]")).to_be_visible()
    expect(rival.locator("[data-act=comic-go]")).to_be_disabled()
    rival.close()


def test_mic1_mic16_four_feeds_three_layouts_and_a_browser_that_dies(evening: Evening, running: House) -> None:
    studio, third = evening.studio, evening.third
    pages = {"viewer": evening.viewer}
    pages["staff"] = evening.crowd.comes("staff", evening.path)
    dying, pages["rival"] = evening.crowd.alone("rival", evening.path)
    layouts = [third.locator(TILES).get_attribute("data-layout")]
    for name, page in pages.items():
        comes_on_stage(page, studio, nick_of(running, name))
        expect(third.locator(".tile", has_text=nick_of(running, name))).to_have_count(1)
        layouts.append(third.locator(TILES).get_attribute("data-layout"))
    assert layouts == ["1", "2", "grid", "grid"]
    assert plays_all(third, 4, within=30)
    expect(studio.locator(TILES)).to_have_attribute("data-count", "4")
    for layout, shown in (("1", 1), ("2", 2), ("grid", 4)):
        third.locator(f".layouts [data-set='{layout}']").click()
        expect(third.locator(f"{TILES} .tile:visible")).to_have_count(shown)
    rival = nick_of(running, "rival")
    tile = third.locator(".tile", has_text=rival)
    dying.kill()
    expect(tile.locator(".tile-gone")).to_be_visible()
    expect(studio.locator(".ask", has_text=rival)).to_contain_text("line lost")
    expect(third.locator("#seated")).to_contain_text("3 of 9 seats")
    rows(running, f"UPDATE rooms_stay SET deadline={AGO} WHERE state='lost' AND role='uploader'")
    expect(tile).to_have_count(0)
    expect(third.locator("#seated")).to_contain_text("2 of 9 seats")
    expect(studio.locator("#toasts")).to_contain_text(f"{rival} has left the stage")
    pages["staff"].close()


def nick_of(house: House, name: str) -> str:
    return rows(house, "SELECT nick FROM core_user WHERE uid = ? AND realm = ''", name)[0][0]


# ---- On the sockets ----


@pytest.fixture
def hall(running: House, evening: Evening) -> Iterator[dict[str, Talk]]:
    """Sockets of two people in the audience, and a second studio's of the host."""
    with ExitStack() as stack:
        talks = {}
        for name in ("staff", "rival", "host"):
            path = f"/ws/rooms/{evening.channel['cid']}/{'?as=host' if name == 'host' else ''}"
            talks[name] = stack.enter_context(Person.known(running, name).socket(path))
            talks[name].hears("room.snapshot")
        yield talks


def told(talk: Talk, rid: str, count: int) -> list[str]:
    """The next words about this request and about the list, in the order in which they came."""
    found: list[str] = []
    while len(found) < count:
        frame = talk.hears("seat.changed", "seats.changed")
        if frame["type"] == "seats.changed":
            found.append(f"list of {len(frame['users'])}")
        elif frame["seat"]["rid"] == rid:
            found.append(frame["seat"]["state"])
    return found


def test_mic5_mic15_request_accept_list_exit_list_in_that_order_for_everybody(hall: dict[str, Talk]) -> None:
    rid = hall["staff"].says("seat.ask", video=True)["seat"]["rid"]
    assert hall["host"].says("seat.accept", rid=rid)["seat"]["number"] == 1
    assert hall["staff"].says("seat.leave", rid=rid)["seat"]["state"] == "left"
    both = ["asked", "seated", "list of 1", "left", "list of 0"]
    assert told(hall["staff"], rid, 5) == both
    assert told(hall["host"], rid, 5) == both
    assert told(hall["rival"], rid, 2) == ["list of 1", "list of 0"]


def test_mic9_mic12_one_seat_holds_one_and_each_refusal_has_its_code(
    hall: dict[str, Talk], evening: Evening, guest: Person, host: Person
) -> None:
    cid = evening.channel["cid"]
    first = hall["staff"].says("seat.ask", number=1)["seat"]["rid"]
    again = hall["rival"].says("seat.ask", number=1)["seat"]["rid"]
    assert hall["staff"].says("seat.ask")["code"] == "already_asked"
    assert hall["rival"].says("seat.accept", rid=first)["code"] == "not_allowed"
    assert hall["host"].says("seat.accept", rid=first)["seat"]["number"] == 1
    assert hall["host"].says("seat.accept", rid=again)["code"] == "seat_taken"
    assert hall["staff"].says("seat.ask")["code"] == "already_seated"
    assert hall["host"].says("seat.ask")["code"] == "host_needs_no_seat"
    assert hall["host"].says("seat.refuse", rid=again)["seat"]["state"] == "refused"
    assert hall["host"].says("seat.accept", rid=again)["code"] == "illegal_move"
    host.api("PATCH", f"channels/{cid}/", title="One seat", seats=1)
    assert hall["rival"].says("seat.ask")["code"] == "seats_full"
    host.api("PATCH", f"channels/{cid}/", title="Nine seats", seats=9)
    with guest.socket(f"/ws/rooms/{cid}/") as stranger:
        stranger.hears("room.snapshot")
        assert stranger.says("seat.ask")["code"] == "login_required"


def test_mic3_an_invited_guest_answers_by_keyboard_goes_on_after_a_reload_and_leaves_with_the_show(
    evening: Evening,
) -> None:
    """The last one: the evening ends with it."""
    studio = evening.studio
    rival = evening.crowd.comes("rival", evening.path, phone=True)
    studio.locator("[data-act=invite]").click()
    row = studio.locator("#invite li").filter(has_text="@rival")
    row.locator("button").click()
    expect(row).to_contain_text("invited")
    dialog = rival.locator("#comic")
    expect(dialog).to_contain_text("asks you on stage")
    dialog.locator("[data-act=comic-go]:enabled").focus()
    rival.keyboard.press("Enter")
    expect(rival.locator(".tile[data-own]")).to_be_visible()
    assert plays_all(studio, 1)
    rival.reload()
    expect(rival.locator(".tile[data-own]")).to_be_visible()
    assert plays_all(studio, 1)
    studio.locator("#invite [data-close]").click()
    studio.locator("[data-act=end]").click()
    studio.locator("[data-act=confirm-end]").click()
    expect(rival.locator("#toasts")).to_contain_text("The show is over")
    stage(rival, "offline")
    expect(rival.locator(".tile[data-own]")).to_have_count(0)
