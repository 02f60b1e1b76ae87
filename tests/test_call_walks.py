"""Private calls, walked in a real Chromium: from the ring to the show's return, and when somebody vanishes."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from websockets.sync.client import connect

from tests.chromium import Browser, go_live, plays, stage
from tests.coins import balance, have
from tests.house import House, Person, rows, until

pytestmark = pytest.mark.walk
PRICE = 30
OFFER = (Path(__file__).parent.parent / "rooms" / "tests" / "media" / "descriptions" / "chromium_offer.sdp").read_text()
FRAMES = """(side) => {
  const video = document.querySelector(`#call video[data-side=${side}]`);
  return video?.srcObject ? video.getVideoPlaybackQuality().totalVideoFrames : 0;
}"""


@pytest.fixture
def excused() -> str:
    return "status of 4"  # refused in words


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
    running: House,
    start: Callable[..., Browser],
    called: dict,
    studio: Page,
    third: Page,
    viewer: Person,
    host: Person,
) -> None:
    stage(third, "live")
    before = balance(viewer), balance(host)
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
    expect(seat.locator("[data-show=call-left]")).to_contain_text(f"{before[0] - PRICE:,} left")

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
    assert (balance(viewer), balance(host)) == (before[0] - PRICE, before[1] + PRICE * 70 // 100)


class Engine:
    """Somebody who got through to the media engine itself, past all our doors."""

    def __init__(self, house: House) -> None:
        folder = house.data / "janus"
        port = re.search(r"\bws_port = (\d+)", (folder / "janus.transport.websockets.jcfg").read_text())[1]
        self._secret = re.search(r'api_secret = "(.+)"', (folder / "janus.jcfg").read_text())[1]
        self._socket = connect(f"ws://127.0.0.1:{port}", subprotocols=["janus-protocol"])
        self._session = self._ask(janus="create")["data"]["id"]
        plugin = "janus.plugin.videoroom"
        self._handle = self._ask(janus="attach", plugin=plugin, session_id=self._session)["data"]["id"]

    def _ask(self, **fields: object) -> dict:
        self._socket.send(json.dumps({"transaction": "t", "apisecret": self._secret, **fields}))
        while (heard := json.loads(self._socket.recv(timeout=10)))["janus"] == "ack":
            pass
        return heard

    def says(self, **body: object) -> dict:
        """The plugin's answer."""
        to = {"session_id": self._session, "handle_id": self._handle}
        return self._ask(janus="message", body=body, **to)["plugindata"]["data"]

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *fault: object) -> None:
        self._socket.close()


def test_call8_call11_call12_call16_call18_call20_the_host_is_asked_and_a_thief_finds_nothing_afterwards(
    running: House, start: Callable[..., Browser], called: dict, studio: Page, host: Person, viewer: Person
) -> None:
    host.api("PATCH", f"channels/{called['cid']}/", auto_accept_calls=False)
    seat = start("viewer").open(f"/c/{called['cid']}/")
    ring(seat)
    expect(studio.locator("#stage [data-when=ring]")).to_contain_text("Jun")
    expect(studio.locator("#stage [data-when=ring]")).to_contain_text(str(PRICE))
    studio.locator("[data-act=ring-refuse]").click()
    call_is(seat, "ended")
    expect(seat.locator("#call [data-call=ended]")).to_contain_text("said no this time")
    seat.locator("[data-act=call-back]").click()

    ring(seat)
    call_is(seat, "ringing")
    expect(seat.locator(".call-seconds")).to_have_attribute("aria-label", re.compile("of 15 seconds left"))
    seat.locator("[data-act=call-cancel]").click()
    expect(studio.locator("#stage [data-when=ring]")).to_be_hidden()
    assert call_row(running, called, "state") == ("cancelled",)

    ring(seat)
    studio.locator("[data-act=ring-accept]").click()
    for page in (seat, studio):
        call_is(page, "live")
        assert sees(page)

    seat.reload()  # whoever comes back within the 30 seconds goes on with the same call
    call_is(seat, "live")
    assert sees(seat)
    assert sees(studio)
    call_id, room = call_row(running, called, "call_id", "room_key")
    with Engine(running) as engine:
        inside = engine.says(request="listparticipants", room=room)["participants"]
        stranger = Person.known(running, "rival").socket(f"/ws/rooms/{called['cid']}/")
        with stranger as thief:
            thief.hears("room.snapshot")
            assert thief.says("media.watch", call=call_id)["code"] == "not_found"
        assert len({one["id"].partition("~")[0] for one in inside}) == 2

        studio.locator("[data-act=call-hang-up]").click()
        call_is(seat, "ended")
        expect(seat.locator("#call [data-call=ended]")).to_contain_text("Mira hung up")
        studio.locator("#studio[data-status=live]").wait_for(timeout=8000)
        assert until(lambda: not engine.says(request="exists", room=room)["exists"], 10)
        for person, query in ((viewer, ""), (host, "?as=host")):
            with person.socket(f"/ws/rooms/{called['cid']}/{query}") as late:
                late.hears("room.snapshot")
                assert late.says("media.publish", call=call_id, sdp=OFFER)["code"] == "no_call"
                assert late.says("media.watch", call=call_id)["code"] == "no_call"
        refused = engine.says(request="join", ptype="publisher", room=room, pin="x")
        assert refused["error_code"] == 426  # there is no such room
        assert "participants" not in engine.says(request="listparticipants", room=room)


