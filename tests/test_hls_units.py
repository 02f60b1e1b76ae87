"""Which of the two ways a page watches by, without a server: the one that is wanted begins, the other is tried where
nothing comes, and whichever has a picture first stays."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright

from tests.modules import empty_page

pytestmark = pytest.mark.walk
# The player is a fake: it notes what it is told, and plays when the test says so.
PLAYER = """
import {Emitter} from "footlight/emitter";
export class HlsPlayer extends Emitter {
  wanted = false; flows = false; isLate = false;
  constructor() { super(); window.player = this; this.asked = []; }
  start(where) { if (!this.wanted) this.asked.push(where); this.wanted = true; }
  stop() { this.wanted = this.flows = false; }
  toLive() {}
  plays() { this.flows = true; this.emit("flows"); }
}
"""
MIX = "export class Mix { shown = false; constructor(stage) { stage.mix = this; } show(shown) { this.shown = shown; } }"
BEGIN = """async ({delivery, webrtc}) => {
  localStorage.clear();
  let now = 0;
  performance.now = () => now;
  const looks = [];
  window.setInterval = (does) => looks.push(does);
  window.pass = (ms) => { now += ms; for (const look of looks) look(); };
  const {Emitter} = await import("footlight/emitter");
  const {Delivery} = await import("footlight/hls-delivery");
  const stage = window.stage = Object.assign(new Emitter(), {tiles: false, hasTiles() { return this.tiles; }});
  const watcher = window.watcher = !webrtc ? null : Object.assign(new Emitter(), {wanted: false, pc: null,
    start() { this.wanted = true; }, stop() { this.wanted = false; this.pc = null; stage.tiles = false; },
    expecting: () => true,
    plays() { this.pc = {connectionState: "connected"}; stage.tiles = true; stage.emit("picture", "f"); }});
  window.show = {channel: {delivery, frozen: false}, sending: ""};
  window.failed = [];
  window.delivery = new Delivery({show, stage, watcher, cid: "abc", root: null});
  window.delivery.on("failed", (way) => failed.push(way));
  window.delivery.start();
}"""
NOW = "() => [delivery.mode, delivery.trying, stage.mix.shown, Boolean(watcher?.wanted), player.wanted]"


@pytest.fixture(scope="module")
def modules(playwright: Playwright) -> Iterator[Page]:
    yield from empty_page(playwright, before="", instead={"hls-player.js": PLAYER, "hls-mix.js": MIX})


@pytest.fixture
def begin(page: Page):
    """`begin("webrtc")`: a page whose channel is sent so, which has just begun."""

    def begin(delivery: str, *, webrtc: bool = True) -> Page:
        page.evaluate(BEGIN, {"delivery": delivery, "webrtc": webrtc})
        return page

    return begin


def test_where_webrtc_works_hls_is_never_asked_for(begin):
    there = begin("webrtc")
    there.evaluate("() => { watcher.plays(); pass(60_000); }")
    assert there.evaluate(NOW) == ["webrtc", "", False, True, False]


def test_where_nothing_comes_hls_is_tried_beside_it_and_stays_when_it_plays(begin):
    there = begin("webrtc")
    there.evaluate("() => pass(8_000)")
    assert there.evaluate(NOW) == ["webrtc", "", False, True, False]
    there.evaluate("() => pass(2_000)")
    assert there.evaluate(NOW) == ["webrtc", "hls", False, True, True]
    there.evaluate("() => player.plays()")
    assert there.evaluate(NOW) == ["hls", "", True, False, True]
    assert there.evaluate("() => player.asked.map((it) => [it.pass, it.playlist, it.headers()])") == [
        ["/hls/abc/pass?stay=held", "/hls/abc/index.m3u8?stay=held", {}]
    ]
    there.evaluate("() => { delivery.stop(); delivery.start(); }")
    assert there.evaluate(NOW) == ["hls", "", True, False, True]


def test_a_picture_that_comes_after_all_ends_the_trial(begin):
    there = begin("webrtc")
    there.evaluate("() => { pass(10_000); watcher.plays(); }")
    assert there.evaluate(NOW) == ["webrtc", "", False, True, False]


def test_ice_that_finds_no_way_need_not_be_waited_for(begin):
    there = begin("webrtc")
    there.evaluate("() => { watcher.pc = {connectionState: 'failed'}; watcher.emit('state', 'broken'); }")
    assert there.evaluate(NOW)[1] == "hls"


def test_the_host_decides_how_it_begins_and_the_viewer_how_it_goes_on(begin):
    there = begin("hls")
    assert there.evaluate(NOW) == ["hls", "", True, False, True]
    there.evaluate("() => { player.plays(); delivery.choose('webrtc'); }")
    assert there.evaluate(NOW) == ["hls", "webrtc", True, True, True]
    there.evaluate("() => watcher.plays()")
    assert there.evaluate(NOW) == ["webrtc", "", False, True, False]
    assert there.evaluate("() => failed") == []


def test_a_fast_way_that_does_not_come_is_given_up_and_said(begin):
    there = begin("hls")
    there.evaluate("() => { player.plays(); delivery.choose('webrtc'); pass(10_000); }")
    assert there.evaluate(NOW) == ["hls", "", True, False, True]
    assert there.evaluate("() => failed") == ["webrtc"]


def test_where_hls_is_wanted_and_does_not_come_webrtc_is_tried(begin):
    there = begin("hls")
    there.evaluate("() => { pass(10_000); watcher.plays(); }")
    assert there.evaluate(NOW) == ["webrtc", "", False, True, False]


def test_whoever_is_on_the_air_is_not_kept_waiting(begin):
    there = begin("hls")
    there.evaluate("() => { player.plays(); show.sending = 'mine'; pass(500); watcher.plays(); }")
    assert there.evaluate(NOW) == ["webrtc", "", False, True, False]


def test_a_show_that_staff_hold_back_stops_at_once_and_goes_on_afterwards(begin):
    there = begin("hls")
    there.evaluate("() => { player.plays(); show.channel.frozen = true; pass(500); }")
    assert there.evaluate("() => player.wanted") is False
    there.evaluate("() => { show.channel.frozen = false; pass(500); }")
    assert there.evaluate("() => player.wanted") is True


def test_a_browser_without_webrtc_watches_by_hls(begin):
    there = begin("webrtc", webrtc=False)
    assert there.evaluate(NOW) == ["hls", "", True, False, True]
    there.evaluate("() => player.emit('unsupported')")
    assert there.evaluate("() => delivery.possible") is False


def test_whoever_is_refused_by_hls_is_back_on_the_other_way(begin):
    there = begin("hls")
    there.evaluate("() => player.emit('refused', 'insufficient_balance')")
    assert there.evaluate(NOW)[1] == "webrtc"
