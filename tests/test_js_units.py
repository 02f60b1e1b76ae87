"""The modules without a page, in a real Chromium and without a server: how a connection comes back, how chat keeps
its order, and what a show remembers."""

import json

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.walk


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
  const {Emitter} = await import("footlight/emitter");
  const store = new ChatStore(), line = new Emitter(), heard = [], asked = [], answers = [];
  line.ask = async (type, fields) => {
    asked.push([type, fields.epoch, fields.seq]);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    if (answer) line.emit("chat.recovered", answer);
  };
  store.follow(line);
  for (const name of ["begin", "add", "gone", "missed"]) {
    store.on(name, (what) => heard.push([name, what?.seq ?? what?.length ?? null]));
  }
  const one = (epoch, seq, more = {}) => ({epoch, seq, kind: "text", text: "word", sender: null, ...more});
  const many = (epoch, seqs) => seqs.map((seq) => one(epoch, seq));
  const say = (epoch, seq, more) => line.emit("chat.message", one(epoch, seq, more));
  const welcome = (epoch, seq, seqs) => {
    const profile = {version: 1};
    line.emit("chat.welcome", {profile, me: {}, epoch, seq, recent: many(epoch, seqs)});
  };
  const page = (epoch, seq, seqs, more = false, recovered = true) =>
    answers.push({recovered, epoch, seq, messages: many(epoch, seqs), more});
  const offline = Object.assign(new Error(), {code: "offline"});
  %s
  await turn();
  return {heard, asked};
}"""


def chat(page: Page, body: str) -> tuple[list, list]:
    """What the store told, and what it asked of the server."""
    answer = page.evaluate(CHAT % body)
    return answer["heard"], answer["asked"]


def test_chat_shows_the_next_number_and_drops_old_ones(page: Page) -> None:
    heard, asked = chat(page, 'welcome("a", 2, [1, 2]); say("a", 3); say("a", 3); say("a", 1); say("a", 4);')
    assert heard == [["begin", 2], ["add", 3], ["add", 4]]
    assert not asked


def test_a_gap_is_filled_before_what_came_after_it(page: Page) -> None:
    heard, asked = chat(
        page, 'page("a", 5, [3, 4, 5]); welcome("a", 2, [1, 2]); say("a", 5); say("a", 6); await turn(); say("a", 7);'
    )
    assert heard == [["begin", 2], ["add", 3], ["add", 4], ["add", 5], ["add", 6], ["add", 7]]
    assert asked == [["chat.recover", "a", 2]]


def test_a_long_gap_is_fetched_page_by_page(page: Page) -> None:
    heard, asked = chat(
        page,
        'page("a", 7, [3, 4], true); page("a", 7, [5, 6], true); page("a", 7, [7]); welcome("a", 2, []); say("a", 7);',
    )
    assert [seq for _, seq in heard[1:]] == [3, 4, 5, 6, 7]
    assert asked == [["chat.recover", "a", 2], ["chat.recover", "a", 4], ["chat.recover", "a", 6]]


def test_another_epoch_is_a_gap_and_what_is_lost_is_said(page: Page) -> None:
    heard, asked = chat(
        page, 'page("b", 9, [8, 9], false, false); welcome("a", 2, [1, 2]); say("b", 9); await turn(); say("b", 10);'
    )
    assert heard == [["begin", 2], ["missed", None], ["add", 8], ["add", 9], ["add", 10]]
    assert asked == [["chat.recover", "a", 2]]


def test_a_short_loss_adds_only_what_was_missed(page: Page) -> None:
    heard, asked = chat(page, 'welcome("a", 2, [1, 2]); welcome("a", 4, [1, 2, 3, 4]);')
    assert heard == [["begin", 2], ["add", 3], ["add", 4]]
    assert not asked


def test_a_loss_longer_than_the_welcome_is_recovered(page: Page) -> None:
    heard, asked = chat(page, 'page("a", 9, [3, 4, 5, 6, 7, 8, 9]); welcome("a", 2, [1, 2]); welcome("a", 9, [8, 9]);')
    assert [seq for _, seq in heard[1:]] == [3, 4, 5, 6, 7, 8, 9]
    assert asked == [["chat.recover", "a", 2]]


def test_a_welcome_of_another_epoch_goes_on_below_what_stands_there(page: Page) -> None:
    heard, asked = chat(page, 'welcome("a", 2, [1, 2]); welcome("b", 2, [1, 2]); say("b", 3);')
    assert heard == [["begin", 2], ["add", 1], ["add", 2], ["add", 3]]
    assert not asked


def test_a_recovery_that_the_line_broke_is_left_to_the_next_welcome(page: Page) -> None:
    heard, _ = chat(
        page,
        'answers.push(offline); welcome("a", 2, [1, 2]); say("a", 5); await turn(); welcome("a", 6, [3, 4, 5, 6]);',
    )
    assert heard == [["begin", 2], ["add", 3], ["add", 4], ["add", 5], ["add", 6]]


def test_a_recovery_that_was_refused_is_asked_for_again_a_little_later(page: Page) -> None:
    heard, asked = chat(
        page,
        """answers.push(Object.assign(new Error(), {code: "unavailable"})); page("a", 4, [3, 4]);
        welcome("a", 2, [1, 2]); say("a", 4); await turn(); timers.at(-1).does(); await turn();""",
    )
    assert heard == [["begin", 2], ["add", 3], ["add", 4]]
    assert len(asked) == 2


def test_a_deleted_message_is_taken_away_and_stands_in_no_list(page: Page) -> None:
    heard, _ = chat(
        page,
        """welcome("a", 2, [1, 2]); say("a", 3, {kind: "deleted", data: {epoch: "a", seq: 1}}); say("a", 4);
        heard.push(store.messages.map(({seq}) => seq));""",
    )
    assert heard == [["begin", 2], ["gone", 3], ["add", 4], [2, 4]]


OUTBOX = """async () => {
  const {Outbox} = await import("footlight/outbox");
  const {Emitter} = await import("footlight/emitter");
  const line = new Emitter(), sent = [], answers = [];
  line.state = "open";
  line.ask = async (type, fields) => {
    sent.push(fields);
    const answer = answers.shift() ?? {};
    if (answer.code) throw Object.assign(new Error(), answer);
    return answer;
  };
  const become = (state) => { line.state = state; line.emit("state", state); };
  const outbox = new Outbox(line), offline = {code: "offline"};
  const nonces = () => new Set(sent.map(({nonce}) => nonce)).size;
  %s
}"""


def test_what_was_not_confirmed_is_sent_again_under_the_same_nonce(page: Page) -> None:
    answer = page.evaluate(
        OUTBOX
        % """answers.push(offline, {seq: 4}); const asked = outbox.send({text: "hello"});
        become("waiting"); await turn(); const before = sent.length; become("open");
        return [before, (await asked).seq, sent.length, nonces()]"""
    )
    assert answer == [1, 4, 2, 1]


def test_what_is_said_anew_by_hand_after_two_losses_keeps_its_nonce(page: Page) -> None:
    answer = page.evaluate(
        OUTBOX
        % """answers.push(offline, offline, {seq: 4});
        const code = await outbox.send({text: "hello"}).catch((e) => e.code);
        await outbox.send({text: "hello"}); const once = nonces(); await outbox.send({text: "hello"});
        return [code, once, nonces()]"""
    )
    assert answer == ["offline", 1, 2]


def test_what_was_refused_is_not_sent_again(page: Page) -> None:
    answer = page.evaluate(
        OUTBOX
        % """answers.push({code: "muted"}); const code = await outbox.send({text: "hello"}).catch((e) => e.code);
        return [code, sent.length]"""
    )
    assert answer == ["muted", 1]


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


LIKES = """async () => {
  const {Likes} = await import("footlight/likes");
  const {Emitter} = await import("footlight/emitter");
  const store = new Emitter(), line = new Emitter(), sent = [], shown = [], answers = [];
  line.state = "open";
  line.ask = async (type, {count}) => {
    sent.push(count);
    const code = answers.shift();
    if (code) throw Object.assign(new Error(), {code});
  };
  const likes = new Likes(store, line);
  likes.on("change", (count) => shown.push(count));
  const tell = (count) => store.emit("profile", {likes: count});
  const later = async () => { timers.at(-1).does(); await turn(); };
  %s
  return {sent, shown, now: likes.shown};
}"""


def test_taps_are_gathered_and_the_figure_never_goes_back(page: Page) -> None:
    answer = page.evaluate(
        LIKES
        % "tell(10); for (let i = 0; i < 5; i++) likes.tap(); await later(); tell(10); tell(12); tell(17); tell(20);"
    )
    assert answer["sent"] == [5]
    assert answer["shown"] == sorted(answer["shown"])
    assert answer["now"] == 20


def test_a_hundred_likes_are_the_most_in_one_word(page: Page) -> None:
    answer = page.evaluate(
        LIKES % "tell(0); for (let i = 0; i < 130; i++) likes.tap(); await later(); await later(); tell(130);"
    )
    assert answer["sent"] == [100, 30]
    assert answer["now"] == 130


def test_likes_of_a_broken_line_wait_and_those_refused_for_haste_go_again(page: Page) -> None:
    answer = page.evaluate(
        LIKES
        % """tell(0); answers.push("too_fast"); likes.tap(); line.state = "waiting"; await later();
        const before = sent.length;
        line.state = "open"; line.emit("state", "open"); await later(); await later(); sent.unshift(before);"""
    )
    assert answer["sent"] == [0, 1, 1]
    assert answer["now"] == 1


def test_no_comment_runs_into_another_in_its_lane(page: Page) -> None:
    met = page.evaluate(
        """async () => {
          const {Lanes} = await import("footlight/danmaku-lanes");
          const lanes = new Lanes(), room = {width: 900, count: 4, time: 9000}, flown = [];
          for (let now = 0; now < 60000; now += 130) {
            const width = 40 + ((now * 7919) % 500);
            const lane = lanes.place(room, width, now);
            if (lane >= 0) flown.push({lane, width, now});
          }
          const left = ({width, now}, at) => 900 - ((900 + width) * (at - now)) / 9000;
          let met = 0;
          for (const one of flown) for (const two of flown) {
            if (one === two || one.lane !== two.lane || two.now < one.now || two.now > one.now + 9000) continue;
            for (let at = two.now; at <= one.now + 9000; at += 50) if (left(one, at) + one.width > left(two, at)) met++;
          }
          return [met, flown.length > 60];
        }"""
    )
    assert met == [0, True]


@pytest.mark.parametrize(
    ("me", "profile", "outcome"),
    [
        ({}, {}, ["", 0]),
        ({"muted_until": "2026-01-01T00:01:30Z"}, {}, ["muted", 90]),
        ({"muted_until": "2025-12-31T23:59:00Z"}, {}, ["", 0]),
        ({"muted_until": "forever"}, {}, ["muted", None]),
        ({}, {"muted_all": True}, ["muted_all", None]),
        ({"moderator": True}, {"muted_all": True, "followers_only": True}, ["", 0]),
        ({}, {"followers_only": True}, ["followers_only", None]),
        ({"follows": True}, {"followers_only": True}, ["", 0]),
        ({"may_speak": False}, {}, ["not_allowed", None]),
        ({"cool": 4}, {}, ["slow", 4]),
    ],
)
def test_why_somebody_may_not_speak_now(page: Page, me: dict, profile: dict, outcome: list) -> None:
    answer = page.evaluate(
        """async ([me, profile]) => {
          const {standing} = await import("footlight/standing");
          const now = Date.parse("2026-01-01T00:00:00Z");
          const {why, left} = standing({me, profile, coolUntil: now + (me.cool ?? 0) * 1000}, now);
          return [why, left === Infinity ? null : left];
        }""",
        [{"may_speak": True, "moderator": False, "follows": False, **me}, profile],
    )
    assert answer == outcome