def test_call16_call17_call19_a_caller_who_vanishes_is_waited_for_and_then_the_show_is_back(
    running: House, start: Callable[..., Browser], called: dict, studio: Page, third: Page
) -> None:
    browser = start("viewer")
    seat = browser.open(f"/c/{called['cid']}/")
    ring(seat)
    call_is(studio, "live")
    assert sees(studio)
    browser.kill()
    call_is(studio, "lost")
    expect(studio.locator("#call [data-call=lost]")).to_contain_text("Jun has dropped out for a moment")
    end_the_wait(running, called)
    studio.locator("#studio[data-status=live]").wait_for(timeout=20_000)
    expect(studio.locator("[data-notice]")).to_contain_text("did not come back")
    assert call_row(running, called, "state", "end_reason") == ("ended", "timeout")
    stage(third, "live")
    assert plays(third)


def test_call16_call19_a_host_who_vanishes_ends_the_call_for_the_caller(
    running: House, start: Callable[..., Browser], called: dict
) -> None:
    browser = start("host")
    studio = browser.open(f"/studio/{called['cid']}/")
    go_live(studio)
    seat = start("viewer").open(f"/c/{called['cid']}/")
    ask(seat)
    seat.locator("#call-ask [data-kind=audio]").click()
    ring_button = seat.locator("#call-ask [data-act=ring]:enabled")
    ring_button.click()
    for page in (seat, studio):
        call_is(page, "live")
    assert call_row(running, called, "kind") == ("audio",)
    browser.kill()
    call_is(seat, "lost")
    end_the_wait(running, called)
    call_is(seat, "ended")
    expect(seat.locator("#call [data-call=ended]")).to_contain_text("did not come back")
    seat.locator("[data-act=call-back]").click()
    stage(seat, "offline")


def test_call1_call8_whoever_cannot_call_is_told_why_and_what_to_do(
    start: Callable[..., Browser], studio: Page, third: Page, host: Person, called: dict
) -> None:
    button = third.locator(".about-acts [data-calls]")
    expect(button).to_contain_text(str(PRICE))
    expect(button).to_have_attribute("href", re.compile("login"))

    seat = start("viewer", devices=False).open(f"/c/{called['cid']}/")
    stage(seat, "live")
    seat.locator(".about-acts [data-act=call]").click()
    expect(seat.locator("#call-ask [data-act=ask-voice]")).to_be_visible()
    expect(seat.locator("#call-ask [data-act=ring]")).to_be_disabled()
    seat.keyboard.press("Escape")

    host.api("PATCH", f"channels/{called['cid']}/prices/", call=900_000)
    expect(button).to_contain_text("900,000")
    seat.locator(".about-acts [data-act=call]").click()
    expect(seat.locator("#call-ask [data-short]")).to_contain_text("900,000")
    expect(seat.locator("#call-ask [data-act=ring]")).to_be_hidden()
    seat.locator("#call-ask [data-act=top-up]").click()
    expect(seat.locator("#top-up")).to_be_visible()

    host.api("PATCH", f"channels/{called['cid']}/prices/", call=None)
    expect(button).to_be_hidden()


def test_a_host_sets_price_and_answering_on_the_settings_page(
    start: Callable[..., Browser], host: Person, channel: dict
) -> None:
    page = start("host").open(f"/studio/{channel['cid']}/settings/")
    form = page.locator("#calls form")
    expect(form.locator("[name=call]")).to_be_disabled()
    form.locator("[name=on]").check()
    form.locator("[name=call]").fill("45")
    form.locator("[name=ring_seconds]").fill("20")
    form.locator("[name=auto_accept_calls]").uncheck()
    form.locator("button").click()
    expect(page.locator(".toast")).to_contain_text("Viewers see the button")
    saved = host.api("GET", f"channels/{channel['cid']}/").json()
    assert (saved["call_price"], saved["auto_accept_calls"]) == (45, False)
    form.locator("[name=on]").uncheck()
    form.locator("button").click()
    expect(page.locator(".toast").last).to_contain_text("Nobody can call you here")
    assert host.api("GET", f"channels/{channel['cid']}/").json()["call_price"] is None


def test_call1_a_caller_is_warned_and_the_call_ends_with_the_coins(
    running: House, start: Callable[..., Browser], called: dict, studio: Page, host: Person, viewer: Person
) -> None:
    have(viewer, host, 2 * PRICE)
    seat = start("viewer").open(f"/c/{called['cid']}/")
    ring(seat)
    call_is(seat, "live")
    expect(seat.locator(".call-low")).to_contain_text("1 more minute. Then the call ends by itself.")
    minute_passes(running, called)
    expect(seat.locator(".call-low")).to_contain_text("the last minute that the coins pay for")
    minute_passes(running, called)
    call_is(seat, "ended")
    expect(seat.locator("#call [data-call=ended]")).to_contain_text("The coins for another minute were not there")
    expect(seat.locator("#call .facts:visible")).to_contain_text(f"2 minutes at {PRICE}")
    studio.locator("#studio[data-status=live]").wait_for(timeout=8000)
    assert balance(viewer) == 0


def minute_passes(house: House, channel: dict) -> None:
    """All that happened in the call happened a minute earlier; the beat finds what is due now."""

    def earlier(*names: str) -> str:
        return ", ".join(f"{name} = strftime('%Y-%m-%d %H:%M:%f', {name}, '-60 seconds')" for name in names)

    here = "channel_id = (SELECT id FROM rooms_channel WHERE cid = ?)"
    moved = earlier("connected_at", "since", "metered_from", "next_minute_at")
    rows(house, f"UPDATE rooms_call SET {moved} WHERE next_minute_at IS NOT NULL AND {here}", channel["cid"])
