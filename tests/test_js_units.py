"""The modules without a page, in a real Chromium and without a server: how a connection comes back, how chat keeps
its order, and what a show remembers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from tests.chromium import QUIET

pytestmark = pytest.mark.walk
JS = Path(__file__).parent.parent / "static" / "js"
SITE = "http://unit.test"

FAKES = """
window.sockets = []; window.timers = [];
window.WebSocket = class {
  constructor(url) { this.url = String(url); this.sent = []; this.closed = false; sockets.push(this); }
  send(text) { this.sent.push(JSON.parse(text)); }
  close() { this.closed = true; }
  hears(frame) { this.onmessage?.({data: JSON.stringify(frame)}); }
  ends(code, reason = "") { this.onclose?.({code, reason}); }
};
const soon = window.setTimeout.bind(window);
window.setTimeout = (does, ms = 0) => { timers.push({does, ms}); return timers.length; };
window.clearTimeout = (id) => { if (timers[id - 1]) timers[id - 1].does = () => {}; };
window.setInterval = (does, ms) => { timers.push({does, ms, again: true}); return timers.length; };
window.clearInterval = window.clearTimeout;
window.turn = () => new Promise((done) => soon(done, 0));
window.last = () => sockets.at(-1);
"""


@pytest.fixture(scope="module")
def blank() -> Iterator[Page]:
    names = {f"footlight/{path.stem}": f"/js/{path.name}" for path in JS.glob("*.js")}
    html = f'<!doctype html><script type="importmap">{json.dumps({"imports": names})}</script>'

    def serve(route: Route) -> None:
        path = JS / route.request.url.rpartition("/")[2]
        if "/js/" in route.request.url:
            route.fulfill(body=path.read_text(), content_type="text/javascript")
        else:
            route.fulfill(body=html, content_type="text/html")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--headless=new", *QUIET])
        page = browser.new_page()
        page.route("**/*", serve)
        page.add_init_script(FAKES)
        yield page
        browser.close()


@pytest.fixture
def page(blank: Page) -> Page:
    blank.goto(SITE)
    return blank


def run(page: Page, body: str) -> object:
    """`body` with a room connection `room` at hand, and `states`, the states it went through."""
    return page.evaluate(
        """async (body) => {
          const {Connection} = await import("footlight/socket");
          const room = new Connection("/ws/rooms/c1/", {first: "room.snapshot", ping: true});
          const states = [];
          room.on("state", (state, detail) => states.push([state, detail.why ?? detail.in ?? null]));
          const welcome = () => last().hears({type: "room.snapshot"});
          return new Function("room", "states", "welcome", `return (async () => {${body}})()`)(room, states, welcome);
        }""",
        body,
    )


def test_a_reply_settles_its_command_and_an_error_refuses_it(page: Page) -> None:
    answer = run(
        page,
        """room.open(); welcome();
        const first = room.ask("media.watch"), second = room.ask("media.publish", {sdp: "x"});
        const [one, two] = last().sent;
        last().hears([{type: "error", re: two.id, code: "bad_sdp", message: "No."}, {type: "reply", re: one.id}]);
        return [(await first).type, await second.catch((error) => error.code), two.sdp]""",
    )
    assert answer == ["reply", "bad_sdp", "x"]


def test_a_command_without_an_answer_is_given_up(page: Page) -> None:
    answer = run(
        page,
        """room.open(); welcome();
        const asked = room.ask("media.watch").catch((error) => error.code);
        timers.at(-1).does(); return asked""",
    )
    assert answer == "offline"


def test_the_wait_grows_with_full_jitter_up_to_twenty_seconds(page: Page) -> None:
    waits = run(
        page,
        """Math.random = () => 1; const waits = [];
        room.open();
        for (let i = 0; i < 8; i++) { last().ends(1006); waits.push(states.at(-1)[1]); timers.at(-1).does(); }
        return waits""",
    )
    assert waits == [500, 1000, 2000, 4000, 8000, 16000, 20000, 20000]


def test_a_welcome_begins_the_waits_anew(page: Page) -> None:
    waits = run(
        page,
        """Math.random = () => 1;
        room.open(); last().ends(1006); timers.at(-1).does(); last().ends(1006); timers.at(-1).does();
        welcome(); last().ends(1006); return states.at(-1)""",
    )
    assert waits == ["waiting", 500]


@pytest.mark.parametrize(
    ("code", "said", "outcome"),
    [
        (4001, None, ["ended", "signed_out"]),
        (4003, {"type": "error", "code": "full"}, ["ended", "full"]),
        (4003, {"type": "kicked", "reason": "elsewhere"}, ["ended", "elsewhere"]),
        (4400, None, ["ended", "protocol"]),
        (1009, None, ["ended", "protocol"]),
        (4003, {"type": "error", "code": "unavailable"}, ["waiting", 500]),
        (4008, None, ["waiting", 500]),
        (4029, None, ["waiting", 60500]),
        (1012, {"type": "reconnect", "in": 3}, ["waiting", 3000]),
    ],
)
def test_each_close_code_leads_where_the_protocol_says(page: Page, code: int, said: dict, outcome: list) -> None:
    body = f"Math.random = () => 1; room.open(); const said = {json.dumps(said)};"
    body += f"if (said) last().hears(said); if (room.state === 'connecting') last().ends({code}); return states.at(-1)"
    assert run(page, body) == outcome


def test_a_silent_line_is_dropped_and_replaced(page: Page) -> None:
    answer = run(
        page,
        """let dead = 0; room.on("dead", () => dead++);
        room.open(); welcome(); const first = last();
        timers.find((timer) => timer.again).does();
        const ping = last().sent.at(-1).type;
        timers.at(-1).does(); await turn();
        return [ping, first.closed, dead, states.at(-1)[0]]""",
    )
    assert answer == ["ping", True, 1, "waiting"]


def test_what_came_before_the_snapshot_is_told_after_it(page: Page) -> None:
    answer = run(
        page,
        """const heard = [];
        for (const name of ["room.snapshot", "stay.changed"]) room.on(name, () => heard.push(name));
        room.open(); last().hears({type: "stay.changed"}); welcome(); return heard""",
    )
    assert answer == ["room.snapshot", "stay.changed"]


CHAT = """async () => {
  const {ChatStore} = await import("footlight/chat");
  const store = new ChatStore(), heard = [];
  for (const name of ["reset", "add", "broken"]) {
    store.on(name, (what) => heard.push([name, what?.seq ?? what?.length ?? null]));
  }
  const say = (epoch, seq) => store.message({epoch, seq, text: "word"});
  const welcome = (epoch, seq, seqs) => store.welcome({me: {}, epoch, seq, recent: seqs.map((seq) => ({epoch, seq}))});
  %s
  return heard;
}"""


def chat(page: Page, body: str) -> object:
    return page.evaluate(CHAT % body)


def test_chat_shows_the_next_number_drops_old_ones_and_reports_a_gap(page: Page) -> None:
    heard = chat(page, 'welcome("a", 2, [1, 2]); say("a", 3); say("a", 3); say("a", 1); say("a", 5);')
    assert heard == [["reset", 2], ["add", 3], ["broken", None]]


def test_another_epoch_is_a_gap(page: Page) -> None:
    assert chat(page, 'welcome("a", 2, [1, 2]); say("b", 3);') == [["reset", 2], ["broken", None]]


def test_a_short_loss_adds_only_what_was_missed(page: Page) -> None:
    heard = chat(page, 'welcome("a", 2, [1, 2]); welcome("a", 4, [1, 2, 3, 4]);')
    assert heard == [["reset", 2], ["add", 3], ["add", 4]]


def test_a_long_loss_begins_the_list_anew(page: Page) -> None:
    assert chat(page, 'welcome("a", 2, [1, 2]); welcome("a", 9, [8, 9]);') == [["reset", 2], ["reset", 2]]


def test_a_show_ignores_older_versions_and_brings_no_ended_stay_back(page: Page) -> None:
    answer = page.evaluate(
        """async () => {
          const {Show} = await import("footlight/show");
          const show = new Show("c1", null, {});
          const stay = (state, version) => ({sid: "s", role: "uploader", host: true, state, version});
          const tell = (frame) => show.room.emit(frame.type, frame);
          const channel = {version: 5, viewers: 1};
          tell({type: "room.snapshot", channel, uploaders: [stay("up", 3)], me: {}, ice_servers: []});
          tell({type: "channel.changed", channel: {version: 4, viewers: 9}});
          tell({type: "channel.changed", channel: {version: 5, viewers: 2}});
          tell({type: "stay.changed", stay: stay("ended", 4)});
          tell({type: "stay.changed", stay: stay("up", 3)});
          return [show.channel.viewers, show.feeds().length];
        }"""
    )
    assert answer == [2, 0]
